"""„Offene Rechnung bezahlen“: what is owed for what, and how it is paid now."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from billing.errors import (
    DatabaseUnavailable,
    InvalidInput,
    OrderConflict,
    PaymentActionNeeded,
    PaymentDeclined,
    PaymentUnknown,
    Refused,
)
from tui.due_words import (
    begun_words,
    invoice_title,
    overdue_words,
    paid_words,
    position_words,
    why_not_paid,
)
from tui.formats import money
from tui.i18n import _
from tui.order_words import invoice_rows
from tui.payment_words import payment_text
from tui.plain.bank import ask_buyer
from tui.plain.payment import ask_payment
from tui.plain.visit import At
from tui.sentences import sentence

if TYPE_CHECKING:
    from billing.ordering.model import DueInvoice
    from tui.plain.visit import Visit


def show(visit: Visit) -> At:
    """The invoice, the payment details, and the payment."""
    try:
        due = visit.service.due_invoice(visit.session, visit.invoice_id)
        _tell(visit, due)
        ask_payment(visit, overdue_words(due.invoice))
        if visit.paid_by is not None:
            visit.talk.say(f"{_('Payment details')}: {payment_text(visit.paid_by)}")
        visit.talk.say(f"{_('Total due')}: {money(due.invoice.total)}")
        # Enter alone must never pay.
        ways = [(True, _("Pay now")), (False, _("Payment details"))]
        return _paid(visit, due) if visit.talk.choose("", ways) else At.DUE
    except Refused as error:
        visit.talk.say(why_not_paid(error))
        return At.HOME


def _tell(visit: Visit, due: DueInvoice) -> None:
    visit.talk.say("", _("Open invoice"), invoice_title(due.invoice))
    for item in due.invoice.lines:
        what, how_many = position_words(item, visit.catalogue)
        visit.talk.say(f"{what}: {money(item.amount)}", how_many)
    rows = invoice_rows(due.invoice, sample=visit.catalogue.sample)
    visit.talk.say(*(f"{label}: {money(amount)}" for label, amount in rows))
    if due.begun:
        visit.talk.say(begun_words())


def _paid(visit: Visit, due: DueInvoice) -> At:
    """Pay, and go on each time after the bank asked the buyer."""
    payment, invoice_id = visit.form.payment(), due.invoice.invoice_id
    while True:
        visit.talk.say(_("Paying …"))
        try:
            invoice = visit.service.pay_open_invoice(visit.session, invoice_id, due.key, payment)
        except PaymentActionNeeded as needed:
            if not ask_buyer(visit, needed):
                visit.talk.say(sentence(needed))
                return At.HOME
        except (PaymentDeclined, PaymentUnknown, InvalidInput) as error:
            visit.talk.say(sentence(error))
            return At.DUE
        except OrderConflict:
            visit.talk.say(begun_words())
            return At.DUE
        else:
            visit.ordered()
            visit.talk.say(paid_words(invoice, payment))
            with suppress(DatabaseUnavailable):
                visit.service.deliver_mail(visit.session)
            return At.HOME
