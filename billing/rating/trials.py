"""Trials: how long they last and when their end is announced."""

from __future__ import annotations

from datetime import date, timedelta

from billing.rating.periods import BillingPeriod

REMINDER_DAYS = 3


def trial_period(today: date, days: int) -> BillingPeriod:
    """A trial of `days` days that begins today; its end is the first day without access.

    Raises:
        ValueError: for a trial without a day.
        OverflowError: where the end would leave the calendar.
    """
    return BillingPeriod(today, today + timedelta(days=days))


def reminder_day(trial: BillingPeriod) -> date:
    """The day to announce the trial's end: three days before it, at once when it is shorter."""
    return max(trial.start, trial.end - timedelta(days=REMINDER_DAYS))
