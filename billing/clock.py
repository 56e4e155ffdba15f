"""The time: nothing else in the program asks the machine what moment it is."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

_NOON = 12


class Clock(Protocol):
    """Tells the moment."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved; for tests."""

    def __init__(self, moment: datetime) -> None:
        self._moment = _in_utc(moment)

    def now(self) -> datetime:
        """The moment it stands at, aware, in UTC."""
        return self._moment

    def move_to(self, moment: datetime) -> None:
        """Stand at another moment."""
        self._moment = _in_utc(moment)

    def advance(self, by: timedelta) -> None:
        """Move on by a span of time."""
        self._moment += by


class RunningClock:
    """A clock that starts at noon UTC of a date and runs on; for `--today`."""

    def __init__(self, day: date) -> None:
        self._noon = datetime(day.year, day.month, day.day, _NOON)  # noqa: DTZ001 - of any zone
        self._started_at = time.monotonic()
        self._start = self._noon.replace(tzinfo=UTC)

    def begin_in(self, time_zone: str) -> None:
        """Have started at noon in `time_zone` instead: at noon UTC it is tomorrow in some."""
        self._start = self._noon.replace(tzinfo=ZoneInfo(time_zone)).astimezone(UTC)

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        return self._start + timedelta(seconds=time.monotonic() - self._started_at)


def local_date(moment: datetime, time_zone: str) -> date:
    """The calendar day it is at `moment` in `time_zone`, an IANA name."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a clock needs a moment with a time zone")
    return moment.astimezone(UTC)
