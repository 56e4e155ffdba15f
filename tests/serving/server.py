"""A running `billing-center serve ssh`: its folders, its port, its processes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.serving.clients import Remote
from tests.terminal.harness import PATIENCE
from tests.terminal.machine import COMMAND, TODAY, Machine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from billing.service import BillingService
    from tests.serving.clients import Network

_LISTENING = re.compile(r"port (\d+)")


class Server:
    """Serves sample data that lie in a file; a context manager that ends it and all clients."""

    def __init__(
        self, network: Network, machine: Machine, settings: Mapping[str, object] | None = None
    ) -> None:
        self.network, self.machine = network, machine
        machine.with_database()
        self.settings = dict(settings or {})
        self._remotes: list[Remote] = []
        told = {f"BILLING_CENTER_SSH_{name.upper()}": str(v) for name, v in self.settings.items()}
        self._log = (machine.folder / "server.log").open("wb")
        self.process = subprocess.Popen(
            [
                *COMMAND,
                *("serve", "ssh", "--lang", "en", "--port", "0", "--demo", "--today", TODAY),
                *("--database", str(machine.database)),
            ],
            env=machine.environment(told),
            cwd=machine.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = _LISTENING.search(line)
        assert found, f"the server does not start: {line}{self.stderr()}"
        self.port = int(found[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for remote in self._remotes:
            remote.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self._log.close()

    def stderr(self) -> str:
        """What the server's processes wrote to standard error."""
        return (self.machine.folder / "server.log").read_text()

    def open(self, **options: Any) -> Remote:
        """A terminal at a new session, which the server's end closes."""
        remote = Remote(self.network, self.port, self.sessions, **options)
        self._remotes.append(remote)
        return remote

    def service(self) -> BillingService:
        """The service on the same database."""
        from billing.bootstrap import connect_demo  # noqa: PLC0415 - few tests need it

        return connect_demo(self.machine.database)

    # Processes

    @property
    def launcher(self) -> int:
        """The process id of the launcher."""
        wait_until(lambda: children(self.process.pid), "a launcher")
        return children(self.process.pid)[0]

    def sessions(self) -> list[int]:
        """The process ids of the sessions."""
        return [one for parent in children(self.process.pid) for one in children(parent)]


def children(pid: int) -> list[int]:
    """The process ids of a process's children."""
    try:
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]
    except OSError:
        return []


def resident_bytes(pid: int) -> int:
    """The memory of a process that is its own or shared, in bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def wait_until(condition: Callable[[], object], what: str, timeout: float = PATIENCE) -> None:
    """Wait until something outside of any terminal is so."""
    give_up_at = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < give_up_at, f"no {what} after {timeout:g} s"
        time.sleep(0.01)
