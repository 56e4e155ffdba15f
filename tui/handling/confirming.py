"""Bestätigung: what is true about an order that was placed, and its mail once more."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from billing.errors import DatabaseUnavailable
from billing.ordering.model import MailState
from tui.confirmation_words import not_resent
from tui.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing.accounts.model import Session
    from billing.ordering.model import Confirmation
    from tui.handling.visit import Visit

MAIL_SECONDS = 1.5


async def confirm(visit: Visit, done: Confirmation) -> None:
    """Send the mail and show the confirmation with what is true about it."""
    from tui.screens.confirmation import ConfirmationScreen  # noqa: PLC0415 - loads when shown

    visit.flow, visit.checkout, visit.price_changes = None, None, {}
    visit.cart = await visit.ask(visit.service.cart, visit.session)
    state = done.mail_state
    with suppress(DatabaseUnavailable):
        state = await _sent(visit, visit.service.deliver_mail, done.order_id, state)
    page = ConfirmationScreen(visit.frame, replace(done, mail_state=state), visit.catalogue)
    await visit.show(page)
    visit.app.type_ahead.forget()


async def resend(visit: Visit) -> None:
    """„Erneut senden“: try the mail of the order once more and say what came of it."""
    from tui.screens.confirmation import ConfirmationScreen  # noqa: PLC0415

    page = visit.app.page
    if not isinstance(page, ConfirmationScreen):
        return
    page.wait_for(lambda: _("Sending the mail …"))
    order_id, mail_to = page.confirmation.order_id, page.confirmation.mail_to
    state = await _sent(visit, visit.service.resend_mail, order_id, MailState.WAITING)
    await page.show_mail(state)
    if state is MailState.FAILED:
        page.say(lambda: not_resent(mail_to), "error")
    else:
        page.say(None)


async def _sent(
    visit: Visit, send: Callable[[Session, str], MailState], order_id: str, meanwhile: MailState
) -> MailState:
    """What is true about the order's mail after a moment; `meanwhile` while it is on its way."""
    sending = asyncio.ensure_future(visit.ask(send, visit.session, order_id))
    done, _pending = await asyncio.wait({sending}, timeout=MAIL_SECONDS)
    return sending.result() if done else meanwhile
