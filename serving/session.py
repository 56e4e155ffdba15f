"""What one client asks of its session: a terminal, a page, a size. Everything else is refused."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

import asyncssh

from serving.stay import Stay
from serving.terminals import Terminal, clamped, environment, terminal
from serving.variables import FewVariables
from serving.words import NO_TERMINAL, TOO_MANY_SESSIONS, language_of
from tui.doors import DOORS, usage
from tui.i18n import in_language
from tui.launcher import End

if TYPE_CHECKING:
    from collections.abc import Callable

    from serving.admission import Guest
    from serving.house import House

_log = logging.getLogger("billing_center.serving")

_DONE, _REFUSED, _WRONG_USAGE = 0, 1, 2
_LAST_LINE_SECONDS = 1.0
# About one screen; a program that paints more than a client takes waits.
_MOST_UNSENT = 16_384


class Session(asyncssh.SSHServerSession[bytes]):
    """One session channel of one client."""

    def __init__(self, house: House, guest: Guest, over: Callable[[Session], None]) -> None:
        self._house, self._guest, self._over = house, guest, over
        self._loop = asyncio.get_running_loop()
        self._terminal: Terminal | None = None
        self._command: str | None = None
        self._stay: Stay | None = None
        self._task: asyncio.Task[None] | None = None
        self._holds: set[str] = set()
        self._timer = self._loop.call_later(house.settings.grace_seconds, self._give_up)

    # What the client asks for

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        """The channel is there."""
        self._channel = chan
        self._connection = chan.get_connection()
        chan.set_write_buffer_limits(_MOST_UNSENT)
        FewVariables.of(chan)

    def pty_requested(
        self, term_type: str, term_size: tuple[int, int, int, int], term_modes: object
    ) -> bool:
        """The client has a terminal."""
        del term_modes
        self._terminal = terminal(term_type, *term_size[:2])
        return True

    def shell_requested(self) -> bool:
        """The program, at its start page."""
        return True

    def exec_requested(self, command: str) -> bool:
        """The program at another page, or the words for what there is."""
        self._command = command.strip()
        return True

    def session_started(self) -> None:
        """Everything is asked for."""
        self._timer.cancel()
        variables = self._channel.get_environment()
        language = language_of(variables)
        if self._command and self._command.lower() not in DOORS:
            self._leave(usage(language), _WRONG_USAGE)
        elif self._terminal is None:
            self._leave(in_language(NO_TERMINAL, language), _REFUSED)
        elif not self._house.occupancy.may_begin(self._guest.place):
            self._house.metrics.refused("sessions")
            self._leave(in_language(TOO_MANY_SESSIONS, language), _REFUSED)
        else:
            self._stay = Stay(
                self._house,
                self._guest,
                self._channel,
                self._terminal,
                environment(self._terminal.name, variables),
                door=DOORS.get((self._command or "").lower()),
                language=language,
            )
            for reason in self._holds:
                self._stay.hold(reason)
            self._house.sessions.add(self)
            self._task = self._loop.create_task(self._run(self._stay))

    async def _run(self, stay: Stay) -> None:
        try:
            end = await stay.run()
        except Exception:  # noqa: BLE001 - the client must not be left waiting
            _log.exception("a session could not be served to its end")
            end = End.CRASHED
        finally:
            self._house.sessions.discard(self)
            self._house.occupancy.ended(self._guest.place)
        self._exit(_DONE if end is End.QUIT else _REFUSED)

    # What comes meanwhile

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """Keys."""
        if self._stay is not None and datatype is None:
            self._stay.take(data)

    def eof_received(self) -> bool:
        """No keys will come any more, so the session is over."""
        if self._stay is not None:
            self._stay.gone()
        return True

    def terminal_size_changed(self, width: int, height: int, pixwidth: int, pixheight: int) -> None:
        """The window has another size."""
        del pixwidth, pixheight
        if self._stay is not None:
            self._stay.resize(*clamped(width, height))

    def pause_writing(self) -> None:
        """The client reads too slowly."""
        self.hold("channel")

    def resume_writing(self) -> None:
        """The client has caught up."""
        self.go_on("channel")

    def hold(self, reason: str) -> None:
        """Stop the output for a reason."""
        self._holds.add(reason)
        if self._stay is not None:
            self._stay.hold(reason)

    def go_on(self, reason: str) -> None:
        """The reason is gone."""
        self._holds.discard(reason)
        if self._stay is not None:
            self._stay.go_on(reason)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        del exc
        self._timer.cancel()
        if self._stay is not None:
            self._stay.gone()
        self._over(self)

    # Its end

    async def close(self, end: End, seconds: float) -> None:
        """End it from here, and wait until it is over."""
        if self._stay is not None:
            self._stay.close(end, seconds)
        if self._task is not None:
            await asyncio.wait({self._task})

    async def let_go(self) -> None:
        """Wait until the last line is on its way, or nobody takes it, and close the connection."""
        if self._stay is not None:
            self._stay.kill()
        self._exit(_REFUSED)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._channel.wait_closed(), _LAST_LINE_SECONDS)
        self._connection.abort()

    def _leave(self, text: str, code: int) -> None:
        """Say why nothing begins, and end."""
        if self._terminal is None:
            self._channel.write_stderr(text.encode() + b"\n")
        else:
            self._channel.write_stderr(text.replace("\n", "\r\n").encode() + b"\r\n")
        self._exit(code)

    def _exit(self, code: int) -> None:
        """Tell the client the code; one that does not even take that is dropped."""
        if not self._channel.is_closing():
            self._channel.exit(code)
            self._timer = self._loop.call_later(
                self._house.settings.shutdown_seconds, self._give_up
            )

    def _give_up(self) -> None:
        self._connection.abort()
