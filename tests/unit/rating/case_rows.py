"""Reading the rows of `rating_cases.json`: dates, amounts, cycles, and what is not ours."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing.rating.money import Money

if TYPE_CHECKING:
    from billing.rating.periods import BillingPeriod

Row = dict[str, Any]

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
    "BIENNIAL": 24,
    "TRIENNIAL": 36,
}


class NotOurs(Exception):
    """The row asks for something this product does on purpose in another way, or not at all."""


def day(text: str) -> date:
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def money(row: Row, text: str) -> Money:
    return Money(Decimal(text), row.get("currency", ANY_CURRENCY))


def months_of(period: str, unit: int = 1) -> int:
    if period not in _MONTHS:
        raise NotOurs(f"periods of {period}")
    return _MONTHS[period] * unit


def dates(period: BillingPeriod) -> list[date]:
    return [period.start, period.end]
