"""The sample data that a tape is played on: thrown away behind it, and the same every time."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from billing.clock import FixedClock
from billing.ids import SeededIds

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from billing.service import BillingService

DEFAULT_DAY = date(2026, 11, 22)
_SEED = 1


class House(Protocol):
    """Where the service of a tape comes from."""

    def connect(self) -> BillingService:
        """The service, anew for every start of the program, on the same data."""
        ...


class SampleHouse:
    """The sample data of the demonstration at noon UTC of a day; time stands still."""

    def __init__(self, today: date = DEFAULT_DAY) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="billing-center-tape-"))
        self._clock = FixedClock(datetime.combine(today, time(12), UTC))
        self._ids = SeededIds(_SEED)

    def connect(self) -> BillingService:
        """The service, anew for every start of the program, on the same data."""
        from billing.bootstrap import connect_demo  # noqa: PLC0415 - runs behind the first paint

        return connect_demo(self._folder / "tape.sqlite3", clock=self._clock, ids=self._ids)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
