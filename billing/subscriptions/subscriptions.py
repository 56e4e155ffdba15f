"""Reading the subscriptions of an account as they stand on a day, worker or no worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from billing.catalogue.model import BillingCycle
from billing.rating.money import Money
from billing.storage.sending import expect, run
from billing.storage.tables import licence, subscription
from billing.subscriptions.model import HELD_STATES, Subscription, SubscriptionState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import Connection, Row

    from billing.catalogue.model import Catalogue
    from billing.storage.waiting import Waiting

_ASSIGNED = (
    select(licence.c.subscription_id, func.count().label("number"))
    .where(licence.c.account_id == bindparam("owner"))
    .group_by(licence.c.subscription_id)
    .subquery()
)
_READ = (
    select(subscription, func.coalesce(_ASSIGNED.c.number, 0).label("assigned"))
    .outerjoin(_ASSIGNED, _ASSIGNED.c.subscription_id == subscription.c.subscription_id)
    .where(subscription.c.account_id == bindparam("owner"))
    .order_by(subscription.c.subscription_id)
)
_RENEWING = frozenset({SubscriptionState.ACTIVE, SubscriptionState.PAST_DUE})
_ENDING = frozenset({SubscriptionState.TRIALING, SubscriptionState.CANCELLING})


def read_rows(connection: Connection, account_id: str) -> Waiting:
    """The rows of all subscriptions of an account, oldest first."""
    return run(connection, _READ, {"owner": account_id})


def expect_subscriptions(connection: Connection, account_id: str) -> None:
    """Have what `read_rows` needs sent with the next trip."""
    expect(connection, _READ, {"owner": account_id})


def read_subscriptions(
    connection: Connection, account_id: str, today: date
) -> tuple[Subscription, ...]:
    """All subscriptions of an account as they stand on `today`, oldest first."""
    return tuple(_subscription(row, today) for row in read_rows(connection, account_id))


def state_on(stored: str, period_end: date, today: date) -> SubscriptionState:
    """The state on a day: a trial or cancellation that has ended is expired without a worker."""
    state = SubscriptionState(stored)
    if state in _ENDING and period_end <= today:
        return SubscriptionState.EXPIRED
    return state


def held_by_product(subscriptions: Iterable[Subscription]) -> dict[str, Subscription]:
    """The subscriptions that are held, by product; a product is held at most once."""
    return {held.product: held for held in subscriptions if held.state in HELD_STATES}


def in_shop_order(
    subscriptions: Iterable[Subscription], catalogue: Catalogue
) -> tuple[Subscription, ...]:
    """Held ones first, then by the catalogue's order of products; products it lost come last."""
    position = {product.id: index for index, product in enumerate(catalogue.products)}

    def place(held: Subscription) -> tuple[bool, int, str]:
        return (
            held.state not in HELD_STATES,
            position.get(held.product, len(position)),
            held.subscription_id,
        )

    return tuple(sorted(subscriptions, key=place))


def _subscription(row: Row[Any], today: date) -> Subscription:
    state = state_on(row.state, row.period_end, today)
    renews = state in _RENEWING
    return Subscription(
        subscription_id=row.subscription_id,
        product=row.product,
        tier=row.tier,
        seats=row.seats,
        seats_free=max(0, row.seats - row.assigned),
        state=state,
        cycle=BillingCycle(row.cycle) if row.cycle else None,
        renews_on=row.period_end if renews else None,
        renewal_price=(
            Money.from_minor(row.unit_price_minor * row.seats, row.currency) if renews else None
        ),
        ends_on=None if renews else row.period_end,
        version=row.version,
    )
