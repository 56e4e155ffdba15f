"""Which subscriptions may be changed or cancelled now, and why another may not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, select

from billing.errors import Problem, Refused
from billing.ordering.attempts import AttemptState, last_attempt
from billing.ordering.orders import OrderState
from billing.storage.sending import run
from billing.storage.tables import order, order_line
from billing.subscriptions.model import SubscriptionState
from billing.subscriptions.subscriptions import state_on
from billing.subscriptions.transitions import read_row

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection, Row

    from billing.catalogue.model import Catalogue

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
    """A subscription that is active, with nothing left to bill and no payment under way.

    Raises:
        Refused: UNKNOWN_SUBSCRIPTION, ON_TRIAL, SUBSCRIPTION_NOT_ACTIVE (it has ended),
            CANCELLATION_PENDING or PAYMENT_OPEN (fact `product`, its name).
    """
    row, state = read_known(connection, account_id, subscription_id, today)
    problem = _REFUSED.get(state)
    if problem is None and _is_owed(connection, row, today):
        problem = Problem.PAYMENT_OPEN
    if problem is not None:
        raise Refused(problem, product=catalogue.product_name(row.product))
    return row


def awaits_payment(connection: Connection, account_id: str, subscription_id: str) -> bool:
    """Whether an order for a subscription still waits to be paid, or to hear that it was."""
    asked = {"owner": account_id, "this": subscription_id}
    return run(connection, _AWAITING, asked).first() is not None


def _is_owed(connection: Connection, row: Row[Any], today: date) -> bool:
    """Whether something is to be billed or paid before anything may be built upon it."""
    if row.period_end < today or awaits_payment(connection, row.account_id, row.subscription_id):
        # The days of a period that has begun meanwhile would be free.
        return True
    paying = last_attempt(connection, row.account_id, row.order_id) if row.order_id else None
    # A debit on its way may come back.
    return paying is not None and paying.state is AttemptState.PROCESSING


_REFUSED = {
    SubscriptionState.TRIALING: Problem.ON_TRIAL,
    SubscriptionState.CANCELLING: Problem.CANCELLATION_PENDING,
    SubscriptionState.PAST_DUE: Problem.PAYMENT_OPEN,
    SubscriptionState.SUSPENDED: Problem.PAYMENT_OPEN,
    SubscriptionState.EXPIRED: Problem.SUBSCRIPTION_NOT_ACTIVE,
}
