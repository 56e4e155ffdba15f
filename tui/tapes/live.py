"""Plays a tape on the terminal at hand, for people who look on."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import termios
import tty
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from rich.segment import Segment
from textual.strip import Strip

from tui.i18n import _
from tui.tapes.frame import Frame
from tui.tapes.paint import Painter
from tui.tapes.player import play
from tui.tapes.presenter import Presenter, Stopped, Wish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tui.tapes.stage import Stage
    from tui.tapes.tape import Tape

# On a slow line the rest of an arrow may come behind its first byte.
_ESCAPE_SECONDS = 0.1
_BETWEEN_SECONDS = 3.0
_UNFINISHED = re.compile(rb"\x1b(?:[\[O][0-9;]*)?\Z")
_KEYS = re.compile(rb"\x1b[\[O][0-9;]*[A-Za-z~]|.", re.DOTALL)
_ENTER = "\x1b[?1049h\x1b[?25l"
_LEAVE = "\x1b[0m\x1b[?25h\x1b[?1049l"
_WISHES = {
    b" ": Wish.PAUSE,
    b"\x1b[C": Wish.STEP,
    b"\x1bOC": Wish.STEP,
    b"\x1b": Wish.STOP,
    b"\x03": Wish.STOP,
    b"q": Wish.STOP,
}


class Screen:
    """The terminal at hand: frames go out, keys come in."""

    def __init__(self) -> None:
        # Textual takes what is printed while a program runs: hold on to the real ones.
        self._in, self._out = sys.stdin.fileno(), sys.stdout.fileno()
        name = Console(file=sys.stdout).color_system or "standard"
        self._painter = Painter(COLOR_SYSTEMS.get(name, ColorSystem.STANDARD))
        self._size = (0, 0)
        self._pending = b""
        self._timer: asyncio.TimerHandle | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows; of a terminal that is gone, those that it had."""
        with suppress(OSError):
            size = os.get_terminal_size(self._out)
            self._size = (size.columns, size.lines)
        return self._size

    def draw(self, frame: Frame, corner: Strip) -> None:
        """Show a frame, and something in the corner at the bottom right."""
        width, height = self.size
        if width < frame.size[0] or height < frame.size[1]:
            shown = _too_small((width, height), frame.size)
        else:
            shown = Frame.of((width, height), frame.rows)
        shown = shown.with_corner(corner.crop(0, width))
        self._write(self._painter.draw(shown))

    def resized(self) -> None:
        """The window has changed: whatever it shows is drawn anew."""
        self._painter.forget()

    def _write(self, text: str) -> None:
        data = text.encode()
        # A terminal that is gone is no reason to complain: nobody would read it.
        with suppress(OSError):
            while data:
                data = data[os.write(self._out, data) :]

    @contextmanager
    def open(self, wanted: Callable[[Wish], None]) -> Iterator[None]:
        """Take the terminal over; every key that is pressed is told."""
        before = termios.tcgetattr(self._in)
        loop = asyncio.get_running_loop()
        try:
            tty.setraw(self._in)
            self._write(_ENTER)
            loop.add_reader(self._in, self._read, wanted)
            yield
        finally:
            loop.remove_reader(self._in)
            if self._timer is not None:
                self._timer.cancel()
            self._write(_LEAVE)
            with suppress(termios.error):
                termios.tcsetattr(self._in, termios.TCSADRAIN, before)

    def _read(self, wanted: Callable[[Wish], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        read = b""
        with suppress(OSError):
            read = os.read(self._in, 1024)
        if not read:
            # The terminal is gone.
            wanted(Wish.STOP)
            return
        data = self._pending + read
        unfinished = _UNFINISHED.search(data)
        end = unfinished.start() if unfinished else len(data)
        self._pending = data[end:]
        for key in _KEYS.findall(data[:end]):
            wanted(_WISHES.get(key, Wish.OTHER))
        if self._pending:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(_ESCAPE_SECONDS, wanted, Wish.STOP)


def _too_small(now: tuple[int, int], needed: tuple[int, int]) -> Frame:
    text = _("Please enlarge the window to {width} × {height}.").format(
        width=needed[0], height=needed[1]
    )
    return Frame.of(now, [Strip([Segment(text)])])


async def present(tape: Tape, stages: Iterator[Stage], *, speed: float = 1.0) -> None:
    """Play a tape on the terminal at hand, once for each stage, until its end or Esc.

    Raises:
        TapeError: as `play`.
    """
    screen = Screen()
    presenter = Presenter(screen.draw, speed=speed)

    def resized() -> None:
        screen.resized()
        presenter.redraw()

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGWINCH, resized)
    for ending in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(ending, presenter.want, Wish.STOP)
    with screen.open(presenter.want), suppress(Stopped):
        await _all(tape, stages, presenter)


async def _all(tape: Tape, stages: Iterator[Stage], presenter: Presenter) -> None:
    last = None
    for stage in stages:
        if last is not None:
            await presenter.rest(_BETWEEN_SECONDS)
        last = await play(tape, stage, audience=(presenter,))
    if last is not None:
        await presenter.end(last)
