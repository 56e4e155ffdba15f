"""A subscription as it was when a mail about it was written, read back from its log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from billing.rating.money import Money
from billing.rating.periods import BillingCycle, BillingPeriod
from billing.storage.tables import subscription, subscription_event
from billing.subscriptions.model import SubscriptionState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Then:
    """A subscription after one of its events, which happened on the local date `on`.

    `unit_price` is net per licence and period; `next_step_on` is when the worker looks again.
    """

    on: date
    product: str
    tier: str
    seats: int
    cycle: BillingCycle | None
    state: SubscriptionState
    period: BillingPeriod
    unit_price: Money
    next_step_on: date | None
    failed_payments: int


@dataclass(frozen=True, slots=True)
class Event:
    """What an event made of a subscription: how it is `now`, and was `before` if it was at all."""

    now: Then
    before: Then | None


def read_event(
    connection: Connection, account_id: str, subscription_id: str, version: int
) -> Event | None:
    """The event that gave a subscription its version; None where there is no such subscription.

    What the log does not say, because the subscription is older than it, is told as it is today.
    """
    row = connection.execute(
        select(subscription).where(
            subscription.c.account_id == account_id,
            subscription.c.subscription_id == subscription_id,
        )
    ).one_or_none()
    if row is None:
        return None
    facts: dict[str, Any] = dict(row._mapping)  # noqa: SLF001 - public, in spite of its name
    states: list[Then] = []
    whole = False
    for event in connection.execute(
        select(subscription_event)
        .where(
            subscription_event.c.account_id == account_id,
            subscription_event.c.subscription_id == subscription_id,
            subscription_event.c.version <= version,
        )
        .order_by(subscription_event.c.version)
    ):
        facts = facts | event.changed
        whole = whole or event.version == 1
        states.append(_then(facts, event.on_day))
    now = states[-1] if states else _then(facts, row.period_start)
    return Event(now, states[-2] if whole and len(states) > 1 else None)


def _then(facts: Mapping[str, Any], on: date) -> Then:
    next_step_on = facts["next_step_on"]
    return Then(
        on=on,
        product=facts["product"],
        tier=facts["tier"],
        seats=facts["seats"],
        cycle=BillingCycle(facts["cycle"]) if facts["cycle"] else None,
        state=SubscriptionState(facts["state"]),
        period=BillingPeriod(_day(facts["period_start"]), _day(facts["period_end"])),
        unit_price=Money.from_minor(facts["unit_price_minor"], facts["currency"]),
        next_step_on=_day(next_step_on) if next_step_on else None,
        failed_payments=facts["failed_payments"],
    )


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
