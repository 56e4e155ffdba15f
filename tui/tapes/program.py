"""The program without a terminal: keys go in, frames come out."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from textual import events
from textual._context import visible_screen_stack

from tui.tapes.frame import Frame
from tui.tapes.keys import character_of, of_character

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.message_pump import MessagePump
    from textual.pilot import Pilot

    from tui.app import BillingApp

PATIENCE = 60
"""Seconds after which work that has not ended never will."""

_QUIET_LOOKS = 2


class Program:
    """A running program, its keyboard and its screen."""

    def __init__(self, app: BillingApp, pilot: Pilot[None]) -> None:
        self.app = app
        self._pilot = pilot

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.app.is_running

    async def press(self, key: str) -> None:
        """Press a key and let it do its work."""
        self._post(events.Key(key, character_of(key)))
        await self.settle()

    async def type(self, text: str) -> None:
        """Type a text as fast as can be, and let it do its work."""
        for character in text:
            self._post(events.Key(of_character(character), character))
        await self.settle()

    async def paste(self, text: str) -> None:
        """Paste a text, as a terminal with bracketed paste does."""
        self._post(events.Paste(text))
        await self.settle()

    def _post(self, event: events.Event) -> None:
        event.set_sender(self.app)
        self.app.post_message(event)

    async def settle(self) -> None:
        """Wait until no errand is under way, no message waits and all is drawn."""
        looks = 0
        async with asyncio.timeout(PATIENCE):
            while looks < _QUIET_LOOKS and self.running:
                await self._worked()
                await self._pilot.pause(0)
                looks = 0 if self._busy() else looks + 1

    async def _worked(self) -> None:
        """Wait until what was posted has arrived and done its work."""
        arrived = asyncio.Event()
        if self.app.call_later(arrived.set):
            await arrived.wait()
            await self.app.type_ahead.done()
        if errands := set(self.app.errands):
            await asyncio.wait(errands)

    def _busy(self) -> bool:
        if not self.running:
            return False
        top = self.app.screen
        pumps: list[MessagePump] = [self.app, *self.app.screen_stack, *top.walk_children()]
        return bool(
            self.app.errands
            or self.app.type_ahead.busy
            or any(pump.message_queue_size for pump in pumps)
            # Textual tells nobody that a page is yet to be laid out.
            or top._callbacks  # noqa: SLF001
            or top._layout_required  # noqa: SLF001
        )

    def frame(self) -> Frame:
        """What the screen shows."""
        # As Textual's own pictures are made: there is no public way to the cells.
        visible_screen_stack.set(self.app._background_screens)  # noqa: SLF001
        strips = self.app.screen._compositor.render_strips()  # noqa: SLF001
        width, height = self.app.size
        return Frame.of((width, height), strips)


@asynccontextmanager
async def started(app: BillingApp, size: tuple[int, int]) -> AsyncIterator[Program]:
    """Run the program without a terminal until the context ends."""
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        program = Program(app, pilot)
        await program.settle()
        yield program
