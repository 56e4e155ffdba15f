"""The front's side of the launcher: starts it, asks it for sessions, starts it again when it dies.

The launcher is a program of its own and not a fork, so nothing that the front holds, its host key
least of all, is ever in the memory of a session.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from serving import wire
from serving.process import SessionProcess

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping

    from serving.plan import Plan

_log = logging.getLogger("billing_center.serving")

_LOADING_SECONDS = 120.0
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.1, 10.0
_SETTINGS = {
    # Every thread of a session would have address space of its own set aside, and use it.
    "MALLOC_ARENA_MAX": "1",
    # Fewer bytes on the line: nothing moves by itself, and no more frames than anybody sees.
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_SMOOTH_SCROLL": "0",
    "TEXTUAL_FPS": "30",
    # Only for what is rehearsed; a session gets the variables of its own terminal.
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
}
# The launcher's code is the front's own, wherever that was started.
_HERE = str(Path(__file__).parent.parent)
_NEVER_PASSED = ("TEXTUAL", "PYTHON", "LD_", "NO_COLOR")


class NoLauncher(Exception):
    """The launcher is not there, or could not begin the session."""


class Launching:
    """A launcher that is started again whenever it ends."""

    def __init__(self, plan: Plan, restarted: Callable[[], None] = lambda: None) -> None:
        """`restarted` is called whenever it is started again."""
        self._plan, self._restarted = plan, restarted
        self._loop = asyncio.get_running_loop()
        self._ready = asyncio.Event()
        self._line: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._asked: dict[int, asyncio.Future[int]] = {}
        self._running: dict[int, SessionProcess] = {}
        self._number = 0
        self._pause = _SHORTEST_PAUSE
        self._again: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """The launcher's process id, if one was started."""
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Start the launcher and wait until it has loaded everything.

        Raises:
            NoLauncher: it ended instead, or takes too long.
        """
        self._spawn()
        try:
            async with asyncio.timeout(_LOADING_SECONDS):
                while not self._ready.is_set():
                    if self._line is None:
                        raise NoLauncher
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._ready.wait(), 0.1)
        except TimeoutError:
            raise NoLauncher from None

    async def begin(
        self, environment: Mapping[str, str], terminal: int, line: int, patience: float
    ) -> SessionProcess:
        """A new session on a terminal, with these variables and the line to the front.

        Raises:
            NoLauncher: there is none within `patience` seconds, or it could not.
        """
        try:
            async with asyncio.timeout(patience):
                await self._ready.wait()
                return await self._begin(environment, terminal, line)
        except (TimeoutError, OSError):
            raise NoLauncher from None

    async def _begin(
        self, environment: Mapping[str, str], terminal: int, line: int
    ) -> SessionProcess:
        if self._line is None:
            raise NoLauncher
        self._number += 1
        number = self._number
        begun = self._asked[number] = self._loop.create_future()
        try:
            request = wire.Begin(number, dict(environment))
            wire.send(self._line, request, (terminal, line))
            handle = await begun
        except BaseException:
            # Whoever gave up closes the terminal, and that ends what may have been begun.
            self._asked.pop(number, None)
            raise
        process = self._running[number] = SessionProcess(handle)
        return process

    def stop(self) -> None:
        """End the launcher; what it launched is not touched."""
        if self._again is not None:
            self._again.cancel()
        self._ready.clear()
        if self._line is not None:
            self._hang_up(self._line)
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(1)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _spawn(self) -> None:
        ours, theirs = wire.pair()
        ours.setblocking(False)
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(_NEVER_PASSED)
        }
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                _command(theirs.fileno(), self._plan),
                env=environment | _SETTINGS | {"PYTHONPATH": _HERE},
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                # Keys pressed in the front's terminal are not for it.
                start_new_session=True,
            )
        self._line = ours
        self._loop.add_reader(ours, self._listen, ours)

    def _listen(self, line: socket.socket) -> None:
        try:
            received = wire.receive(line)
        except BlockingIOError:
            return
        except OSError:
            received = None
        if received is None:
            self._lost(line)
        else:
            self._hear(*received)

    def _hear(self, packet: wire.Packet, descriptors: tuple[int, ...]) -> None:
        match packet:
            case wire.Ready():
                self._pause = _SHORTEST_PAUSE
                self._ready.set()
            case wire.Begun(number):
                begun = self._asked.pop(number, None)
                if begun is None or begun.done():
                    os.close(descriptors[0])
                else:
                    begun.set_result(descriptors[0])
            case wire.NotBegun(number):
                if (begun := self._asked.pop(number, None)) is not None and not begun.done():
                    begun.set_exception(NoLauncher())
            case wire.Over(number, code):
                if (process := self._running.pop(number, None)) is not None:
                    process.has_code(code)

    def _lost(self, line: socket.socket) -> None:
        """The launcher has ended: its sessions live on, and another one is started."""
        self._hang_up(line)
        self._ready.clear()
        for begun in self._asked.values():
            if not begun.done():
                begun.set_exception(NoLauncher())
        self._asked.clear()
        for process in self._running.values():
            process.has_code(None)
        self._running.clear()
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
        _log.warning("the launcher ended; starting another one in %.1f s", self._pause)
        self._again = self._loop.call_later(self._pause, self._start_again)
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)

    def _start_again(self) -> None:
        self._restarted()
        self._spawn()

    def _hang_up(self, line: socket.socket) -> None:
        self._loop.remove_reader(line)
        line.close()
        if self._line is line:
            self._line = None


def _command(line: int, plan: Plan) -> list[str]:
    return [
        *(sys.executable, "-P", "-X", "utf8", "-m", "serving.launcher"),
        *(str(line), plan.to_json()),
    ]
