"""The words about an open invoice: what it is for, what came of paying it. Pure: no Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.errors import Problem, Refused
from billing.invoicing.model import InvoiceState
from billing.payments.model import OnInvoice
from tui.formats import day, period
from tui.i18n import _
from tui.pricing import cycle_name
from tui.seats_words import seats_of
from tui.sentences import sentence

if TYPE_CHECKING:
    from billing.catalogue.model import Catalogue
    from billing.invoicing.model import Invoice, InvoiceLine
    from billing.payments.model import PaymentInput


def invoice_title(invoice: Invoice) -> str:
    """Number and day."""
    return _("Invoice {number} of {day}").format(number=invoice.number, day=day(invoice.issued_on))


def position_words(item: InvoiceLine, catalogue: Catalogue) -> tuple[str, str]:
    """A position: what it is, and how many seats for which period."""
    names = [item.product_name, item.tier_name]
    if item.cycle is not None:
        names.append(cycle_name(item.cycle))
    seats = seats_of(item.product, item.seats, catalogue)
    return " · ".join(names), f"{seats} · {period(item.period)}"


def overdue_words(invoice: Invoice) -> str:
    """Since when an invoice is due."""
    return _("Payable by bank transfer; the invoice has been due since {day}.").format(
        day=day(invoice.due_on)
    )


def begun_words() -> str:
    """An earlier attempt to pay is not finished."""
    return _(
        "A payment of this invoice is not finished yet. With the same payment details it goes on; "
        "nothing is charged twice."
    )


def why_not_paid(error: Refused) -> str:
    """Why an invoice cannot be paid now."""
    if error.problem is Problem.PAYMENT_OPEN:
        return _("A payment of this invoice is under way. Please look again later.")
    return sentence(error)


def paid_words(invoice: Invoice, payment: PaymentInput) -> str:
    """What became of the payment."""
    if invoice.state is InvoiceState.PAID:
        told = _("Thank you. Invoice {number} is paid.")
    elif isinstance(payment, OnInvoice):
        told = _("Thank you. Invoice {number} waits for your bank transfer.")
    else:
        told = _("Thank you. The payment of invoice {number} is under way.")
    return told.format(number=invoice.number)
