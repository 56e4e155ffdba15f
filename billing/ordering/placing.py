"""Placing an order exactly once, whatever breaks in between.

The order and its payment attempt are stored before the gateway is asked, and the answer after. A
call that finds an order under its key goes on where the earlier one stopped: it asks the gateway
what became of the attempt, and settles it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from billing.errors import (
    BillingError,
    OrderConflict,
    PaymentActionNeeded,
    PaymentDeclined,
    PaymentUnknown,
)
from billing.ordering.accepting import accept_order, expect_order
from billing.ordering.asking import authorise
from billing.ordering.confirmations import confirm
from billing.ordering.model import Confirmation
from billing.ordering.orders import OrderState
from billing.ordering.payment_details import check_details
from billing.ordering.refunds import refund_lost
from billing.ordering.settling import leave_unknown, settle
from billing.payments.gateway import GatewayUnreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from billing.accounts.model import Session
    from billing.context import Context
    from billing.ordering.model import OrderRequest
    from billing.ordering.settling import Settled
    from billing.ordering.standing import Pending
    from billing.payments.gateway import GatewayAnswer

# A request that the gateway does not know of after this time is not on its way any more.
LOST_AFTER = timedelta(minutes=5)


def place_order(context: Context, session: Session, request: OrderRequest) -> Confirmation:
    """Place an order once: the same request again, at any time, gives the same confirmation.

    After PaymentDeclined the checkout has a new key; open it again before the next try.

    Raises:
        NotAllowed, InvalidInput, Refused, CartChanged, PriceChanged: nothing was ordered.
        OrderConflict: the key belongs to another order, which was placed.
        PaymentDeclined: nothing was charged, the cart is as it was.
        PaymentUnknown: the order stands; the same request again asks what became of it.
        PaymentActionNeeded: the bank asks the buyer first; the same request again goes on after it.
    """
    payment = check_details(context, session, request.payment)

    def accept(connection: Connection, give_up: str) -> Confirmation | Pending:
        return accept_order(connection, context, session, request, payment, give_up=give_up)

    return carry_through(
        context,
        session.account.account_id,
        accept,
        expecting=lambda connection: expect_order(connection, session, request),
    )


def carry_through(
    context: Context,
    account_id: str,
    accept: Callable[[Connection, str], Confirmation | Pending],
    *,
    expecting: Callable[[Connection], None] | None = None,
) -> Confirmation:
    """Accept an order, pay it and settle it; `accept` is told the id of an attempt to give up.

    `expecting` as `Database.work`.

    Raises:
        OrderConflict, PaymentDeclined, PaymentUnknown, PaymentActionNeeded: as `place_order`.
    """

    def accepted(give_up: str = "") -> Confirmation | Pending:
        return context.database.work(
            account_id, lambda connection: accept(connection, give_up), expecting=expecting
        )

    outcome = accepted()
    if isinstance(outcome, Confirmation):
        return outcome
    answer = _pay(context, outcome)
    if answer is None:
        if context.clock.now() - outcome.attempt.started_at < LOST_AFTER:
            raise PaymentUnknown(outcome.record.number)
        outcome = accepted(give_up=outcome.attempt.attempt_id)
        if isinstance(outcome, Confirmation):
            return outcome
        answer = _pay(context, outcome)
    if answer is None:
        raise PaymentUnknown(outcome.record.number)
    return _finish(context, outcome, answer)


def _pay(context: Context, pending: Pending) -> GatewayAnswer | None:
    """The gateway's answer; None: it never heard of an attempt that must not be repeated.

    Raises:
        PaymentUnknown: it did not answer.
    """
    attempt = pending.attempt
    try:
        answer = context.gateway.ask(attempt.gateway_key) if pending.resumed else None
        if answer is None and pending.payment is not None:
            answer = authorise(context, attempt, pending.payment)
    except GatewayUnreachable:
        context.database.work(
            attempt.account_id, lambda connection: leave_unknown(connection, context, attempt)
        )
        raise PaymentUnknown(pending.record.number) from None
    return answer


def _finish(context: Context, pending: Pending, answer: GatewayAnswer) -> Confirmation:
    """Store the answer and what follows from it; then tell."""
    attempt = pending.attempt

    def step(connection: Connection) -> tuple[Confirmation | BillingError, bool]:
        settled = settle(connection, context, attempt, answer)
        return _told(connection, pending, settled), settled.refund

    told, refund = context.database.work(attempt.account_id, step)
    if refund:
        refund_lost(context, attempt.account_id, attempt.attempt_id)
    # Raised only here: within the transaction it would undo what was stored.
    if isinstance(told, BillingError):
        raise told
    return told


def _told(
    connection: Connection, pending: Pending, settled: Settled
) -> Confirmation | BillingError:
    if settled.record.state is OrderState.FULFILLED:
        if not pending.same:
            return OrderConflict(settled.record.number)
        return confirm(connection, settled.record, replayed=not settled.now)
    if settled.reason is not None:
        return PaymentDeclined(settled.reason)
    if settled.address:
        return PaymentActionNeeded(settled.record.number, settled.address)
    return PaymentUnknown(settled.record.number)
