"""Which subscriptions may be changed or cancelled now, and why another may not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, select

from billing.errors import Problem, Refused
from billing.ordering.orders import OrderState
from billing.storage.tables import order, order_line, payment_attempt
from billing.subscriptions.model import SubscriptionState
from billing.subscriptions.subscriptions import state_on
from billing.subscriptions.transitions import read_row

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection, Row

    from billing.catalogue.model import Catalogue

# A debit on its way may come back; until it is known, nothing is built on the period it pays.
_ON_ITS_WAY = (
    select(payment_attempt.c.attempt_id)
    .where(
        payment_attempt.c.account_id == bindparam("owner"),
        payment_attempt.c.order_id == bindparam("ordered"),
        payment_attempt.c.state == "processing",
    )
    .limit(1)
)
_AWAITING = (
    select(order.c.order_id)
    .join(
        order_line,
        and_(
            order_line.c.account_id == order.c.account_id,
            order_line.c.order_id == order.c.order_id,
        ),
    )
    .where(
        order.c.account_id == bindparam("owner"),
        order.c.state == OrderState.AWAITING_PAYMENT.value,
        order_line.c.subscription_id == bindparam("this"),
    )
    .limit(1)
)


def read_known(
    connection: Connection, account_id: str, subscription_id: str, today: date
) -> tuple[Row[Any], SubscriptionState]:
    """A subscription of an account and its state on `today`.

    Raises:
        Refused: UNKNOWN_SUBSCRIPTION.
    """
    row = read_row(connection, account_id, subscription_id)
    if row is None:
        raise Refused(Problem.UNKNOWN_SUBSCRIPTION, subscription_id=subscription_id)
    return row, state_on(row.state, row.period_end, today)


def read_running(
    connection: Connection,
    catalogue: Catalogue,
    account_id: str,
    subscription_id: str,
    today: date,
) -> Row[Any]:
    """A subscription that is active, with no payment under way.

    Raises:
        Refused: UNKNOWN_SUBSCRIPTION, SUBSCRIPTION_NOT_ACTIVE, CANCELLATION_PENDING or PAYMENT_OPEN
            (fact `product`, its name).
    """
    row, state = read_known(connection, account_id, subscription_id, today)
    problem = _REFUSED.get(state)
    if problem is None and (
        awaits_payment(connection, account_id, subscription_id) or _is_promised(connection, row)
    ):
        problem = Problem.PAYMENT_OPEN
    if problem is not None:
        raise Refused(problem, product=product_name(catalogue, row.product))
    return row


def awaits_payment(connection: Connection, account_id: str, subscription_id: str) -> bool:
    """Whether an order for a subscription still waits to be paid, or to hear that it was."""
    asked = {"owner": account_id, "this": subscription_id}
    return connection.execute(_AWAITING, asked).first() is not None


def _is_promised(connection: Connection, row: Row[Any]) -> bool:
    asked = {"owner": row.account_id, "ordered": row.order_id}
    return connection.execute(_ON_ITS_WAY, asked).first() is not None


def product_name(catalogue: Catalogue, product_id: str) -> str:
    """What a product is called; its id when the catalogue has lost it."""
    names = {product.id: product.name for product in catalogue.products}
    return names.get(product_id, product_id)


_REFUSED = {
    SubscriptionState.TRIALING: Problem.SUBSCRIPTION_NOT_ACTIVE,
    SubscriptionState.CANCELLING: Problem.CANCELLATION_PENDING,
    SubscriptionState.PAST_DUE: Problem.PAYMENT_OPEN,
    SubscriptionState.SUSPENDED: Problem.SUBSCRIPTION_NOT_ACTIVE,
    SubscriptionState.EXPIRED: Problem.SUBSCRIPTION_NOT_ACTIVE,
}
