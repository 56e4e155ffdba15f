"""Keys typed ahead: each key has done its work, to the next page, before the following one begins.

Textual hands a key on without waiting for what it causes. On a slow line keys arrive in bursts, and
the second Enter of such a burst would go to the page that the first one is just leaving.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.events import Key

from tui.screens.dialogs import QuestionScreen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.events import Event
    from textual.message_pump import MessagePump

    from tui.app import BillingApp

    Forward = Callable[[Event], Awaitable[None]]

# A slow machine only makes keys wait longer; what ends the program is let through after this time.
PATIENCE_SECONDS = 3.0
ENDINGS = {"ctrl+c", "ctrl+q"}
# What a key causes is on the screen before anybody looks whether more comes of it.
PAINT_SECONDS = 0.03
# One quiet look is no proof: a message may be on its way from one queue to the next.
TURNS = 2


class _Passage:
    """How many have not come through yet, the program itself among them.

    Textual looks at every new function how it is to be called; it knows the method from last time.
    """

    def __init__(self) -> None:
        self.left = 1
        self.over = asyncio.Event()

    def through(self) -> None:
        """One more has."""
        self.left -= 1
        if self.left <= 0:
            self.over.set()


class TypeAhead:
    """Holds keys and pastes back while an earlier one is at work."""

    def __init__(self, app: BillingApp, forward: Forward) -> None:
        self._app, self._forward = app, forward
        self._held: deque[Event] = deque()
        self._settling: asyncio.Task[None] | None = None
        self._opened = False
        self._wanted = asyncio.Event()

    @property
    def busy(self) -> bool:
        """Whether a key is at work or waits."""
        return self._settling is not None

    def forget(self) -> None:
        """Drop what was typed ahead: it was not meant for the page that comes."""
        self._held.clear()

    async def done(self) -> None:
        """Wait until no key is at work or waits."""
        while self._settling is not None:
            self._wanted.set()
            await asyncio.wait({self._settling})

    def open(self) -> None:
        """From now on there is a page that keys can be meant for; those typed before go there."""
        self._opened = True
        self._settle()

    def close(self) -> None:
        """Until it is opened again, keys wait for a page."""
        self._opened = False

    async def take(self, event: Event) -> None:
        """Forward an event at once, or when all before it are done."""
        if self._opened and not self.busy and not self._errands():
            await self._forward(event)
        else:
            self._held.append(event)
            self._wanted.set()
        self._settle()

    def _settle(self) -> None:
        if self._opened and self._settling is None:
            if not self._held:
                self._wanted.clear()
            self._settling = asyncio.create_task(self._forward_held())

    async def _forward_held(self) -> None:
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(PAINT_SECONDS):
                    await self._wanted.wait()
            while self._app.is_running:
                if await self._quiet():
                    if not self._held:
                        return
                    await self._forward(self._held.popleft())
                elif (ending := self._ending()) is not None:
                    await self._forward(ending)
        finally:
            self._settling = None

    def _ending(self) -> Event | None:
        """A key that ends the program; what was typed before it is not wanted any more."""
        for place, event in enumerate(self._held):
            if isinstance(event, Key) and event.key in ENDINGS:
                for _ in range(place + 1):
                    self._held.popleft()
                return event
        return None

    async def _quiet(self) -> bool:
        """Wait until nothing more comes of the last key; False when that takes long."""
        still = 0
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while still < TURNS and await self._passed_through():
                    if errands := self._errands():
                        await asyncio.wait(errands)
                    still = 0 if self._waiting() else still + 1
        except TimeoutError:
            return False
        return True

    def _errands(self) -> set[asyncio.Task[None]]:
        """What keys wait for; a question that is open can be answered at any time."""
        return set() if isinstance(self._app.screen, QuestionScreen) else set(self._app.holding)

    def _pumps(self) -> list[MessagePump]:
        """Where what a key causes travels: the focused widget, what holds it, the program."""
        screen = self._app.screen
        chain = list(screen.focused.ancestors_with_self) if screen.focused else [screen]
        return [*chain, self._app]

    async def _passed_through(self) -> bool:
        """Wait until every pump has come to what stands in its queue now; False: the app ends.

        A widget that is just being removed takes nothing any more and is not waited for.
        """
        *widgets, app = self._pumps()
        passage = _Passage()
        for pump in widgets:
            if pump.is_running:
                passage.left += pump.call_later(passage.through)
        if not app.call_later(passage.through):
            return False
        await passage.over.wait()
        return True

    def _waiting(self) -> bool:
        # A screen that was put on top is not at work until its task has begun.
        return (
            bool(self._errands())
            or not self._app.screen.is_running
            or any(pump.message_queue_size for pump in self._pumps())
        )
