"""Money, dates, numbers and rates as German and English write them; used by screens and mails.

Languages are "de" and "en". Babel is loaded on the first call.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from billing.rating.money import Money

_LOCALES = {"de": "de_DE", "en": "en_US"}


def _locale(language: str) -> str:
    return _LOCALES.get(language, _LOCALES["de"])


@lru_cache(maxsize=512)
def format_money(money: Money, language: str) -> str:
    """An amount with its currency's sign: „1.234,50 €“, "€1,234.50"."""
    from babel.numbers import format_currency  # noqa: PLC0415 - the login screen needs no Babel

    # Babel rounds half to even; Money is at its currency's precision, so nothing is left to round.
    return format_currency(money.amount, money.currency, locale=_locale(language))


@lru_cache(maxsize=512)
def format_date(day: date, language: str) -> str:
    """A date in its medium form: „22.11.2026“, "Nov 22, 2026"."""
    from babel import dates  # noqa: PLC0415 - the login screen needs no Babel

    return dates.format_date(day, "medium", locale=_locale(language))


@lru_cache(maxsize=512)
def format_number(number: int, language: str) -> str:
    """A whole number in groups of three: „1.000“, "1,000"."""
    from babel.numbers import format_decimal  # noqa: PLC0415 - the login screen needs no Babel

    return format_decimal(number, locale=_locale(language))


def format_percent(rate: Decimal, language: str) -> str:
    """A rate given in percent: „25,5 %“, "25.5%"."""
    from babel import numbers  # noqa: PLC0415 - the login screen needs no Babel

    return numbers.format_percent(
        rate / Decimal(100), locale=_locale(language), decimal_quantization=False
    )
