"""Placing an order exactly once, whatever breaks in between.

The order and its payment attempt are stored before the gateway is asked, and the answer after. A
call that finds an order under its key goes on where the earlier one stopped: it asks the gateway
what became of the attempt, and settles it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from billing.errors import BillingError, OrderConflict, PaymentDeclined, PaymentUnknown
from billing.ordering.accepting import accept_order
from billing.ordering.confirmations import confirm
from billing.ordering.model import Confirmation
from billing.ordering.orders import OrderState
from billing.ordering.settling import leave_unknown, settle
from billing.payments.check import check_payment
from billing.payments.gateway import GatewayUnreachable, KeyReused

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.accounts.model import Session
    from billing.context import Context
    from billing.ordering.accepting import Pending
    from billing.ordering.model import OrderRequest
    from billing.payments.check import CheckedPayment
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
    """
    payment = check_payment(request.payment, context.today(session.account))

    def accept(give_up: str = "") -> Confirmation | Pending:
        return context.database.work(
            session.account.account_id,
            lambda connection: accept_order(
                connection, context, session, request, payment, give_up=give_up
            ),
        )

    outcome = accept()
    if isinstance(outcome, Confirmation):
        return outcome
    answer = _pay(context, outcome, payment)
    if answer is None:
        if context.clock.now() - outcome.attempt.started_at < LOST_AFTER:
            raise PaymentUnknown(outcome.record.number)
        outcome = accept(give_up=outcome.attempt.attempt_id)
        if isinstance(outcome, Confirmation):
            return outcome
        answer = _pay(context, outcome, payment)
    if answer is None:
        raise PaymentUnknown(outcome.record.number)
    return _finish(context, outcome, answer)


def _pay(context: Context, pending: Pending, payment: CheckedPayment) -> GatewayAnswer | None:
    """The gateway's answer; None: it never heard of an attempt that must not be repeated.

    Raises:
        PaymentUnknown: it did not answer.
    """
    attempt = pending.attempt
    try:
        answer = context.gateway.ask(attempt.gateway_key) if pending.resumed else None
        if answer is None and pending.repeatable:
            answer = _authorise(context, pending, payment)
    except GatewayUnreachable:
        context.database.work(
            attempt.account_id, lambda connection: leave_unknown(connection, context, attempt)
        )
        raise PaymentUnknown(pending.record.number) from None
    return answer


def _authorise(context: Context, pending: Pending, payment: CheckedPayment) -> GatewayAnswer | None:
    attempt = pending.attempt
    try:
        return context.gateway.authorise(
            key=attempt.gateway_key,
            amount=attempt.amount,
            payment=payment,
            capture=attempt.capture,
        )
    except KeyReused:
        # Another call came first with other details of payment; its outcome is the order's.
        return context.gateway.ask(attempt.gateway_key)


def _finish(context: Context, pending: Pending, answer: GatewayAnswer) -> Confirmation:
    """Store the answer and what follows from it; then tell."""

    def step(connection: Connection) -> Confirmation | BillingError:
        settled = settle(connection, context, pending.attempt, answer)
        if settled.record.state is OrderState.FULFILLED:
            if not pending.same:
                return OrderConflict(settled.record.number)
            return confirm(connection, settled.record, replayed=not settled.now)
        if settled.reason is not None:
            return PaymentDeclined(settled.reason)
        return PaymentUnknown(settled.record.number)

    told = context.database.work(pending.attempt.account_id, step)
    # Raised only here: within the transaction it would undo what was stored.
    if isinstance(told, BillingError):
        raise told
    return told
