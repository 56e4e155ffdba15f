"""„Offene Rechnung bezahlen“: once, with the payment details typed for it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from billing.errors import (
    DatabaseUnavailable,
    InvalidInput,
    OrderConflict,
    PaymentActionNeeded,
    PaymentDeclined,
    Problem,
    Refused,
)
from billing.invoicing.model import InvoiceState
from billing.payments.model import OnInvoice
from tui.handling.bank import ask_buyer
from tui.handling.entrance import show_home
from tui.handling.visit import said
from tui.i18n import _

if TYPE_CHECKING:
    from billing.invoicing.model import Invoice
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
    notice = _begun if due.begun else None
    await visit.show(DueScreen(visit.frame, due, visit.form, notice=notice, tone="warning"))


async def submit(visit: Visit, message: InvoicePaymentSubmitted) -> None:
    """„Jetzt bezahlen“."""
    from tui.screens.due import DueScreen  # noqa: PLC0415

    page = visit.app.page
    if not isinstance(page, DueScreen):
        return
    page.wait_for(lambda: _("Paying …"))
    try:
        await _pay(visit, page, message.payment)
    except InvalidInput as error:
        page.refuse(error, go_there=True)
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
        page.say(_begun, "warning")
    else:
        visit.form.forget_secrets()
        visit.app.start(_deliver(visit), holds_keys=False)
        await show_home(visit, _thanks(invoice, payment), "success")


async def _deliver(visit: Visit) -> None:
    """Send the mail about it; one that cannot be sent now stays in the outbox."""
    with suppress(DatabaseUnavailable):
        await visit.ask(visit.service.deliver_mail, visit.session)


def _begun() -> str:
    return _(
        "A payment of this invoice is not finished yet. With the same payment details it goes on; "
        "nothing is charged twice."
    )


def _why_not(error: Refused) -> Sentence:
    if error.problem is Problem.PAYMENT_OPEN:
        return lambda: _("A payment of this invoice is under way. Please look again later.")
    return said(error)


def _thanks(invoice: Invoice, payment: PaymentInput) -> Sentence:
    by_transfer = isinstance(payment, OnInvoice)

    def text() -> str:
        if invoice.state is InvoiceState.PAID:
            told = _("Thank you. Invoice {number} is paid.")
        elif by_transfer:
            told = _("Thank you. Invoice {number} waits for your bank transfer.")
        else:
            told = _("Thank you. The payment of invoice {number} is under way.")
        return told.format(number=invoice.number)

    return text
