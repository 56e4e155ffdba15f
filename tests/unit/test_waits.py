"""Waits after failures, and how many may be here at once."""

from __future__ import annotations

import pytest

from billing.ssh_settings import SshSettings
from serving.limits import Occupancy
from serving.waits import Waits, place_of


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def waits(clock: Clock) -> Waits:
    return Waits(clock)


def test_the_first_failures_cost_nothing_and_the_next_ones_double(waits: Waits) -> None:
    seconds = []
    for _ in range(9):
        waits.failed("a")
        seconds.append(waits.seconds("a"))
    assert seconds == [0, 0, 0, 0, 0, 2, 4, 8, 16]
    assert waits.seconds("b") == 0


def test_a_wait_is_over_in_time_has_an_end_and_is_forgotten(waits: Waits, clock: Clock) -> None:
    for _ in range(50):
        waits.failed("a")
    assert waits.seconds("a") == 300
    clock.seconds += 299
    assert waits.seconds("a") == 1
    clock.seconds += 1
    assert waits.seconds("a") == 0
    clock.seconds += 1000
    waits.failed("a")
    assert waits.seconds("a") == 0


def test_many_places_are_not_remembered_for_ever(waits: Waits) -> None:
    for _ in range(9):
        waits.failed("first")
    for number in range(10_000):
        waits.failed(str(number))
    assert waits.seconds("first") == 0


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("?", "?"),
    ],
)
def test_a_house_with_many_addresses_is_one_place(address: str, place: str) -> None:
    assert place_of(address) == place


def test_one_address_never_takes_all_waiting_places() -> None:
    occupancy = Occupancy(SshSettings(waiting_connections=8))
    assert [occupancy.may_wait("a") for _ in range(3)] == [True, True, False]
    assert [occupancy.may_wait(place) for place in "bcdefgh"] == [True] * 6 + [False]
    occupancy.waits_no_more("a")
    assert occupancy.may_wait("h")


def test_sessions_are_limited_per_address_per_account_and_in_all() -> None:
    limits = SshSettings(sessions=3, sessions_per_address=2, sessions_per_account=1)
    occupancy = Occupancy(limits)
    assert [occupancy.may_begin("a") for _ in range(3)] == [True, True, False]
    assert [occupancy.may_begin(place) for place in "bc"] == [True, False]
    occupancy.ended("a")
    assert occupancy.may_begin("c")
    assert [occupancy.may_use("x") for _ in range(2)] == [True, False]
    occupancy.left("x")
    assert occupancy.may_use("x")


def test_a_limit_of_zero_is_none() -> None:
    occupancy = Occupancy(SshSettings(sessions_per_address=0, sessions_per_account=0))
    assert all(occupancy.may_begin("a") and occupancy.may_use("x") for _ in range(100))
