"""Clocks and the local day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from billing.clock import FixedClock, RunningClock, SystemClock, local_date

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_the_system_clock_tells_the_moment_in_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(0)


def test_a_fixed_clock_moves_only_when_told() -> None:
    clock = FixedClock(NOON)
    assert clock.now() == clock.now() == NOON
    clock.advance(timedelta(days=1))
    assert clock.now() == datetime(2026, 11, 23, 12, tzinfo=UTC)
    clock.move_to(NOON)
    assert clock.now() == NOON


def test_a_fixed_clock_answers_in_utc() -> None:
    clock = FixedClock(datetime(2026, 11, 22, 13, tzinfo=timezone(timedelta(hours=1))))
    assert (clock.now(), clock.now().tzinfo) == (NOON, UTC)


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(datetime(2026, 11, 22))  # noqa: DTZ001 - that is what is refused


def test_a_running_clock_starts_at_noon_and_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [100.0]
    monkeypatch.setattr("billing.clock.time.monotonic", lambda: seconds[0])
    clock = RunningClock(date(2026, 11, 22))
    assert clock.now() == NOON
    seconds[0] += 90
    assert clock.now() == NOON + timedelta(seconds=90)


def test_a_running_clock_can_begin_at_the_noon_of_a_time_zone() -> None:
    clock = RunningClock(date(2026, 11, 22))
    clock.begin_in("Pacific/Auckland")
    assert timedelta(0) <= clock.now() - (NOON - timedelta(hours=13)) < timedelta(hours=1)


@pytest.mark.parametrize(
    ("hour", "zone", "expected"),
    [
        (23, "Europe/Berlin", date(2026, 11, 23)),
        (22, "Europe/Berlin", date(2026, 11, 22)),
        (4, "America/New_York", date(2026, 11, 21)),
        (5, "America/New_York", date(2026, 11, 22)),
    ],
)
def test_the_local_day_is_the_account_zones(hour: int, zone: str, expected: date) -> None:
    assert local_date(datetime(2026, 11, 22, hour, 30, tzinfo=UTC), zone) == expected
