"""Answers that the gateway gives by itself: late, twice, or in another order than it meant them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.audit import Actor, record_event
from billing.errors import Problem, Refused
from billing.ordering.attempts import AttemptState, find_attempt
from billing.ordering.refunds import refund_lost
from billing.ordering.settling import settle

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.context import Context
    from billing.ordering.attempts import Attempt
    from billing.payments.gateway import GatewayAnswer


def gateway_answered(context: Context, account_id: str, key: str, answer: GatewayAnswer) -> None:
    """Apply an answer to the account's attempt of that key, once, whatever came before it.

    One that changes nothing any more is in the audit trail.

    Raises:
        Refused: UNKNOWN_PAYMENT (fact `key`), the account made no such attempt.
    """

    def step(connection: Connection) -> Attempt | None:
        attempt = find_attempt(connection, account_id, key)
        if attempt is None:
            raise Refused(Problem.UNKNOWN_PAYMENT, key=key)
        settled = settle(connection, context, attempt, answer)
        if not settled.now and AttemptState(answer.status.value) is attempt.state:
            _tell_repeated(connection, context, attempt, settled.record.contact_id)
        return attempt if settled.refund else None

    due = context.database.work(account_id, step)
    if due is not None:
        refund_lost(context, account_id, due.attempt_id)


def _tell_repeated(
    connection: Connection, context: Context, attempt: Attempt, contact_id: str
) -> None:
    record_event(
        connection,
        context,
        account_id=attempt.account_id,
        contact_id=contact_id,
        action="payment_answer_repeated",
        object_id=attempt.order_id,
        new={"state": attempt.state},
        actor=Actor.WORKER,
    )
