"""Charging a stored payment method while nobody is there to answer a question of the bank."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from billing.ordering.asking import authorise
from billing.ordering.attempts import create_attempt
from billing.ordering.orders import set_order_payment
from billing.ordering.settling import leave_unknown, settle
from billing.payments.gateway import GatewayStatus, GatewayUnreachable
from billing.payments.model import DeclineReason

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.context import Context
    from billing.ordering.attempts import Attempt
    from billing.ordering.orders import OrderRecord
    from billing.payments.gateway import GatewayAnswer
    from billing.payments.model import StoredMethod


@dataclass(frozen=True, slots=True)
class Charge:
    """An attempt that is stored, and the method that the gateway is to be asked to charge."""

    attempt: Attempt
    method: StoredMethod


def begin_charge(
    connection: Connection, context: Context, record: OrderRecord, method: StoredMethod
) -> Charge:
    """Store the next attempt to pay an order with a stored method, before anybody is asked."""
    if record.payment != method.shown:
        set_order_payment(connection, record, method.shown)
    attempt = create_attempt(
        connection,
        record,
        context.ids.new(),
        method.shown.kind,
        started_at=context.clock.now(),
        method_id=method.method_id,
    )
    return Charge(attempt, method)


def carry_out(context: Context, charge: Charge) -> None:
    """Ask the gateway to charge and store what it says, or that it says nothing."""
    attempt = charge.attempt
    try:
        answer = authorise(context, attempt, charge.method)
    except GatewayUnreachable:
        answer = None

    def step(connection: Connection) -> None:
        if answer is None:
            leave_unknown(connection, context, attempt)
        else:
            settle(connection, context, attempt, unattended(answer))

    context.database.work(attempt.account_id, step)


def unattended(answer: GatewayAnswer) -> GatewayAnswer:
    """The answer as it counts when no buyer is there to confirm the payment."""
    if answer.status is not GatewayStatus.REQUIRES_ACTION:
        return answer
    return replace(
        answer, status=GatewayStatus.DECLINED, reason=DeclineReason.AUTHENTICATION_REQUIRED
    )
