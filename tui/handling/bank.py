"""The bank asks the buyer before it pays: the question, and the payment that goes on after it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from billing.errors import Refused
from tui.handling.visit import said
from tui.i18n import _
from tui.sentences import at_bank_sentence

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from billing.errors import PaymentActionNeeded
    from tui.handling.visit import Visit
    from tui.screens.page import Page


def ask_buyer(
    visit: Visit, page: Page, needed: PaymentActionNeeded, again: Callable[[], Awaitable[None]]
) -> None:
    """Put the bank's question above a page; `again` sends the request once more after it.

    Without an answer the payment waits, and the page says so.
    """
    from tui.screens.dialogs import QuestionScreen  # noqa: PLC0415 - loads when it is asked

    page.say(said(needed), "warning")
    if visit.service.plays_bank:
        answers = [
            ("confirm", lambda: _("Confirm (test bank)")),
            ("decline", lambda: _("Decline")),
        ]
    else:
        answers = [("confirmed", lambda: _("I have confirmed")), ("later", lambda: _("Back"))]
    question = QuestionScreen(
        lambda: _("Your bank asks for your confirmation"),
        lambda: at_bank_sentence(needed.order_number),
        answers,
        address=needed.address,
    )

    async def answered(answer: str | None) -> None:
        if answer not in {"confirm", "decline", "confirmed"}:
            return
        page.wait_for(lambda: _("Asking your bank …"))
        if answer != "confirmed":
            # One that was settled meanwhile is told by the request itself.
            with suppress(Refused):
                await visit.ask(
                    visit.service.confirm_at_bank,
                    visit.session,
                    needed.order_number,
                    answer == "confirm",
                )
        await again()

    visit.app.ask(question, lambda answer: visit.app.start(answered(answer)))
    visit.app.type_ahead.forget()
