"""Settling an order: what the gateway's answer, or its absence, makes of it. All within a lock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import update

from billing.audit import record_event
from billing.mail.outbox import write_mail
from billing.ordering.attempts import AttemptState, read_attempt, store_answer
from billing.ordering.carts import store_checkout_key, take_out
from billing.ordering.confirmations import mail_kind
from billing.ordering.drafts import delete_cart_drafts
from billing.ordering.orders import (
    OrderState,
    read_order,
    set_line_subscription,
    set_order_state,
)
from billing.payments.gateway import GatewayStatus
from billing.payments.model import DeclineReason
from billing.storage.tables import account as account_table
from billing.subscriptions.starts import expire_ended, running_trial, start

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.context import Context
    from billing.ordering.attempts import Attempt
    from billing.ordering.orders import LineRecord, OrderRecord
    from billing.payments.gateway import GatewayAnswer


@dataclass(frozen=True, slots=True)
class Settled:
    """An order after its payment was answered. `now`: this call settled it, no earlier one."""

    record: OrderRecord
    reason: DeclineReason | None
    now: bool


def settle(
    connection: Connection, context: Context, attempt: Attempt, answer: GatewayAnswer
) -> Settled:
    """Make of an order what the gateway answered, unless another call has done it meanwhile."""
    record = read_order(connection, attempt.account_id, attempt.order_id)
    current = read_attempt(connection, attempt.account_id, attempt.attempt_id)
    declined = answer.status is GatewayStatus.DECLINED
    paid_after_all = current.state is AttemptState.LOST and not declined
    if not current.unsettled and not paid_after_all:
        return Settled(record, current.reason, now=False)
    reason = (answer.reason or DeclineReason.GENERIC_DECLINE) if declined else None
    store_answer(
        connection,
        current,
        AttemptState(answer.status.value),
        context.clock.now(),
        reference=answer.reference,
        reason=reason,
    )
    if paid_after_all:
        # The order was given up and its products may have been ordered anew since.
        _tell(connection, context, record, "payment_after_failure")
    elif declined:
        record = fail(connection, context, record, f"declined: {reason}")
    else:
        record = fulfil(connection, context, record)
    return Settled(record, reason, now=True)


def fulfil(connection: Connection, context: Context, record: OrderRecord) -> OrderRecord:
    """Give access, empty the cart and write the mail: everything that a placed order brings."""
    lines = tuple(_start_line(connection, context, record, line) for line in record.lines)
    products = [line.product for line in lines]
    if record.payment is not None:
        take_out(connection, record.account_id, products)
        delete_cart_drafts(connection, record.account_id)
    fulfilled = replace(set_order_state(connection, record, OrderState.FULFILLED), lines=lines)
    write_mail(
        connection,
        context,
        account_id=record.account_id,
        contact_id=record.contact_id,
        kind=mail_kind(record),
        order_id=record.order_id,
    )
    _tell(connection, context, fulfilled, "order_fulfilled")
    return fulfilled


def fail(connection: Connection, context: Context, record: OrderRecord, cause: str) -> OrderRecord:
    """Give an order up: its credit goes back, the cart stays, and its checkout gets a new key."""
    if record.credit.minor:
        connection.execute(
            update(account_table)
            .where(account_table.c.account_id == record.account_id)
            .values(credit_minor=account_table.c.credit_minor + record.credit.minor)
        )
    store_checkout_key(connection, record.account_id, context.ids.new())
    failed = set_order_state(connection, record, OrderState.FAILED)
    _tell(connection, context, failed, "order_failed", cause)
    return failed


def leave_unknown(connection: Connection, context: Context, attempt: Attempt) -> None:
    """The gateway did not answer; whoever asks next finds the attempt to be unknown."""
    current = read_attempt(connection, attempt.account_id, attempt.attempt_id)
    if current.unsettled:
        store_answer(connection, current, AttemptState.UNKNOWN, context.clock.now())


def _start_line(
    connection: Connection, context: Context, record: OrderRecord, line: LineRecord
) -> LineRecord:
    account_id = record.account_id
    expire_ended(connection, account_id, line.product, record.placed_on)
    trial = running_trial(connection, account_id, line.product, record.placed_on)
    if trial is not None and trial != line.subscription_id:
        line = set_line_subscription(connection, record, line, trial)
    start(connection, account_id, line, record.catalogue_version)
    record_event(
        connection,
        context,
        account_id=account_id,
        contact_id=record.contact_id,
        action="subscription_converted" if trial else "subscription_started",
        object_id=line.subscription_id,
        new={"order": record.number, "product": line.product, "seats": line.seats},
    )
    return line


def _tell(
    connection: Connection, context: Context, record: OrderRecord, action: str, cause: str = ""
) -> None:
    facts = {"number": record.number, "state": record.state, "total": str(record.total.amount)}
    record_event(
        connection,
        context,
        account_id=record.account_id,
        contact_id=record.contact_id,
        action=action,
        object_id=record.order_id,
        new=facts | ({"cause": cause} if cause else {}),
    )
