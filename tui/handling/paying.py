"""„Offene Rechnung bezahlen“: once, with the payment details typed for it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from billing.errors import (
    DatabaseUnavailable,
    OrderConflict,
    PaymentActionNeeded,
    PaymentDeclined,
    Refused,
)
from tui.due_words import begun_words, paid_words, why_not_paid
from tui.handling.bank import ask_buyer
from tui.handling.entrance import show_home
from tui.handling.visit import said
from tui.i18n import _

if TYPE_CHECKING:
    from billing.payments.model import PaymentInput
    from tui.handling.visit import Visit
    from tui.messages import InvoicePaymentSubmitted, PayInvoice
    from tui.screens.due import DueScreen
    from tui.screens.page import Sentence


async def show(visit: Visit, message: PayInvoice) -> None:
    """The invoice with the payment part of the Kasse, under a key made now."""
    from tui.screens.due import DueScreen  # noqa: PLC0415 - pages load when they are shown

    try:
        due = await visit.ask(visit.service.due_invoice, visit.session, message.invoice_id)
    except Refused as error:
        await show_home(visit, _why_not(error), "warning")
        return
    notice = begun_words if due.begun else None
    page = DueScreen(visit.frame, due, visit.form, visit.catalogue, notice=notice, tone="warning")
    await visit.show(page)


async def submit(visit: Visit, message: InvoicePaymentSubmitted) -> None:
    """„Jetzt bezahlen“."""
    from tui.screens.due import DueScreen  # noqa: PLC0415

    page = visit.app.page
    if not isinstance(page, DueScreen):
        return
    page.wait_for(lambda: _("Paying …"))
    flaws = await visit.ask(visit.service.payment_flaws, visit.session, message.payment)
    page.refuse(flaws)
    if flaws:
        return
    try:
        await _pay(visit, page, message.payment)
    except Refused as error:
        await show_home(visit, _why_not(error), "warning")


async def _pay(visit: Visit, page: DueScreen, payment: PaymentInput) -> None:
    """Pay, or go on after the bank asked the buyer."""
    invoice_id = page.due.invoice.invoice_id
    try:
        invoice = await visit.ask(
            visit.service.pay_open_invoice, visit.session, invoice_id, page.due.key, payment
        )
    except PaymentActionNeeded as needed:
        ask_buyer(visit, page, needed, lambda: _pay(visit, page, payment))
    except PaymentDeclined as error:
        page.due = await visit.ask(visit.service.due_invoice, visit.session, invoice_id)
        page.say(said(error), "error")
    except OrderConflict:
        page.say(begun_words, "warning")
    else:
        visit.form.forget_secrets()
        visit.app.start(_deliver(visit), holds_keys=False)
        await show_home(visit, lambda: paid_words(invoice, payment), "success")


async def _deliver(visit: Visit) -> None:
    """Send the mail about it; one that cannot be sent now stays in the outbox."""
    with suppress(DatabaseUnavailable):
        await visit.ask(visit.service.deliver_mail, visit.session)


def _why_not(error: Refused) -> Sentence:
    return lambda: why_not_paid(error)
