"""Reading the rows of `rating_cases.json`: dates, amounts, cycles, and what is not ours."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NoReturn

from billing.rating.money import Money
from billing.rating.proration import prorate

if TYPE_CHECKING:
    from billing.rating.periods import BillingPeriod


ANY_CURRENCY = "EUR"
RATIO_DIGITS = 9
_MONTHS = {
    "MONTHLY": 1,
    "BIMESTRIAL": 2,
    "QUARTERLY": 3,
    "TRIANNUAL": 4,
    "BIANNUAL": 6,
    "SEMIANNUAL": 6,
    "HALF_YEARLY": 6,
    "ANNUAL": 12,
    "YEARLY": 12,
    "SESQUIENNIAL": 18,
    "BIENNIAL": 24,
    "TRIENNIAL": 36,
}


class NotOurs(Exception):
    """The row asks for something this product does on purpose in another way, or not at all."""


class Row(dict[str, Any]):
    """A case's input; what an operation needs and the case does not say makes it another's case."""

    def __missing__(self, name: str) -> NoReturn:
        raise NotOurs(f"a case without {name}")


def day(text: str) -> date:
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    """A moment; one without a zone is UTC, as the engines' tests have it."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def currency_of(row: Row) -> str:
    named: str = row.get("currency") or ANY_CURRENCY
    return named


def money(row: Row, text: str) -> Money:
    """An amount of the case's currency; prices there may be more precise than money is."""
    exact = Decimal(text)
    amount = Money.rounded(exact, currency_of(row))
    if amount.amount != exact:
        raise NotOurs(f"an amount of {text} {amount.currency}")
    return amount


def prorated(row: Row, price: str, share: Fraction) -> Money:
    """A share of a price; one more precise than money is goes into the one rounding as it is."""
    exact, currency = Decimal(price), currency_of(row)
    whole = Money.rounded(exact, currency)
    if whole.amount == exact:
        return prorate(whole, share)
    return Money.rounded(Fraction(exact) * share, currency)


def months_of(period: str, unit: int = 1) -> int:
    months = _MONTHS.get(period.upper())
    if months is None:
        raise NotOurs(f"periods of {period}")
    return months * unit


def dates(period: BillingPeriod) -> list[date]:
    return [period.start, period.end]
