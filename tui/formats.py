"""Money, dates and numbers in the language in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing import formats
from tui.i18n import current_language

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from billing.rating.money import Money
    from billing.rating.periods import BillingPeriod


def money(amount: Money) -> str:
    """An amount with its currency: „1.234,50 €“."""
    return formats.format_money(amount, current_language())


def day(value: date) -> str:
    """A date: „22.11.2026“."""
    return formats.format_date(value, current_language())


def number(value: int) -> str:
    """A whole number with its grouping: „1.000“."""
    return formats.format_number(value, current_language())


def percent(rate: Decimal) -> str:
    """A rate in percent: „25,5 %“."""
    return formats.format_percent(rate, current_language())


def period(value: BillingPeriod) -> str:
    """First and last day of a period: „22.11.2026 – 21.11.2027“."""
    return f"{day(value.start)} – {day(value.last_day)}"
