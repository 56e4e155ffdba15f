"""Keys typed ahead: each key has done its work, to the next page, before the following one begins.

Textual hands a key on without waiting for what it causes. On a slow line keys arrive in bursts, and
the second Enter of such a burst would go to the page that the first one is just leaving.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.events import Event
    from textual.message_pump import MessagePump

    from tui.app import BillingApp

    Forward = Callable[[Event], Awaitable[None]]

# Long enough for a step or a sign-in; what takes longer shows that it does, and lets keys through.
PATIENCE_SECONDS = 0.8
# One quiet look is no proof: a message may be on its way from one queue to the next.
TURNS = 2


class TypeAhead:
    """Holds keys and pastes back while an earlier one is at work."""

    def __init__(self, app: BillingApp, forward: Forward) -> None:
        self._app, self._forward = app, forward
        self._held: deque[Event] = deque()
        self._settling: asyncio.Task[None] | None = None
        self._opened = False

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
            await asyncio.wait({self._settling})

    def open(self) -> None:
        """The first page has its focus: forward what was typed before there was any."""
        self._opened = True
        if self._held and self._settling is None:
            self._settling = asyncio.create_task(self._settle())

    async def take(self, event: Event) -> None:
        """Forward an event at once, or when all before it are done."""
        if self._settling is not None or not self._opened:
            self._held.append(event)
            return
        await self._forward(event)
        self._settling = asyncio.create_task(self._settle())

    async def _settle(self) -> None:
        try:
            await self._quiet()
            while self._held:
                await self._forward(self._held.popleft())
                await self._quiet()
        finally:
            self._settling = None

    async def _quiet(self) -> None:
        """Wait until nothing more comes of the last key, or patience or the program ends."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                still = 0
                while still < TURNS and await self._passed_through():
                    if errands := self._app.holding:
                        await asyncio.wait(set(errands))
                    still = 0 if self._waiting() else still + 1
        except TimeoutError:
            return

    def _pumps(self) -> list[MessagePump]:
        """Where what a key causes travels: the focused widget, what holds it, the program."""
        screen = self._app.screen
        chain = list(screen.focused.ancestors_with_self) if screen.focused else [screen]
        return [*chain, self._app]

    async def _passed_through(self) -> bool:
        """Wait until every pump has come to what stands in its queue now; False: one has ended."""
        pumps = [pump for pump in self._pumps() if pump.is_running]
        left = len(pumps)
        all_through = asyncio.Event()

        def through() -> None:
            nonlocal left
            left -= 1
            if left <= 0:
                all_through.set()

        reached = [pump.call_later(through) for pump in pumps]
        if not (reached and all(reached)):
            return False
        await all_through.wait()
        return True

    def _waiting(self) -> bool:
        return bool(self._app.holding) or any(pump.message_queue_size for pump in self._pumps())
