"""Giving back what was paid for an order after it was given up."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from billing.audit import Actor, record_event
from billing.ordering.attempts import AttemptState, ask_later, read_attempt, store_refund
from billing.ordering.orders import read_order
from billing.payments.gateway import GatewayStatus, GatewayUnreachable

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.context import Context
    from billing.ordering.attempts import Attempt


def refund_lost(context: Context, account_id: str, attempt_id: str) -> None:
    """Give back the money of an attempt that is REFUND_DUE, once, however often this is called.

    A gateway that does not answer is asked again when the attempt is looked after next.
    """
    attempt = context.database.read(
        lambda connection: read_attempt(connection, account_id, attempt_id)
    )
    if attempt.state is not AttemptState.REFUND_DUE:
        return
    outcome = _ask(context, attempt)
    context.database.work(
        account_id, lambda connection: _store(connection, context, attempt, outcome)
    )


def _ask(context: Context, attempt: Attempt) -> str:
    """What to write in the audit trail; "" when the gateway did not answer."""
    refund_key = sha256(f"{attempt.gateway_key}/refund".encode()).hexdigest()
    amount = attempt.captured or attempt.amount
    try:
        answer = context.gateway.refund(attempt.gateway_key, refund_key, amount)
    except GatewayUnreachable:
        return ""
    except ValueError:
        # What the gateway holds under the key is gone already: nobody's money is with us.
        return "nothing_to_refund"
    refused = answer.status is GatewayStatus.DECLINED
    return "refund_declined" if refused else "payment_refunded"


def _store(connection: Connection, context: Context, attempt: Attempt, outcome: str) -> None:
    current = read_attempt(connection, attempt.account_id, attempt.attempt_id)
    if current.state is not AttemptState.REFUND_DUE:
        return
    moment = context.clock.now()
    if not outcome:
        ask_later(connection, current, moment)
        return
    refused = outcome == "refund_declined"
    # A refund that the bank refuses stays due, for a person to make it some other way.
    state = AttemptState.REFUND_DUE if refused else AttemptState.REFUNDED
    store_refund(connection, current, state, moment)
    record = read_order(connection, current.account_id, current.order_id)
    record_event(
        connection,
        context,
        account_id=current.account_id,
        contact_id=record.contact_id,
        action=outcome,
        object_id=current.order_id,
        new={"number": record.number, "amount": str((current.captured or current.amount).amount)},
        actor=Actor.WORKER,
    )
