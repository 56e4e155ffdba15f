"""Subscriptions and licences as the screens see them, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from billing.catalogue.model import BillingCycle
    from billing.rating.money import Money


class SubscriptionState(StrEnum):
    """Where a subscription stands in its life; the first three give access."""

    TRIALING = "trialing"
    ACTIVE = "active"
    CANCELLING = "cancelling"
    EXPIRED = "expired"


LIVE_STATES = frozenset(
    {SubscriptionState.TRIALING, SubscriptionState.ACTIVE, SubscriptionState.CANCELLING}
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A product of an account.

    `ends_on` is the first day without access: a trial's end, a cancellation's effect or the day an
    expired one ended. `renews_on` and `renewal_price` (net) are the next invoice, if there is one.
    """

    subscription_id: str
    product: str
    tier: str
    seats: int
    seats_free: int
    state: SubscriptionState
    cycle: BillingCycle | None
    renews_on: date | None
    renewal_price: Money | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class User:
    """Somebody of the account who can hold licences; `subscriptions` are the ids assigned."""

    user_id: str
    name: str
    mail: str
    subscriptions: frozenset[str]
