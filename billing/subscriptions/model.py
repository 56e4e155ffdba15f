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
    """Where a subscription stands in its life; stored, so values never change.

    PAST_DUE: a renewal could not be paid and is tried again. SUSPENDED: all tries failed.
    """

    TRIALING = "trialing"
    ACTIVE = "active"
    CANCELLING = "cancelling"
    PAST_DUE = "past_due"
    SUSPENDED = "suspended"
    EXPIRED = "expired"


# The states that give access (I12).
LIVE_STATES = frozenset(
    {
        SubscriptionState.TRIALING,
        SubscriptionState.ACTIVE,
        SubscriptionState.CANCELLING,
        SubscriptionState.PAST_DUE,
    }
)
# The states in which the account holds the product and cannot order it again.
HELD_STATES = LIVE_STATES | {SubscriptionState.SUSPENDED}


class EventKind(StrEnum):
    """What happens to a subscription; stored, so values never change."""

    TRIAL_STARTED = "trial_started"
    STARTED = "started"
    CONVERTED = "converted"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    CANCELLATION_UNDONE = "cancellation_undone"
    TRIAL_END_ANNOUNCED = "trial_end_announced"
    RENEWED = "renewed"
    PAYMENT_FAILED = "payment_failed"
    SUSPENDED = "suspended"
    RECOVERED = "recovered"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A product of an account.

    `ends_on` is the first day without access: a trial's end, a cancellation's effect or the day an
    expired one ended. `renews_on` and `renewal_price` (net) are the next invoice, if there is one.
    `version` counts every change of it.
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
    version: int


@dataclass(frozen=True, slots=True)
class User:
    """Somebody of the account who can hold licences; `subscriptions` are the ids assigned."""

    user_id: str
    name: str
    mail: str
    subscriptions: frozenset[str]


@dataclass(frozen=True, slots=True)
class TickChange:
    """Subscriptions that a user was ticked to get and to lose, which is not saved yet."""

    user_id: str
    given: frozenset[str]
    taken: frozenset[str]
