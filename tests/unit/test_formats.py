"""Money, dates, numbers and rates, to the character, in both languages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing.formats import format_date, format_money, format_number, format_percent
from billing.rating.money import Money


@pytest.mark.parametrize(
    ("minor", "currency", "german", "english"),
    [
        (123_450, "EUR", "1.234,50\u00a0€", "€1,234.50"),
        (-1_200, "EUR", "-12,00\u00a0€", "-€12.00"),
        (1, "USD", "0,01\u00a0$", "$0.01"),
        (123_456_789_012, "EUR", "1.234.567.890,12\u00a0€", "€1,234,567,890.12"),
        (1_234, "JPY", "1.234\u00a0¥", "¥1,234"),
    ],
)
def test_money(minor: int, currency: str, german: str, english: str) -> None:
    money = Money.from_minor(minor, currency)
    assert format_money(money, "de") == german
    assert format_money(money, "en") == english


def test_dates() -> None:
    assert format_date(date(2026, 11, 2), "de") == "02.11.2026"
    assert format_date(date(2026, 11, 2), "en") == "Nov 2, 2026"


def test_numbers() -> None:
    assert (format_number(1000, "de"), format_number(1000, "en")) == ("1.000", "1,000")


@pytest.mark.parametrize(
    ("rate", "german", "english"),
    [("19", "19\u00a0%", "19%"), ("25.5", "25,5\u00a0%", "25.5%"), ("0", "0\u00a0%", "0%")],
)
def test_rates(rate: str, german: str, english: str) -> None:
    assert format_percent(Decimal(rate), "de") == german
    assert format_percent(Decimal(rate), "en") == english
