"""The words about payment: ways to pay, numbers as they are printed. Pure: no Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.payments.model import PaymentKind
from billing.payments.ways import ways_in
from tui.i18n import _

if TYPE_CHECKING:
    from billing.payments.model import PaymentSummary


def ways_to_pay(currency: str) -> dict[PaymentKind, str]:
    """The ways to pay in a currency in their order, with their names."""
    return {kind: _way(kind) for kind in ways_in(currency)}


def _way(kind: PaymentKind) -> str:
    match kind:
        case PaymentKind.SEPA:
            return _("SEPA direct debit")
        case PaymentKind.INVOICE:
            return _("Invoice")
        case PaymentKind.CARD:
            return _("Card")


def transfer_words() -> str:
    """When a bank transfer is expected."""
    return _("Payable by bank transfer within 14 days of the invoice.")


def in_fours(iban: str) -> str:
    """An IBAN as it is printed: „DE89 3704 0044 …“."""
    compact = "".join(iban.split()).upper()
    return " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))


def payment_text(payment: PaymentSummary) -> str:
    """„SEPA-Lastschrift · DE89 … 3000 · Commerzbank“."""
    return " · ".join(part for part in (_way(payment.kind), payment.label, payment.bank) if part)
