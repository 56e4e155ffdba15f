"""A launcher for tests: it says who comes in, and hears what the program says."""

from __future__ import annotations

import select
import socket
import sys
from typing import TYPE_CHECKING, Any

from tests.terminal.machine import TODAY
from tui.launcher import spoken, understood

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.terminal.harness import Terminal
    from tests.terminal.machine import Machine
    from tui.launcher import Admission, Word

# It connects where a real launcher hands a socket down: pexpect closes what could be inherited.
PROGRAM = """
import functools, socket, sys
from datetime import date
from pathlib import Path
import tui.served

def connect():
    from billing.bootstrap import connect_demo
    from billing.clock import RunningClock
    return connect_demo(sys.argv[2], clock=RunningClock(date.fromisoformat(sys.argv[4])))

tui.served.HangUpWatch = functools.partial(tui.served.HangUpWatch, grace=0.5)
link = socket.socket(socket.AF_UNIX)
link.connect(sys.argv[1])
sys.exit(tui.served.serve(link.detach(), connect, log_folder=Path(sys.argv[3])))
"""


class Launcher:
    """Starts one program on a machine's database and talks to it."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.heard: list[Word] = []
        self._rest = b""
        self._address = machine.folder / "launcher"
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(self._address))
        self._door.listen()
        self._link: socket.socket | None = None

    @property
    def command(self) -> tuple[str, ...]:
        """What starts the program."""
        machine = self.machine
        places = (self._address, machine.with_database(), machine.home / "log")
        return (sys.executable, "-c", PROGRAM, *map(str, places), TODAY)

    def start(self, admission: Admission, **options: Any) -> Terminal:
        """Start the program in a terminal, and let somebody in."""
        terminal = self.machine.start(command=self.command, **options)
        self.admit(admission)
        return terminal

    def admit(self, admission: Admission) -> None:
        """Wait for the program, and say who comes in."""
        self.take_in()
        self.say(admission)

    def take_in(self) -> None:
        """Wait for the program, and say nothing yet."""
        self._link, _ = self._door.accept()

    def say(self, word: Word) -> None:
        """Say a word."""
        self.send(spoken(word))

    def send(self, data: bytes) -> None:
        """Say anything."""
        assert self._link is not None
        self._link.sendall(data)

    def hang_up(self) -> None:
        """Be gone."""
        assert self._link is not None
        self._link.close()
        self._link = None

    def hear(self) -> list[Word]:
        """Everything that was said until now."""
        while self._link is not None and select.select([self._link], [], [], 0)[0]:
            data = self._link.recv(4096)
            if not data:
                break
            *lines, self._rest = (self._rest + data).split(b"\n")
            self.heard += map(understood, lines)
        return self.heard

    def wait_for(self, terminal: Terminal, word: Callable[[Word], bool]) -> None:
        """Wait until a word was said."""
        terminal.wait_until(lambda: any(map(word, self.hear())), f"only {self.heard} was said")

    def close(self) -> None:
        """Let go of the program."""
        if self._link is not None:
            self._link.close()
        self._door.close()
