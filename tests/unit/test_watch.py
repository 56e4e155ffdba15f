"""Limits of a session: a warning, time to answer it, the end; and nothing to do in between."""

from __future__ import annotations

import pytest

from tests.hands import Hands
from tui.launcher import End
from tui.watch import Watch, lead

Told = list[tuple[str, End, float]]


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def told() -> Told:
    return []


def watch(hands: Hands, told: Told, *, idle: float | None, longest: float | None = None) -> Watch:
    made = Watch(
        hands,
        idle=idle,
        longest=longest,
        warn=lambda end, left: told.append(("warn", end, left)),
        end=lambda end: told.append(("end", end, hands.time())),
    )
    made.start()
    return made


@pytest.mark.parametrize(("limit", "seconds"), [(600, 60), (300, 60), (100, 20), (5, 1)])
def test_the_warning_comes_a_minute_before_or_a_fifth_of_a_short_limit(
    limit: float, seconds: float
) -> None:
    assert lead(limit) == seconds


def test_who_does_nothing_is_warned_and_then_sent_away(hands: Hands, told: Told) -> None:
    watch(hands, told, idle=600)
    hands.go_on(539)
    assert told == []
    hands.go_on(1)
    assert told == [("warn", End.IDLE, 60)]
    hands.go_on(60)
    assert told[1:] == [("end", End.IDLE, 600)]


def test_a_key_after_the_warning_keeps_the_session_open(hands: Hands, told: Told) -> None:
    watched = watch(hands, told, idle=600)
    hands.go_on(599)
    watched.stirred()
    hands.go_on(539)
    assert told == [("warn", End.IDLE, 60)]
    hands.go_on(1)
    assert told[1:] == [("warn", End.IDLE, 60)]
    hands.go_on(60)
    assert told[2:] == [("end", End.IDLE, 1199)]


def test_whoever_types_on_is_never_warned(hands: Hands, told: Told) -> None:
    watched = watch(hands, told, idle=600)
    for _ in range(100):
        hands.go_on(500)
        watched.stirred()
    assert told == []


def test_a_key_costs_no_timer(hands: Hands, told: Told) -> None:
    watched = watch(hands, told, idle=600)
    for _ in range(1000):
        watched.stirred()
    assert hands.waiting == 1


def test_the_longest_duration_holds_whatever_is_typed(hands: Hands, told: Told) -> None:
    watched = watch(hands, told, idle=600, longest=3600)
    for _ in range(36):
        hands.go_on(100)
        watched.stirred()
    assert told == [("warn", End.TOO_LONG, 60), ("end", End.TOO_LONG, 3600)]


def test_without_limits_nothing_is_waited_for(hands: Hands, told: Told) -> None:
    watched = watch(hands, told, idle=None)
    watched.stirred()
    assert hands.waiting == 0
    assert told == []
