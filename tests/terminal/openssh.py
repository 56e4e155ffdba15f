"""OpenSSH's own server on loopback, configured as docs/ssh.md says, and its client."""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import socket
import subprocess
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.terminal.machine import COMMAND

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.terminal.harness import Terminal
    from tests.terminal.machine import Machine

PATIENCE = 60.0
_DOCUMENT = Path(__file__).parents[2] / "docs" / "ssh.md"
_FENCE = "```"
_NEEDED_FOLDER = Path("/run/sshd")
_WRITABLE_BY_OTHERS = 0o022

# What the document leaves to the system, which a test has to bring along.
_SURROUNDINGS = """
ListenAddress 127.0.0.1
Port {port}
HostKey {host_key}
PidFile none
PermitRootLogin yes
StrictModes no
PrintMotd no
PrintLastLog no
UsePAM no
SetEnv BILLING_CENTER_CONFIG={null} BILLING_CENTER_LOG_FOLDER={folder}/log
"""


def missing() -> str | None:
    """Why OpenSSH's server cannot be tried here."""
    for program in ("sshd", "ssh", "ssh-keygen"):
        if _program(program) is None:
            return f"{program} is not installed"
    if os.geteuid() != 0:
        return "sshd lets somebody in as another user only when root runs it"
    # sshd runs no AuthorizedKeysCommand that others than root could have changed.
    command = Path(COMMAND[0]).absolute()
    for part in (command, *command.parents):
        state = part.stat()
        if state.st_uid != 0 or state.st_mode & _WRITABLE_BY_OTHERS:
            return f"sshd does not trust {part}"
    return None


def excerpt() -> str:
    """The configuration in the document."""
    blocks = _DOCUMENT.read_text().split(_FENCE)
    (found,) = [block for block in blocks if "AuthorizedKeysCommand " in block]
    return found.partition("\n")[2]


def make_key(file: Path) -> Path:
    """A key pair; the private half is at `file`, the public one beside it."""
    keygen = str(_program("ssh-keygen"))
    subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", file], check=True)
    return file


@dataclass
class Sshd:
    """A server whose only program is this one, on the database of an address."""

    machine: Machine
    address: str
    port: int = 0
    host_key: Path = Path()
    _process: subprocess.Popen[bytes] | None = None
    _made: list[Path] = field(default_factory=list)

    def start(self, host_key: Path | None = None) -> None:
        """Start it and wait until it listens; without a host key it makes one."""
        if not _NEEDED_FOLDER.exists():
            _NEEDED_FOLDER.mkdir(mode=0o755)
            self._made.append(_NEEDED_FOLDER)
        self.host_key = host_key or make_key(self.folder / "host")
        with closing(socket.create_server(("127.0.0.1", 0))) as taken:
            self.port = taken.getsockname()[1]
        config = self.folder / "sshd_config"
        config.write_text(self._config())
        with (self.folder / "sshd.log").open("wb") as log:
            command = [str(_program("sshd")), "-D", "-e", "-f", str(config)]
            self._process = subprocess.Popen(command, stderr=log)
        self.wait_until(self._listens)

    def wait_until(self, condition: Callable[[], object]) -> None:
        """Wait until something is so; fail with the log when it does not come to be."""
        give_up_at = time.monotonic() + PATIENCE
        while not condition():
            assert self._process is not None
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < give_up_at, self.log()
            time.sleep(0.05)

    def _config(self) -> str:
        surroundings = _SURROUNDINGS.format(
            port=self.port, host_key=self.host_key, folder=self.folder, null=os.devnull
        )
        documented = excerpt()
        for there, here in (
            ("/opt/billing-center/bin/billing-center", COMMAND[0]),
            # sshd reads the first one itself, with % for what it fills in; a shell the second one.
            (" account key", f" --database {self.address.replace('%', '%%')} account key"),
            (" serve openssh", f" --database {shlex.quote(self.address)} serve openssh"),
            ("User billing", f"User {self.user}"),
        ):
            assert there in documented
            documented = documented.replace(there, here)
        return surroundings + documented

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return self.machine.folder

    @property
    def user(self) -> str:
        """Whom it lets in."""
        return pwd.getpwuid(os.geteuid()).pw_name

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def log(self) -> str:
        """What it has written."""
        return (self.folder / "sshd.log").read_text()

    def command(self, key: Path, *options: str, port: int = 0) -> tuple[str, ...]:
        """The client with a key, also to a port before it; no configuration of the machine counts.

        It takes the host key at any port, and no other.
        """
        public = Path(f"{self.host_key}.pub").read_text()
        (self.folder / "known").write_text(f"* {public}")
        return (
            *(str(_program("ssh")), "-F", "none", "-p", str(port or self.port), "-i", str(key)),
            *("-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "SendEnv=LANG"),
            *("-o", f"UserKnownHostsFile={self.folder}/known", *options),
            f"{self.user}@127.0.0.1",
        )

    def connect(self, key: Path, *asked: str, port: int = 0) -> Terminal:
        """Connect with a terminal."""
        return self.machine.start(*asked, command=self.command(key, "-tt", port=port))

    def run(self, key: Path, *asked: str, options: tuple[str, ...] = ()) -> tuple[int, str]:
        """Connect without a terminal; the exit code, and what was said."""
        done = subprocess.run(
            (*self.command(key, *options), *asked),
            env=self.machine.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def close(self) -> None:
        """Stop it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE)
        for folder in self._made:
            with suppress(OSError):
                folder.rmdir()


def _program(name: str) -> str | None:
    return shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin")
