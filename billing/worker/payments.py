"""Payments whose outcome is not known yet: the gateway is asked again, by the attempt's key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.audit import Actor, record_event
from billing.ordering.attempts import (
    Attempt,
    AttemptState,
    ask_later,
    read_attempt,
    store_answer,
)
from billing.ordering.orders import OrderKind, OrderRecord, OrderState, read_order
from billing.ordering.refunds import refund_lost
from billing.ordering.settling import fail, settle
from billing.payments.gateway import GatewayUnreachable
from billing.payments.methods import read_method
from billing.worker.charging import Charge, carry_out, unattended

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.context import Context


def ask_again(context: Context, account_id: str, attempt_id: str) -> None:
    """Ask what became of an attempt and store it, with all that follows from it.

    One that the gateway never heard of is repeated under its key when it is the worker's own, and
    given up when a buyer made it. Money that came after its order was given up goes back.
    """
    database = context.database
    attempt, record = database.read(lambda connection: _read(connection, account_id, attempt_id))
    if attempt.state is AttemptState.REFUND_DUE:
        refund_lost(context, account_id, attempt_id)
        return
    if not attempt.unsettled and attempt.state is not AttemptState.PROCESSING:
        return
    try:
        answer = context.gateway.ask(attempt.gateway_key)
    except GatewayUnreachable:
        database.work(account_id, lambda connection: _put_off(connection, context, attempt))
        return
    if answer is not None:
        told = unattended(answer) if _is_workers(attempt, record) else answer
        refund = database.work(
            account_id, lambda connection: settle(connection, context, attempt, told).refund
        )
        if refund:
            refund_lost(context, account_id, attempt_id)
    elif attempt.method_id is not None and _is_workers(attempt, record):
        method_id = attempt.method_id
        method = database.read(lambda connection: read_method(connection, account_id, method_id))
        carry_out(context, Charge(attempt, method))
    else:
        database.work(account_id, lambda connection: _give_up(connection, context, attempt))


def _read(connection: Connection, account_id: str, attempt_id: str) -> tuple[Attempt, OrderRecord]:
    attempt = read_attempt(connection, account_id, attempt_id)
    return attempt, read_order(connection, account_id, attempt.order_id)


def _is_owed(record: OrderRecord) -> bool:
    """Whether access was given before it was paid."""
    return record.kind is OrderKind.RENEWAL or record.state is OrderState.FULFILLED


def _is_workers(attempt: Attempt, record: OrderRecord) -> bool:
    """Whether no buyer waits for the outcome of the attempt."""
    return attempt.method_id is not None and _is_owed(record)


def _put_off(connection: Connection, context: Context, attempt: Attempt) -> None:
    current = read_attempt(connection, attempt.account_id, attempt.attempt_id)
    ask_later(connection, current, context.clock.now())


def _give_up(connection: Connection, context: Context, attempt: Attempt) -> None:
    """The gateway never heard of it: an order that waited for it failed, a debt is still owed."""
    current, record = _read(connection, attempt.account_id, attempt.attempt_id)
    if not current.unsettled:
        return
    store_answer(connection, current, AttemptState.LOST, context.clock.now())
    if record.state is OrderState.AWAITING_PAYMENT and not _is_owed(record):
        fail(connection, context, record, "the gateway never heard of it")
        return
    record_event(
        connection,
        context,
        account_id=record.account_id,
        contact_id=record.contact_id,
        action="payment_lost",
        object_id=record.order_id,
        new={"number": record.number, "total": str(record.total.amount)},
        actor=Actor.WORKER,
    )
