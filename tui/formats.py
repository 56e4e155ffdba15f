"""Money, dates and numbers in the language in use."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from billing import formats
from billing.rating.money import Money
from tui.i18n import LANGUAGES, current_language

if TYPE_CHECKING:
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


def warm() -> None:
    """Load the formats of all languages; the first use of each costs some milliseconds."""
    for language in LANGUAGES:
        formats.format_money(Money.zero("EUR"), language)
        formats.format_date(date.min, language)
        formats.format_number(0, language)
        formats.format_percent(Decimal(0), language)
