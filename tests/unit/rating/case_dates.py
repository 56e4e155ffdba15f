"""The operations of `rating_cases.json` on dates, in this product's rating functions."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing.clock import local_date
from billing.rating.money import Money, round_half_up
from billing.rating.periods import (
    BillingPeriod,
    add_months,
    boundary,
    next_boundary,
    period_containing,
    periods,
)
from billing.rating.proration import share_of
from billing.rating.trials import REMINDER_DAYS, reminder_day, trial_period
from tests.unit.rating.case_rows import (
    RATIO_DIGITS,
    NotOurs,
    Row,
    dates,
    day,
    moment,
    money,
    months_of,
)


def _shown(period: BillingPeriod) -> dict[str, Any]:
    return {"first_day": period.start, "last_day": period.last_day}


def _anchor(start: date, cycle_day: int, months: int) -> date:
    """An anchor before `start` for a day of the month that not every month has.

    Of the months that can hold a boundary it is in the longest one of a leap year, so that the day
    is clamped as little as ever.
    """
    leap_year = start.year // 4 * 4 - 4
    candidates = [
        date(leap_year, month, 1)
        for month in range(1, 13)
        if (start.month - month) % min(months, 12) == 0
    ]
    longest = max(candidates, key=lambda first: (add_months(first, 1) - first).days)
    length = (add_months(longest, 1) - longest).days
    return longest.replace(day=min(cycle_day, length))


def _measured(whole: BillingPeriod, start: date, months: int) -> BillingPeriod:
    """The period a share is measured by: before the first boundary, the one that ends on it."""
    if whole.start >= start:
        return whole
    return BillingPeriod(boundary(whole.end, months, -1), whole.end)


def billing_cycles(row: Row) -> dict[str, Any]:
    """Bill in advance up to the target: the items, and how many whole periods they make."""
    if row["mode"] != "IN_ADVANCE":
        raise NotOurs(f"billing {row['mode']}")
    start, target = day(row["start"]), day(row["target"])
    end = day(row["end"]) if row.get("end") else date.max
    if end < start or target < start:
        return {"error": "invalid_date_sequence"}
    months = months_of(row["period"], row.get("unit", 1))
    anchor = _anchor(start, row["bill_cycle_day"], months)
    items: list[list[date | Decimal]] = []
    for whole in periods(anchor, months, since=start, until=target):
        first, last = max(start, whole.start), min(end, whole.end)
        if first < last:
            share = share_of(BillingPeriod(first, last), _measured(whole, start, months))
            items.append([first, last, round_half_up(share, RATIO_DIGITS)])
    cycles = sum((Decimal(str(item[2])) for item in items), Decimal(0))
    return {"cycles": cycles, "items": items}


def proration_ratio(row: Row) -> dict[str, Any]:
    """Days of a span ÷ days of the aligned period that starts or ends with it."""
    if row.get("fixed_days"):
        raise NotOurs(f"periods of {row['fixed_days']} days")
    months = months_of(row["period"], row.get("unit", 1))
    if row.get("period_to"):
        to = day(row["period_to"])
        whole = BillingPeriod(boundary(to, months, -1), to)
    else:
        since = day(row["period_from"])
        whole = BillingPeriod(since, boundary(since, months, 1))
    share = share_of(BillingPeriod(day(row["start"]), day(row["end"])), whole)
    return {"ratio": round_half_up(share, RATIO_DIGITS)}


def first_billing_date(row: Row) -> dict[str, Any]:
    """The first boundary on or after the start."""
    start, months = day(row["start"]), months_of(row["period"], row.get("unit", 1))
    anchor = _anchor(start, row["bill_cycle_day"], months)
    return {"date": next_boundary(anchor, months, start - timedelta(days=1))}


def next_billing_date(row: Row) -> dict[str, Any]:
    """The first boundary after a period's start."""
    months = months_of(row["period"], row.get("unit", 1))
    return {"date": next_boundary(day(row["anchor"]), months, day(row["period_start"]))}


def add_periods(row: Row) -> dict[str, Any]:
    """Boundary n."""
    months = months_of(row["period"], row.get("unit", 1))
    return {"date": boundary(day(row["anchor"]), months, row["n"])}


def schedule(row: Row) -> dict[str, Any]:
    """The first boundaries, the anchor among them."""
    anchor, months = day(row["anchor"]), months_of(row["period"], row.get("unit", 1))
    return {"dates": [boundary(anchor, months, k) for k in range(row["count"])]}


def months_added(row: Row) -> dict[str, Any]:
    """Calendar months, clamped."""
    return {"date": add_months(day(row["date"]), row["months"])}


def _containing(row: Row, on: date) -> BillingPeriod:
    months = months_of(row["period"], row.get("unit", 1))
    return period_containing(day(row["anchor"]), months, on)


def containing(row: Row) -> dict[str, Any]:
    """The period of a day."""
    period = _containing(row, day(row["date"]))
    return {"from": period.start, "to": period.end, "days": period.days}


def ending_before(row: Row) -> dict[str, Any]:
    """The period that ended when the invoice is written."""
    return _shown(_containing(row, day(row["billing_date"]) - timedelta(days=1)))


def starting_on(row: Row) -> dict[str, Any]:
    """The period that starts when the invoice is written."""
    return _shown(_containing(row, day(row["billing_date"])))


def anchor_day(row: Row) -> dict[str, Any]:
    """The day of the month it is for the account."""
    return {"day": local_date(moment(row["instant"]), row["timezone"]).day}


def is_billing_day(row: Row) -> dict[str, Any]:
    """Whether the invoice's day has come for the account."""
    today = local_date(moment(row["instant"]), row["timezone"])
    return {"billing_day": today == day(row["billing_date"])}


def local_days_between(row: Row) -> dict[str, Any]:
    """Calendar days in the account's time zone."""
    start = local_date(moment(row["start"]), row["timezone"])
    end = local_date(moment(row["end"]), row["timezone"])
    return {"days": (end - start).days}


def trial_then_paid(row: Row) -> dict[str, Any]:
    """A trial, and a subscription that is bought on the day it ends."""
    start, days = day(row["start"]), row["trial_days"]
    trial_end = trial_period(start, days).end if days else start
    paid = BillingPeriod(trial_end, boundary(trial_end, months_of(row["period"]), 1))
    price = money(row, row.get("price") or "0")
    return {
        "invoice_at_start": Money.zero(price.currency).amount,
        "trial_end": trial_end,
        "activation": trial_end,
        "first_paid_period": dates(paid),
        "first_paid_amount": price.amount,
        "next_invoice": paid.end,
        "next_billing": paid.end,
    }


def trial_reminder(row: Row) -> dict[str, Any]:
    """The day a trial's end is announced."""
    if row["days_before"] != REMINDER_DAYS:
        raise NotOurs(f"a reminder {row['days_before']} days before")
    start = row.get("trial_start") or row.get("start")
    if row.get("trial_end"):
        trial = BillingPeriod(day(start) if start else date.min, day(row["trial_end"]))
    else:
        trial = trial_period(day(row["start"]), row["trial_days"])
    return {"date": reminder_day(trial)}
