"""Starting subscriptions: paid ones, trials, and trials that become paid ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from billing.catalogue.model import Offer
from billing.storage.tables import licence, subscription
from billing.subscriptions.model import LIVE_STATES, SubscriptionState
from billing.subscriptions.subscriptions import state_on

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection, Row

    from billing.ordering.orders import LineRecord

_LIVE = tuple(sorted(LIVE_STATES))


def running_trial(connection: Connection, account_id: str, product: str, today: date) -> str | None:
    """The id of the live trial of a product, which buying the product turns into a paid one."""
    row = _live_row(connection, account_id, product)
    if row is None or state_on(row.state, row.period_end, today) is not SubscriptionState.TRIALING:
        return None
    return str(row.subscription_id)


def expire_ended(connection: Connection, account_id: str, product: str, today: date) -> None:
    """Store that a trial or cancellation of a product has ended, so that a new one may start."""
    row = _live_row(connection, account_id, product)
    if row is None or state_on(row.state, row.period_end, today) is not SubscriptionState.EXPIRED:
        return
    connection.execute(
        update(subscription)
        .where(
            subscription.c.account_id == account_id,
            subscription.c.subscription_id == row.subscription_id,
        )
        .values(state=SubscriptionState.EXPIRED, version=subscription.c.version + 1)
    )


def start(
    connection: Connection,
    account_id: str,
    line: LineRecord,
    catalogue_version: str,
) -> None:
    """Give access to what an order line bought or tries, from the first day of its period.

    A line that names a running trial turns that very subscription into the paid one, so its
    licences stay with their users.
    """
    trial = line.offer is Offer.TRIAL
    values = {
        "product": line.product,
        "tier": line.tier,
        "seats": line.seats,
        "state": SubscriptionState.TRIALING if trial else SubscriptionState.ACTIVE,
        "cycle": line.cycle,
        "anchor": line.period.start,
        "period_start": line.period.start,
        "period_end": line.period.end,
        "unit_price_minor": line.unit_price.minor,
        "currency": line.unit_price.currency,
        "catalogue_version": catalogue_version,
    }
    converted = connection.execute(
        update(subscription)
        .where(
            subscription.c.account_id == account_id,
            subscription.c.subscription_id == line.subscription_id,
        )
        .values(**values, version=subscription.c.version + 1)
    )
    if converted.rowcount:
        _keep_licences_within(connection, account_id, line.subscription_id, line.seats)
        return
    connection.execute(
        insert(subscription).values(
            account_id=account_id, subscription_id=line.subscription_id, **values
        )
    )


def _keep_licences_within(
    connection: Connection, account_id: str, subscription_id: str, seats: int
) -> None:
    """Take back the latest licences when a trial becomes a smaller paid subscription."""
    mine = (
        licence.c.account_id == account_id,
        licence.c.subscription_id == subscription_id,
    )
    holders = connection.scalars(
        select(licence.c.user_id).where(*mine).order_by(licence.c.assigned_at, licence.c.user_id)
    ).all()
    for user_id in holders[seats:]:
        connection.execute(delete(licence).where(*mine, licence.c.user_id == user_id))


def _live_row(connection: Connection, account_id: str, product: str) -> Row[Any] | None:
    return connection.execute(
        select(subscription).where(
            subscription.c.account_id == account_id,
            subscription.c.product == product,
            subscription.c.state.in_(_LIVE),
        )
    ).one_or_none()
