"""Billing periods: half-open local dates, boundaries always reckoned from the anchor.

Boundary k of a schedule is anchor + k cycles, with the day clamped to the month's end. It is never
reckoned from the boundary before it: 31 January bills on 28 February and then on 31 March.
Every function raises OverflowError where a date would leave the calendar (years 1 to 9999), and
ValueError for a cycle of less than one month.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from enum import StrEnum
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class BillingCycle(StrEnum):
    """How often a subscription is billed; `months` is the length of one period."""

    MONTHLY = "monthly"
    ANNUAL = "annual"

    @property
    def months(self) -> int:
        """Calendar months in one period."""
        return 12 if self is BillingCycle.ANNUAL else 1


@dataclass(frozen=True, slots=True)
class BillingPeriod:
    """A period [start, end) of local dates.

    Raises:
        ValueError: when it would not hold a single day.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"{self.start} to {self.end} holds no day")

    @property
    def days(self) -> int:
        """Days in the period."""
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        """The last day that belongs to the period; what is shown as its end."""
        return self.end - timedelta(days=1)


def add_months(anchor: date, months: int) -> date:
    """`anchor` plus calendar months, the day clamped to the month's end."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError(f"{anchor} and {months} months leave the calendar")
    day = min(anchor.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day)


def boundary(anchor: date, cycle_months: int, k: int) -> date:
    """Boundary k of the schedule: the first day of its period k."""
    _check_cycle(cycle_months)
    return add_months(anchor, k * cycle_months)


def period_containing(anchor: date, cycle_months: int, day: date) -> BillingPeriod:
    """The period of the schedule that holds `day`; a boundary belongs to the period it starts.

    The schedule is open on both sides, so a day before the anchor has its period too.
    """
    return _period(anchor, cycle_months, _index_of(anchor, cycle_months, day))


def next_boundary(anchor: date, cycle_months: int, after: date) -> date:
    """The first boundary after that day, which is the next invoice date."""
    return boundary(anchor, cycle_months, _index_of(anchor, cycle_months, after) + 1)


def periods(anchor: date, cycle_months: int, since: date, until: date) -> Iterator[BillingPeriod]:
    """The periods that have started by `until`, from the one that holds `since`, in order."""
    for k in count(_index_of(anchor, cycle_months, since)):
        if boundary(anchor, cycle_months, k) > until:
            return
        yield _period(anchor, cycle_months, k)


def _period(anchor: date, cycle_months: int, k: int) -> BillingPeriod:
    return BillingPeriod(boundary(anchor, cycle_months, k), boundary(anchor, cycle_months, k + 1))


def _index_of(anchor: date, cycle_months: int, day: date) -> int:
    _check_cycle(cycle_months)
    months = (day.year - anchor.year) * 12 + day.month - anchor.month
    k = months // cycle_months
    return k - 1 if boundary(anchor, cycle_months, k) > day else k


def _check_cycle(cycle_months: int) -> None:
    if cycle_months < 1:
        raise ValueError("a cycle has at least one month")
