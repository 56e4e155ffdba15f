"""UUIDv7 ids."""

from __future__ import annotations

import random
import threading
from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

from billing.clock import FixedClock
from billing.ids import RandomIds, SeededIds

NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)


def test_an_id_is_a_uuid_of_version_7_with_the_clocks_millisecond() -> None:
    text = RandomIds(FixedClock(NOON)).new()
    parsed = UUID(text)
    assert (str(parsed), parsed.version, parsed.variant) == (text, 7, RFC_4122)
    assert parsed.int >> 80 == int(NOON.timestamp() * 1000)


def test_ids_grow_while_the_clock_stands_still() -> None:
    ids = RandomIds(FixedClock(NOON))
    made = [ids.new() for _ in range(10_000)]
    assert made == sorted(set(made))
    assert all(UUID(text).version == 7 for text in made)


def test_ids_grow_when_the_clock_is_set_back() -> None:
    clock = FixedClock(NOON)
    ids = RandomIds(clock)
    first = ids.new()
    clock.advance(-timedelta(hours=1))
    assert ids.new() > first


def test_ids_of_threads_differ() -> None:
    ids = RandomIds(FixedClock(NOON))
    made: list[str] = []
    threads = [
        threading.Thread(target=lambda: made.extend([ids.new() for _ in range(500)]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 2000


def test_randomness_is_injected() -> None:
    clock = FixedClock(NOON)
    seeded = [random.Random(7), random.Random(7)]  # noqa: S311 - repeatable on purpose
    first, second = (RandomIds(clock, randomness).new() for randomness in seeded)
    assert first == second


def test_seeded_ids_repeat_and_seeds_differ() -> None:
    def five(seed: int) -> list[str]:
        ids = SeededIds(seed)
        return [ids.new() for _ in range(5)]

    assert five(1) == five(1)
    assert set(five(1)).isdisjoint(five(2))
