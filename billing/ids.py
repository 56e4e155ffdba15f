"""Ids: UUIDv7 texts (RFC 9562), made by the application, growing within a process."""

from __future__ import annotations

import random
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from billing.clock import FixedClock

if TYPE_CHECKING:
    from billing.clock import Clock

_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SEED_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_VERSION = 0x7
_VARIANT = 0b10
_COUNTER_BITS = 12
_RANDOM_BITS = 62


class IdFactory(Protocol):
    """Makes ids."""

    def new(self) -> str:
        """A new id: 36 characters, lower case, greater than every id made before."""
        ...


class RandomIds:
    """Ids from a clock and a source of randomness.

    Ids of one millisecond, or made while the clock stands or runs backwards, are told apart by a
    counter that starts at a random number below half its range.
    """

    def __init__(self, clock: Clock, randomness: random.Random | None = None) -> None:
        self._clock = clock
        self._randomness = randomness or random.SystemRandom()
        self._lock = threading.Lock()
        self._millisecond = 0
        self._counter = 0

    def new(self) -> str:
        """A new id, greater than every id this factory made before."""
        with self._lock:
            self._advance((self._clock.now() - _EPOCH) // _MILLISECOND)
            return _text(
                self._millisecond, self._counter, self._randomness.getrandbits(_RANDOM_BITS)
            )

    def _advance(self, millisecond: int) -> None:
        if millisecond <= self._millisecond:
            self._counter += 1
            if self._counter < 1 << _COUNTER_BITS:
                return
            millisecond = self._millisecond + 1
        self._millisecond = millisecond
        self._counter = self._randomness.getrandbits(_COUNTER_BITS - 1)


class SeededIds(RandomIds):
    """Ids that come out the same for the same seed; for tests and demonstrations."""

    def __init__(self, seed: int, clock: Clock | None = None) -> None:
        randomness = random.Random(seed)  # noqa: S311 - repeatable on purpose, never a secret
        super().__init__(clock or FixedClock(_SEED_MOMENT), randomness)


def _text(millisecond: int, counter: int, tail: int) -> str:
    number = millisecond << 80 | _VERSION << 76 | counter << 64 | _VARIANT << 62 | tail
    digits = f"{number:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
