"""Allocation: splitting an amount so that the parts are printable and sum to it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from billing.rating.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal


def allocate(amount: Money, weights: Sequence[int | Decimal | Fraction]) -> tuple[Money, ...]:
    """Split by weights with the largest remainder; of equal remainders the earlier part is first.

    Raises:
        ValueError: when a weight is negative or all of them are zero.
    """
    exact = [Fraction(weight) for weight in weights]
    whole = sum(exact)
    if whole <= 0 or min(exact) < 0:
        raise ValueError("weights are not negative and not all zero")
    sign = -1 if amount.minor < 0 else 1
    minor = abs(amount.minor)
    shares = [minor * weight / whole for weight in exact]
    parts = [int(share) for share in shares]
    by_remainder = sorted(
        range(len(shares)), key=lambda index: shares[index] - parts[index], reverse=True
    )
    for index in by_remainder[: minor - sum(parts)]:
        parts[index] += 1
    return tuple(Money.from_minor(sign * part, amount.currency) for part in parts)
