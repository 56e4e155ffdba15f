from __future__ import annotations

from datetime import date

import pytest

from billing.rating.trials import reminder_day, trial_period

TODAY = date(2026, 11, 22)


def test_a_trial_ends_on_the_first_day_without_access() -> None:
    trial = trial_period(TODAY, 14)
    assert (trial.end, trial.last_day, trial.days) == (date(2026, 12, 6), date(2026, 12, 5), 14)


@pytest.mark.parametrize(
    ("days", "announced"),
    [(14, date(2026, 12, 3)), (4, date(2026, 11, 23)), (3, TODAY), (2, TODAY), (1, TODAY)],
)
def test_the_end_is_announced_three_days_before_or_at_once(days: int, announced: date) -> None:
    assert reminder_day(trial_period(TODAY, days)) == announced


def test_a_trial_without_a_day_is_refused() -> None:
    with pytest.raises(ValueError, match="holds no day"):
        trial_period(TODAY, 0)
