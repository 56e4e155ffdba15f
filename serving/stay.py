"""One run of the program for one client, from its process to the last line on the screen."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

from serving.bridge import Bridge, open_terminal
from serving.launching import NoLauncher
from serving.line import Line
from serving.record import Attendance
from serving.terminals import farewell
from serving.words import NO_LAUNCHER, end_text
from tui.i18n import in_language
from tui.launcher import Admission, Closing, End, Ended, SignedIn, SignInFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asyncssh import SSHServerChannel

    from serving.admission import Guest
    from serving.house import House
    from serving.process import SessionProcess
    from serving.terminals import Terminal
    from tui.launcher import Door, Word

_log = logging.getLogger("billing_center.serving")

_BEGINNING_SECONDS = 30.0
# What the program itself does about time, the front does later, in case it does not.
_LENIENCE_SECONDS = 30.0
_LAST_BYTES_SECONDS = 5.0
_HANG_UP_SECONDS = 10.0
_TURNED_AWAY_SECONDS = 5.0
_IN_ORDER = (0, 1)


class Stay:
    """Begins a process, carries bytes, hears what the program says, and ends it when it must."""

    def __init__(
        self,
        house: House,
        guest: Guest,
        channel: SSHServerChannel[bytes],
        terminal: Terminal,
        environment: Mapping[str, str],
        *,
        door: Door | None,
        language: str,
    ) -> None:
        self._house, self._guest, self._channel = house, guest, channel
        self._terminal, self._environment = terminal, environment
        self._language, self._door = language, door
        self._loop = asyncio.get_running_loop()
        self._attendance = Attendance(house, guest, terminal)
        self._size = (terminal.width, terminal.height)
        self._early = bytearray()
        self._holds: set[str] = set()
        self._bridge: Bridge | None = None
        self._line: Line | None = None
        self._process: SessionProcess | None = None
        self._end: End | None = None
        self._timers: list[asyncio.TimerHandle] = []
        self._last_key = self._loop.time()

    async def run(self) -> End:
        """From the request to the end, and how it ended."""
        asked = self._loop.time()
        try:
            process = await self._begin()
        except NoLauncher:
            self._house.metrics.refused("launcher")
            self._say_line(in_language(NO_LAUNCHER, self._language))
            return End.CRASHED
        began = self._loop.time()
        by_key = self._guest.holder is not None
        self._house.metrics.began(self._terminal, by_key=by_key, seconds=began - asked)
        self._watch_time()
        try:
            end, in_order = await self._over(process)
        finally:
            self._tidy()
        self._house.metrics.ended(self._terminal, end, self._loop.time() - began)
        self._attendance.over(end)
        self._last_words(end, in_order=in_order)
        return end

    # Beginning

    async def _begin(self) -> SessionProcess:
        ours, theirs = open_terminal(*self._size, lines=self._terminal.is_dumb)
        line, program_line = socket.socketpair()
        try:
            process = await self._house.launching.begin(
                self._environment, theirs, program_line.fileno(), _BEGINNING_SECONDS
            )
        except BaseException:
            os.close(ours)
            line.close()
            raise
        finally:
            os.close(theirs)
            program_line.close()
        self._process = process
        self._line = Line(line, self._hear)
        self._line.say(self._admission())
        self._bridge = Bridge(ours, self._channel)
        self._bridge.resize(*self._size)
        self._channel.resume_reading()
        for reason in self._holds:
            self._bridge.hold(reason)
        if self._early:
            self._bridge.take(bytes(self._early))
        if self._end is not None:
            self._cut()
        return process

    def _admission(self) -> Admission:
        settings, holder = self._house.settings, self._guest.holder
        return Admission(
            self._language,
            holder.mail if holder else None,
            self._door,
            float(settings.idle_seconds),
            float(settings.longest_seconds),
        )

    def _watch_time(self) -> None:
        settings = self._house.settings
        self._later(settings.longest_seconds + _LENIENCE_SECONDS, self._end_by, End.TOO_LONG)
        self._later(settings.idle_seconds + _LENIENCE_SECONDS, self._look_for_keys)

    def _look_for_keys(self) -> None:
        """A program whose output nobody takes stands still, its own timers with it."""
        allowed = self._house.settings.idle_seconds + _LENIENCE_SECONDS
        left = self._last_key + allowed - self._loop.time()
        if left > 0:
            self._later(left, self._look_for_keys)
        else:
            self._end_by(End.IDLE)

    # Meanwhile

    def take(self, data: bytes) -> None:
        """Keys of the client; those that come before the program wait for it."""
        self._last_key = self._loop.time()
        if self._bridge is not None:
            self._bridge.take(data)
        else:
            self._early += data
            self._channel.pause_reading()

    def resize(self, width: int, height: int) -> None:
        """The window has another size."""
        self._size = (width, height)
        if self._bridge is not None:
            self._bridge.resize(width, height)

    def hold(self, reason: str) -> None:
        """Stop the output for a reason."""
        self._holds.add(reason)
        if self._bridge is not None:
            self._bridge.hold(reason)

    def go_on(self, reason: str) -> None:
        """The reason is gone."""
        self._holds.discard(reason)
        if self._bridge is not None:
            self._bridge.go_on(reason)

    def _hear(self, word: Word) -> None:
        match word:
            case SignedIn():
                if not self._attendance.signed_in(word):
                    self.close(End.TOO_MANY, _TURNED_AWAY_SECONDS)
            case SignInFailed():
                self._house.waits.failed(self._guest.place)
            case Ended(end) if self._end is None:
                self._end = end
            case _:
                pass

    # Ending

    def close(self, end: End, seconds: float) -> None:
        """Ask the program to end, and end it when it has not by then."""
        if self._end is None:
            self._end = end
            if self._line is not None:
                self._line.say(Closing(end, seconds))
            self._later(seconds, self._cut)

    def gone(self) -> None:
        """The client is gone, and nobody looks at the terminal any more."""
        self._end_by(End.GONE)

    def kill(self) -> None:
        """End what has not ended by now."""
        if self._process is not None:
            self._process.kill()

    def _end_by(self, end: End) -> None:
        if self._end is None:
            self._end = end
        self._cut()

    def _cut(self) -> None:
        """Hang up, which ends the program; kill what does not even heed that."""
        if self._line is not None:
            self._line.drain()
            self._line.close()
        if self._bridge is not None:
            self._bridge.close()
        if self._process is not None:
            self._later(_HANG_UP_SECONDS, self._process.kill)

    async def _over(self, process: SessionProcess) -> tuple[End, bool]:
        """Wait for the end; how it came, and whether the program left the terminal in order."""
        assert self._bridge is not None  # noqa: S101 - _begin has made it
        assert self._line is not None  # noqa: S101 - as above
        finished = self._bridge.finished
        await asyncio.wait({process.exited, finished}, return_when=asyncio.FIRST_COMPLETED)
        if not process.exited.done():
            self._later(_HANG_UP_SECONDS, process.kill)
            await asyncio.wait({process.exited})
        code = await process.code()
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(finished), _LAST_BYTES_SECONDS)
        self._line.drain()
        end = self._end or (End.QUIT if code == 0 else End.CRASHED)
        return end, code in _IN_ORDER

    def _last_words(self, end: End, *, in_order: bool) -> None:
        with suppress(OSError):
            self._channel.write(farewell(self._terminal, left_in_order=in_order))
            if not in_order:
                # What ends in order says itself why.
                self._say_line(end_text(end, self._language))

    def _say_line(self, text: str) -> None:
        if text:
            with suppress(OSError):
                self._channel.write(text.encode() + b"\r\n")

    def _later(self, seconds: float, call: Callable[..., object], *arguments: object) -> None:
        self._timers.append(self._loop.call_later(seconds, call, *arguments))

    def _tidy(self) -> None:
        for timer in self._timers:
            timer.cancel()
        if self._line is not None:
            self._line.close()
        if self._bridge is not None:
            self._bridge.close()
