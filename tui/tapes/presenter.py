"""Paces a tape for people: at the speed of a human hand, and as whoever presents it wants."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING

from tui.tapes.corner import Corner
from tui.tapes.tape import Paste, Press, Sleep, Type

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.strip import Strip

    from tui.tapes.frame import Frame
    from tui.tapes.tape import Command

    Draw = Callable[[Frame, Strip], None]


class Wish(StrEnum):
    """What the presenter wants by pressing a key."""

    PAUSE = "pause"
    STEP = "step"
    STOP = "stop"
    OTHER = "other"


class Presenter:
    """Looks on, and holds the tape up: as long as it says, and as long as somebody wants.

    A step is a command that can be seen: a text, a key as often as it says, a pause.
    """

    def __init__(self, draw: Draw, *, speed: float = 1.0) -> None:
        self._draw, self._speed = draw, speed
        self._corner = Corner()
        self._frame: Frame | None = None
        self._paused = False
        self._stepping = False
        self._steps = 0
        self._changed = asyncio.Event()

    def want(self, wish: Wish) -> None:
        """The presenter presses a key."""
        if wish is Wish.PAUSE:
            self._paused = not self._paused
            self._stepping = False
            self._steps = 0
        elif wish is Wish.STEP:
            self._paused = True
            self._steps += 1
        self._changed.set()
        self.redraw()

    def redraw(self) -> None:
        """Draw the frame at hand, as after a change of the window."""
        if self._frame is not None:
            corner = self._corner
            self._draw(self._frame, corner.paused() if self._paused else corner.keys())

    async def turn(self, command: Command) -> None:
        """Wait until the next command may begin."""
        if not isinstance(command, (Type, Press, Sleep, Paste)):
            return
        self._stepping = False
        while self._paused and not self._steps:
            await self._wish()
        if self._paused:
            self._steps -= 1
            self._stepping = True

    async def key(self, key: str) -> None:
        """Show a key."""
        self._corner.add(key)

    async def see(self, frame: Frame) -> None:
        """Show a frame."""
        self._frame = frame
        self.redraw()

    async def rest(self, seconds: float) -> None:
        """Let some seconds pass; they stand still with the tape, and a step ends them."""
        self.redraw()
        left = seconds / self._speed
        clock = asyncio.get_running_loop().time
        while left > 0 and not self._steps:
            if self._paused and not self._stepping:
                await self._wish()
                continue
            began = clock()
            await self._wish(left)
            left -= clock() - began

    async def end(self, frame: Frame) -> None:
        """The tape is over: the last frame stands until a key is pressed."""
        self._draw(frame, self._corner.ended())
        await self._wish()

    async def _wish(self, seconds: float | None = None) -> None:
        """Wait until a key is pressed, or for some seconds."""
        self._changed.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return
