"""Which ways to pay there are in a currency."""

from __future__ import annotations

from billing.errors import Problem, Refused
from billing.payments.model import PaymentInput, PaymentKind, SepaDebit

_ALL = (PaymentKind.SEPA, PaymentKind.INVOICE, PaymentKind.CARD)
_SEPA_CURRENCY = "EUR"


def ways_in(currency: str) -> tuple[PaymentKind, ...]:
    """The ways to pay in a currency, the first choice first."""
    return tuple(kind for kind in _ALL if kind is not PaymentKind.SEPA or _has_sepa(currency))


def require_way(payment: PaymentInput, currency: str) -> None:
    """Refuse what cannot be paid in a currency in this way.

    Raises:
        Refused: SEPA_IN_EURO_ONLY with the fact `currency`.
    """
    if isinstance(payment, SepaDebit) and not _has_sepa(currency):
        raise Refused(Problem.SEPA_IN_EURO_ONLY, currency=currency)


def _has_sepa(currency: str) -> bool:
    return currency == _SEPA_CURRENCY
