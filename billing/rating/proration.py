"""Proration: what unused days are worth, and what a change of a running subscription costs.

The denominator is always the days of the whole period, never of what is left of it. The exact
product is rounded half up once.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from billing.rating.money import Money
from billing.rating.periods import BillingPeriod, boundary

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What a change costs on its day.

    `charge` is the full price of `new_period`, `credit` (positive) the worth of the `unused_days`
    of the `old_days`. Of their difference either `due` is to be paid now or `credit_left` stays on
    the account; the other is zero.
    """

    new_period: BillingPeriod
    charge: Money
    credit: Money
    due: Money
    credit_left: Money
    unused_days: int
    old_days: int

    @property
    def net(self) -> Money:
        """Charge minus credit; negative when credit is left."""
        return self.charge - self.credit


def share_of(part: BillingPeriod, whole: BillingPeriod) -> Fraction:
    """Days of `part` ÷ days of `whole`; more than one when the part is the longer."""
    return Fraction(part.days, whole.days)


def prorate(amount: Money, share: Fraction) -> Money:
    """That share of an amount, rounded half up once."""
    return Money.rounded(Fraction(amount.amount) * share, amount.currency)


def unused_days(period: BillingPeriod, on: date) -> int:
    """Days of the period from `on` to its end; the day itself is the first that is unused."""
    return max(0, min(period.days, (period.end - on).days))


def cap_credit(credit: Money, *, paid: Money, credited: Money) -> Money:
    """The credit, but never below zero nor above what was paid and not yet `credited`."""
    return max(Money.zero(paid.currency), min(credit, paid - credited))


def credit_for_unused_days(
    paid: Money, period: BillingPeriod, on: date, *, credited: Money | None = None
) -> Money:
    """What the unused days of a period are worth, by what was really paid for the whole of it.

    `credited` is what of that payment was given back before.
    """
    share = Fraction(unused_days(period, on), period.days)
    already = Money.zero(paid.currency) if credited is None else credited
    return cap_credit(prorate(paid, share), paid=paid, credited=already)


def plan_change(
    *,
    paid: Money,
    old_period: BillingPeriod,
    price: Money,
    cycle_months: int,
    today: date,
    credited: Money | None = None,
) -> PlanChange:
    """Change a running subscription today: the new period and the billing date start today.

    `paid` is what was really paid for `old_period`, `price` the new price for one whole cycle of
    all seats; both are net or both are gross.

    Raises:
        ValueError: for amounts in two currencies, or a cycle of less than one month.
    """
    credit = credit_for_unused_days(paid, old_period, today, credited=credited)
    nothing = Money.zero(price.currency)
    return PlanChange(
        new_period=BillingPeriod(today, boundary(today, cycle_months, 1)),
        charge=price,
        credit=credit,
        due=max(nothing, price - credit),
        credit_left=max(nothing, credit - price),
        unused_days=unused_days(old_period, today),
        old_days=old_period.days,
    )
