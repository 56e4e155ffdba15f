"""One sign-in's state, and the few things every handler does with it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from billing.errors import DatabaseUnavailable
from billing.ordering.model import StoredDraft
from tui.sentences import not_saved_sentence, sentence
from tui.visit_state import VisitState

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing.errors import BillingError
    from tui.app import BillingApp
    from tui.desk import Desk
    from tui.screens.page import Page, Sentence

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

SAVING_SECONDS = 1.0


def said(error: BillingError) -> Sentence:
    """The sentence about a refusal, made anew whenever the language changes."""
    return lambda: sentence(error)


class Visit(VisitState):
    """Who is signed in, what they have chosen so far, and the page they see."""

    def __init__(self, app: BillingApp, desk: Desk) -> None:
        super().__init__()
        self.app, self.desk = app, desk

    async def open(self) -> None:
        """Wait until the service is there."""
        self.opened(await self.desk.service())

    async def ask(
        self,
        request: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Ask the service, away from the event loop."""
        return await self.desk.ask(request, *args, **kwargs)

    async def show(self, page: Page) -> None:
        """Put another page on the screen."""
        await self.app.show_page(page)

    def complain(self, error: BillingError) -> None:
        """Say at the page at hand why something was refused."""
        self.app.page.say(said(error), "error")

    async def save(self, place: str) -> None:
        """Store the draft with the place where the user stands; what is shown next is stored.

        A database that does not answer within a second does not hold the user up: the draft is
        stored as soon as it can be, and the page says so.
        """
        if self.flow is None:
            return
        stored = StoredDraft(self.flow.draft, place)
        saving = asyncio.ensure_future(self.ask(self.service.save_draft, self.session, stored))
        done, _pending = await asyncio.wait({saving}, timeout=SAVING_SECONDS)
        if not done:
            saving.add_done_callback(self._saved_late)
            return
        if isinstance(error := saving.exception(), DatabaseUnavailable):
            self._not_saved(error)
        elif error is not None:
            raise error

    async def keep_typed(self) -> None:
        """Store a number that is typed at the step at hand before the page is left."""
        if self._took_typed() and self.flow is not None:
            await self.save(self.flow.step)

    def keep_typed_on_leaving(self) -> None:
        """The same when the program is left, and what is ticked, without waiting for it."""
        if self._took_typed() and self.flow is not None:
            stored = StoredDraft(self.flow.draft, self.flow.step)
            self.desk.leave_behind(partial(self.service.save_draft, self.session, stored))
        if self.signed_in and (ticked := self.app.page.ticked()):
            self.desk.leave_behind(partial(self.service.keep_ticks, self.session, ticked))

    def _took_typed(self) -> bool:
        """Take what is typed at the step at hand into the draft; whether there was anything new."""
        if self.flow is None:
            return False
        from tui.screens.step import StepPage  # noqa: PLC0415 - pages load when they are shown

        page = self.app.page
        if not isinstance(page, StepPage) or page.flow.step is not self.flow.step:
            return False
        if (typed := page.typed()) is None:
            return False
        before, self.flow = self.flow, replace(self.flow, draft=self.flow.finished(typed))
        return before.draft != self.flow.draft

    def _saved_late(self, saving: asyncio.Future[None]) -> None:
        if not saving.cancelled() and isinstance(error := saving.exception(), DatabaseUnavailable):
            self._not_saved(error)

    def _not_saved(self, error: DatabaseUnavailable) -> None:
        self.app.call_after_refresh(
            lambda: self.app.page.say(lambda: not_saved_sentence(error), "warning")
        )
