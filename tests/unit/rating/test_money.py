from __future__ import annotations

from decimal import ROUND_DOWN, Context, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rating.money import Money, currency_digits, round_half_up
from tests.unit.rating.values import currencies

HUGE = 10**60 + 1


@pytest.mark.parametrize(
    ("currency", "digits"), [("JPY", 0), ("EUR", 2), ("USD", 2), ("KWD", 3), ("CLF", 4)]
)
def test_each_currency_has_its_own_precision(currency: str, digits: int) -> None:
    assert currency_digits(currency) == digits
    assert Money.from_minor(12345, currency).amount == Decimal(12345).scaleb(-digits)


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        (Decimal("0.005"), "0.01"),
        (Decimal("-0.005"), "-0.01"),
        (Decimal("2.675"), "2.68"),
        (Decimal("0.0049999"), "0.00"),
        (Fraction(5, 1000), "0.01"),
        (Fraction(-10125, 1000), "-10.13"),
        (Fraction(1, 3), "0.33"),
        (7, "7.00"),
    ],
)
def test_halves_are_rounded_away_from_zero(exact: Fraction | Decimal | int, rounded: str) -> None:
    assert str(round_half_up(exact, 2)) == rounded


@given(st.integers(), st.integers(), st.integers(-(10**30), 10**30), currencies)
def test_arithmetic_is_that_of_minor_units(a: int, b: int, factor: int, currency: str) -> None:
    left, right = Money.from_minor(a, currency), Money.from_minor(b, currency)
    assert (left + right).minor == a + b
    assert (left - right).minor == a - b
    assert (-left).minor == -a
    assert (left * factor).minor == a * factor
    assert (left < right) is (a < b)
    assert (left <= right) is (a <= b)


def test_amounts_beyond_28_digits_stay_exact() -> None:
    huge = Money.from_minor(HUGE, "EUR")
    assert huge.minor == HUGE
    assert (huge + huge).minor == 2 * HUGE
    assert (-huge).minor == -HUGE
    assert (huge * 3).minor == 3 * HUGE
    assert Money.rounded(Fraction(HUGE, 100), "EUR") == huge
    assert Money.rounded(huge.amount, "EUR") == huge
    assert Money.total([huge, Money.from_minor(1, "EUR")], "EUR").minor == HUGE + 1
    assert huge.percent(Decimal(100)) == huge


def test_the_thread_s_decimal_context_changes_nothing() -> None:
    with localcontext(Context(prec=3, rounding=ROUND_DOWN)):
        amount = Money.from_minor(1234567, "EUR")
        assert (amount + amount).minor == 2469134
        assert (-amount).minor == -1234567
        assert (amount * 7).minor == 8641969
        assert Money.rounded(Decimal("12345.675"), "EUR").minor == 1234568
        assert str(Money.rounded(Fraction(12345675, 1000), "EUR").amount) == "12345.68"


@pytest.mark.parametrize(
    "zero",
    [
        Money(Decimal("-0.00"), "EUR"),
        Money.rounded(Decimal("-0.001"), "EUR"),
        Money.rounded(Fraction(-1, 1000), "EUR"),
        Money.zero("EUR") * -5,
        -Money.zero("EUR"),
    ],
)
def test_zero_has_no_sign(zero: Money) -> None:
    assert str(zero.amount) == "0.00"


def test_an_amount_is_shown_at_its_currency_s_precision() -> None:
    assert str(Money(Decimal(5), "EUR").amount) == "5.00"
    assert str(Money(Decimal("1E+3"), "JPY").amount) == "1000"


@pytest.mark.parametrize("amount", ["0.001", "1E-400", "-2.345"])
def test_an_amount_more_precise_than_its_currency_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="more precise than EUR"):
        Money(Decimal(amount), "EUR")


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        Money(Decimal(amount), "EUR")
    with pytest.raises(ValueError, match="finite"):
        Money.rounded(Decimal(amount), "EUR")


def test_an_amount_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(OverflowError):
        Money(Decimal("1E+999999999"), "EUR")
    with pytest.raises(OverflowError):
        Money.rounded(Decimal("1E+999999999"), "EUR")
    assert Money.rounded(Decimal("1E-999999999"), "EUR") == Money.zero("EUR")


def test_currencies_do_not_mix() -> None:
    euro, dollar = Money.zero("EUR"), Money.zero("USD")
    assert euro != dollar
    with pytest.raises(ValueError, match="EUR and USD"):
        euro + dollar
    with pytest.raises(ValueError, match="EUR and USD"):
        euro - dollar
    with pytest.raises(ValueError, match="USD and EUR"):
        Money.total([euro, dollar], "USD")
    with pytest.raises(ValueError, match="do not mix"):
        max(dollar, euro)


def test_a_percentage_is_rounded_once() -> None:
    assert Money.from_minor(5, "EUR").percent(Decimal(10)).minor == 1
    assert Money.from_minor(1194000, "EUR").percent(Decimal(19)).minor == 226860
    assert Money.from_minor(10000, "EUR").percent(Decimal("25.5")).minor == 2550
