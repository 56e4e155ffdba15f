from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rating.money import Money
from billing.rating.periods import BillingPeriod
from billing.rating.proration import (
    cap_credit,
    credit_for_unused_days,
    plan_change,
    prorate,
    share_of,
    unused_days,
)
from tests.unit.rating.values import currencies, cycle_months, money, whole_periods

APRIL = BillingPeriod(date(2027, 4, 1), date(2027, 5, 1))


def euro(minor: int) -> Money:
    return Money.from_minor(minor, "EUR")


def test_the_product_is_rounded_once_and_not_the_ratio() -> None:
    assert prorate(euro(1995), Fraction(1, 30)) == euro(67)


def test_the_denominator_is_the_whole_period() -> None:
    quarter = BillingPeriod(date(2024, 4, 15), date(2024, 7, 15))
    used = BillingPeriod(date(2024, 5, 20), date(2024, 6, 21))
    assert share_of(used, quarter) == Fraction(32, 91)


@pytest.mark.parametrize(
    ("on", "unused"),
    [
        (date(2027, 3, 20), 30),
        (date(2027, 4, 1), 30),
        (date(2027, 4, 2), 29),
        (date(2027, 4, 30), 1),
        (date(2027, 5, 1), 0),
        (date(2028, 1, 1), 0),
    ],
)
def test_the_day_of_a_change_is_the_first_unused_one(on: date, unused: int) -> None:
    assert unused_days(APRIL, on) == unused
    assert credit_for_unused_days(euro(3000), APRIL, on) == euro(100 * unused)


def test_a_change_moves_the_billing_date_to_its_day() -> None:
    change = plan_change(
        paid=euro(1000),
        old_period=BillingPeriod(date(2011, 7, 20), date(2011, 8, 20)),
        price=euro(10000),
        cycle_months=12,
        today=date(2011, 7, 31),
    )
    assert change.new_period == BillingPeriod(date(2011, 7, 31), date(2012, 7, 31))
    assert (change.unused_days, change.old_days) == (20, 31)
    assert (change.credit, change.charge) == (euro(645), euro(10000))
    assert change.due == change.net == euro(9355)
    assert change.credit_left == euro(0)


def test_a_credit_above_the_new_price_stays_on_the_account() -> None:
    change = plan_change(
        paid=euro(100000),
        old_period=BillingPeriod(date(2024, 2, 18), date(2025, 2, 18)),
        price=euro(10000),
        cycle_months=1,
        today=date(2024, 4, 19),
    )
    assert change.credit == euro(83333)
    assert change.due == euro(0)
    assert change.credit_left == -change.net == euro(73333)


@given(st.data(), currencies, whole_periods(), cycle_months, st.integers(-40, 800))
def test_a_change_neither_loses_nor_makes_money(
    data: st.DataObject, currency: str, old: BillingPeriod, months: int, offset: int
) -> None:
    paid, price = data.draw(money(currency)), data.draw(money(currency))
    credited = data.draw(money(currency, most=paid.minor))
    change = plan_change(
        paid=paid,
        old_period=old,
        price=price,
        cycle_months=months,
        today=old.start + timedelta(days=offset),
        credited=credited,
    )
    nothing = Money.zero(currency)
    assert nothing <= change.credit <= paid - credited
    assert nothing <= change.due <= price
    assert change.due - change.credit_left == change.net
    assert nothing in (change.due, change.credit_left)
    assert change.new_period.start == old.start + timedelta(days=offset)


@given(st.data(), currencies, whole_periods(), cycle_months, cycle_months)
def test_changing_there_and_back_at_once_nets_to_nothing(
    data: st.DataObject, currency: str, old: BillingPeriod, months: int, back_months: int
) -> None:
    paid, price = data.draw(money(currency)), data.draw(money(currency))
    there = plan_change(
        paid=paid, old_period=old, price=price, cycle_months=months, today=old.start
    )
    back = plan_change(
        paid=price,
        old_period=there.new_period,
        price=paid,
        cycle_months=back_months,
        today=old.start,
    )
    assert there.net + back.net == Money.zero(currency)
    assert back.new_period.start == old.start


@given(st.data(), currencies, whole_periods())
def test_credit_of_repeated_changes_never_exceeds_what_was_paid(
    data: st.DataObject, currency: str, old: BillingPeriod
) -> None:
    paid = data.draw(money(currency))
    given_back = Money.zero(currency)
    for offset in data.draw(st.lists(st.integers(0, 400), max_size=5)):
        day = old.start + timedelta(days=offset)
        given_back += credit_for_unused_days(paid, old, day, credited=given_back)
        assert given_back <= paid


def test_a_credit_is_never_negative() -> None:
    assert cap_credit(euro(-50), paid=euro(200), credited=euro(50)) == euro(0)
    assert cap_credit(euro(100), paid=euro(50), credited=euro(80)) == euro(0)


def test_a_change_into_another_currency_is_refused() -> None:
    with pytest.raises(ValueError, match="do not mix"):
        plan_change(
            paid=euro(1),
            old_period=APRIL,
            price=Money.zero("USD"),
            cycle_months=1,
            today=APRIL.start,
        )
