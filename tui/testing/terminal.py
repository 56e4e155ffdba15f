"""A terminal with the program in it: keys go in, the text on the screen comes out."""

from __future__ import annotations

import asyncio
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from textual import events
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.widgets import Input

from tui.flow import Flow, Step
from tui.handling.choosing import read_shelf, show_step
from tui.sentences import sentence
from tui.testing.pages import (
    CartPage,
    CheckoutPage,
    CycleStep,
    Home,
    LicencesPage,
    Login,
    OfferStep,
    ProductStep,
    Question,
    SeatsStep,
    TierStep,
)
from tui.testing.sight import rows, shown_text
from tui.widgets.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from textual.message_pump import MessagePump
    from textual.pilot import Pilot

    from billing.errors import BillingError
    from billing.service import BillingService
    from tui.app import BillingApp
    from tui.screens.page import Page

LONGEST = 60
"""Seconds after which something that should have happened never will."""

FARTHEST = 30
"""No control of a screen is more Tabs away than this."""


class Opener(Protocol):
    """Starts the program in a terminal."""

    def __call__(
        self,
        mail: str | None = None,
        *,
        service: BillingService | None = None,
        language: str = "de",
        size: tuple[int, int] = (80, 24),
        settled: bool = True,
    ) -> AbstractAsyncContextManager[Terminal]:
        """With a mail it is signed in already; without `settled` it may still be starting."""
        ...


class Terminal:
    """One running program, its keyboard and its screen."""

    def __init__(self, app: BillingApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot
        self.keys_pressed = 0
        self.login, self.home = Login(self), Home(self)
        self.product, self.offer, self.tier = ProductStep(self), OfferStep(self), TierStep(self)
        self.seats, self.cycle = SeatsStep(self), CycleStep(self)
        self.cart, self.checkout, self.question = CartPage(self), CheckoutPage(self), Question(self)
        self.licences = LicencesPage(self)

    # The keyboard

    def send(self, *keys: str) -> None:
        """Press keys and wait for nothing, as a hasty user would."""
        for key in keys:
            self._post(events.Key(key, _character(key)))
            self.keys_pressed += 1

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each when the one before has done its work."""
        for key in keys:
            self.send(key)
            await self._worked()
        await self.settle()

    async def type(self, text: str) -> None:
        """Type a text, character by character."""
        for character in text:
            self._post(events.Key(_character_to_key(character), character))
            self.keys_pressed += 1
        await self.settle()

    async def paste(self, text: str) -> None:
        """Paste a text, as a terminal with bracketed paste does."""
        self._post(events.Paste(text))
        await self.settle()

    async def clear(self) -> None:
        """Empty the field at hand."""
        await self.press("end", "ctrl+u")

    def _post(self, event: events.Event) -> None:
        event.set_sender(self.app)
        self.app.post_message(event)

    async def _worked(self) -> None:
        """Wait until the last key has done its work; the screen may still have to be drawn."""
        arrived = asyncio.Event()
        if self.app.call_later(arrived.set):
            await arrived.wait()
            await self.app.type_ahead.done()

    async def resize(self, width: int, height: int) -> None:
        """Give the window another size."""
        await self.pilot.resize_terminal(width, height)
        await self.settle()

    async def settle(self) -> None:
        """Wait until no errand is under way and no message waits: without sleeping."""
        quiet = 0
        async with asyncio.timeout(LONGEST):
            while quiet < 2:
                if self.app._exception is not None or not self.app.is_running:
                    return
                await self.app.type_ahead.done()
                if errands := set(self.app.errands):
                    await asyncio.wait(errands)
                await self.pilot._wait_for_screen()
                quiet = 0 if self._busy() else quiet + 1
        self.app.screen._on_timer_update()

    async def gone(self) -> None:
        """Let the program run until it has ended."""
        await self.until(lambda: not self.app.is_running)

    async def until(self, happened: Callable[[], bool]) -> None:
        """Let the program run until something has happened."""
        async with asyncio.timeout(LONGEST):
            while not happened():  # noqa: ASYNC110 - any condition, also one of another thread
                await asyncio.sleep(0.005)

    def _busy(self) -> bool:
        pumps: list[MessagePump] = [self.app, *self.app.screen_stack]
        pumps += self.app.screen.walk_children()
        waiting = any(not pump._message_queue.empty() for pump in pumps)
        # A page below another one is laid out when it comes up again.
        top = self.app.screen
        return bool(
            self.app.errands
            or self.app.type_ahead.busy
            or waiting
            or top._callbacks
            or top._layout_required
        )

    # The screen

    @property
    def name(self) -> str:
        """The class of the screen on top."""
        return type(self.app.screen).__name__

    def lines(self) -> list[str]:
        """The rows of the screen as they are shown, with plain blanks for the unbreakable ones."""
        return rows(self.app.screen)

    @property
    def text(self) -> str:
        """All of the screen."""
        return "\n".join(line.rstrip() for line in self.lines())

    def read(self, selector: str) -> str:
        """The visible text of a widget, its lines joined by blanks."""
        return shown_text(self.app.screen.query_one(selector))

    @property
    def notice(self) -> str:
        """What the notice line of the page says."""
        return shown_text(self.page.query_one("#notice"))

    @property
    def page(self) -> Page:
        """The page, below whatever is open above it."""
        return self.app.page

    @property
    def focused(self) -> str | None:
        """The id of the widget that has the focus."""
        return self.app.focused.id if self.app.focused else None

    def value(self, field: str) -> str:
        """What is typed in a field."""
        return self.page.query_one(f"#{field}", Input).value

    # Moving about

    async def begin(self, step: Step, **answers: Any) -> None:
        """Stand at a step of the flow with these answers given, without walking there."""
        visit = self.app.visit

        async def go() -> None:
            draft = replace(visit.service.new_draft(visit.session), **answers)
            visit.flow = Flow(draft, await read_shelf(visit)).at(step)
            await show_step(visit)

        self.app.start(go())
        await self.settle()
        assert visit.flow is not None
        assert visit.flow.step is step

    async def focus(self, widget_id: str) -> None:
        """Tab to a widget."""
        for _ in range(FARTHEST):
            if self.focused == widget_id:
                return await self.settle()
            self.send("tab")
            await self._worked()
        raise AssertionError(f"Tab never comes to {widget_id}")

    async def push(self, button: str) -> None:
        """Tab to a button and press it."""
        await self.focus(button)
        await self.press("enter")

    async def point_at(self, choices: str, option: str) -> None:
        """Move the pointer of a list to an option with the arrows."""
        await self.focus(choices)
        found = self.app.screen.query_one(f"#{choices}", Choices)
        for _ in range(found.option_count):
            if found.chosen == option:
                return await self.settle()
            self.send("down")
            await self._worked()
        raise AssertionError(f"{choices} has no {option}")

    async def fill(self, field: str, text: str) -> None:
        """Type a text into a field in place of what is there."""
        await self.focus(field)
        self.send("end", "ctrl+u")
        await self.type(text)


def said(refusal: BillingError, mark: str = "✗") -> str:
    """A refusal as the notice line shows it."""
    return " ".join(f"{mark} {sentence(refusal)}".split())


def _character(key: str) -> str | None:
    try:
        return unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(key, key)))
    except KeyError:
        return key if len(key) == 1 else None
