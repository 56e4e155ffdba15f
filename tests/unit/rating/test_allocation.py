from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rating.allocation import allocate
from billing.rating.money import Money
from tests.unit.rating.values import currencies

weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


@given(st.integers(-(10**15), 10**15), currencies, weights)
def test_parts_sum_to_the_amount_and_miss_their_share_by_less_than_a_unit(
    minor: int, currency: str, weights: list[int]
) -> None:
    parts = allocate(Money.from_minor(minor, currency), weights)
    assert Money.total(parts, currency).minor == minor
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.minor - Fraction(minor * weight, sum(weights))) < 1


def test_of_equal_remainders_the_earlier_part_is_first() -> None:
    parts = allocate(Money.from_minor(5, "JPY"), [1, 1, 1])
    assert [part.minor for part in parts] == [2, 2, 1]


def test_a_part_without_weight_stays_empty() -> None:
    parts = allocate(Money.from_minor(100, "EUR"), [0, Decimal("0.5"), Fraction(1)])
    assert [part.minor for part in parts] == [0, 33, 67]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_weights_that_say_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        allocate(Money.from_minor(100, "EUR"), weights)
