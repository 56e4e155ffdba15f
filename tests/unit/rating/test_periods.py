from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rating.periods import (
    BillingPeriod,
    add_months,
    boundary,
    next_boundary,
    period_containing,
    periods,
)
from tests.unit.rating.values import cycle_months, days

JAN_31 = date(2027, 1, 31)


def test_a_month_end_anchor_finds_its_day_again_after_february() -> None:
    dates = [boundary(JAN_31, 1, k) for k in range(4)]
    assert dates == [JAN_31, date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]


def test_a_leap_day_anchor_bills_on_28_february_until_the_next_leap_year() -> None:
    dates = [boundary(date(2024, 2, 29), 12, k) for k in (1, 2, 3, 4)]
    assert dates == [date(2025, 2, 28), date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]


def test_28_february_stays_on_the_28th() -> None:
    assert boundary(date(2027, 2, 28), 1, 1) == date(2027, 3, 28)


@given(days, st.integers(-600, 600))
def test_adding_months_clamps_and_never_spills_over(anchor: date, months: int) -> None:
    result = add_months(anchor, months)
    moved = (result.year - anchor.year) * 12 + result.month - anchor.month
    assert moved == months
    last_of_month = (result + timedelta(days=1)).month != result.month
    assert result.day == anchor.day or (result.day < anchor.day and last_of_month)


@given(days, cycle_months, st.integers(0, 120))
def test_a_boundary_is_clamped_from_the_anchor_never_chained(
    anchor: date, months: int, k: int
) -> None:
    assert boundary(anchor, months, k) == add_months(anchor, months * k)
    if anchor.day > 28:
        later = next(b for b in (boundary(anchor, 1, n) for n in (k, k + 1)) if b.month != 2)
        assert later.day >= min(anchor.day, 30)


@given(days, cycle_months, days)
def test_every_day_lies_in_exactly_one_period(anchor: date, months: int, day: date) -> None:
    period = period_containing(anchor, months, day)
    assert period.start <= day < period.end
    assert period_containing(anchor, months, period.last_day) == period
    assert period_containing(anchor, months, period.end).start == period.end
    assert next_boundary(anchor, months, day) == period.end


@given(days, cycle_months, st.integers(0, 1500))
def test_periods_tile(anchor: date, months: int, span: int) -> None:
    until = anchor + timedelta(days=span)
    tiles = list(periods(anchor, months, since=anchor, until=until))
    assert tiles[0].start == anchor
    assert all(earlier.end == later.start for earlier, later in pairwise(tiles))
    assert tiles[-1].start <= until < tiles[-1].end
    assert [tile.start for tile in tiles] == [
        boundary(anchor, months, k) for k in range(len(tiles))
    ]


def test_a_boundary_belongs_to_the_period_it_starts() -> None:
    february = period_containing(JAN_31, 1, date(2027, 2, 28))
    assert february == BillingPeriod(date(2027, 2, 28), date(2027, 3, 31))
    assert february.last_day == date(2027, 3, 30)
    assert february.days == 31


def test_nothing_is_due_before_the_next_boundary() -> None:
    assert list(periods(JAN_31, 1, since=date(2027, 2, 28), until=date(2027, 2, 27))) == []


@pytest.mark.parametrize("end", [JAN_31, date(2027, 1, 30)])
def test_a_period_without_a_day_is_refused(end: date) -> None:
    with pytest.raises(ValueError, match="holds no day"):
        BillingPeriod(JAN_31, end)


@pytest.mark.parametrize(
    ("anchor", "months"),
    [(date(9999, 12, 1), 1), (date(1, 1, 31), -1), (JAN_31, 10**9), (JAN_31, -(10**9))],
)
def test_leaving_the_calendar_is_refused(anchor: date, months: int) -> None:
    with pytest.raises(OverflowError, match="leave the calendar"):
        add_months(anchor, months)


@pytest.mark.parametrize("months", [0, -1])
def test_a_cycle_has_at_least_one_month(months: int) -> None:
    with pytest.raises(ValueError, match="at least one month"):
        boundary(JAN_31, months, 1)
    with pytest.raises(ValueError, match="at least one month"):
        period_containing(JAN_31, months, JAN_31)
