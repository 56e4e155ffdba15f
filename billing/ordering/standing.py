"""Orders under their keys: stored once, and found again by whoever asks with the same key."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from billing.audit import record_event
from billing.errors import OrderConflict, PaymentDeclined
from billing.ordering.attempts import (
    Attempt,
    AttemptState,
    create_attempt,
    last_attempt,
    store_answer,
)
from billing.ordering.confirmations import confirm, confirm_new
from billing.ordering.keys import Operation, Recalled, recall, remember
from billing.ordering.orders import OrderRecord, OrderState, insert_order, read_order
from billing.ordering.settling import fail, fulfil, give_credit
from billing.payments.cards import CheckedCard
from billing.payments.check import CheckedMandate, CheckedPayment, summary
from billing.payments.model import DeclineReason, PaymentKind, PaymentSummary, StoredMethod

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from billing.context import Context
    from billing.ordering.model import Confirmation

Payment = CheckedPayment | StoredMethod


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call asks for: its operation and hash, the quote it saw, and how it would pay."""

    operation: Operation
    account_id: str
    request_hash: str
    quote_identity: str
    payment: Payment | None


@dataclass(frozen=True, slots=True)
class Pending:
    """An order that waits for its payment.

    `resumed`: an earlier call stored it. `same`: that call asked for the same. `payment` is what
    the gateway may be asked for under the attempt's key; None: only what became of it, for the
    earlier call saw another quote or pays otherwise.
    """

    record: OrderRecord
    attempt: Attempt
    resumed: bool
    same: bool
    payment: Payment | None


def shown(payment: Payment) -> PaymentSummary:
    """What may be shown, stored and mailed of a payment."""
    return payment.shown if isinstance(payment, StoredMethod) else summary(payment)


def payment_facts(payment: CheckedPayment) -> tuple[str, str, str]:
    """What of typed payment details makes a request the same: kind, label, and who pays."""
    told = summary(payment)
    match payment:
        case CheckedMandate():
            payer = payment.holder
        case CheckedCard():
            payer = payment.summary.expiry
        case _:
            payer = ""
    return told.kind, told.label, payer


def find_order(
    connection: Connection, context: Context, asked: Asked, known: Recalled | None, give_up: str
) -> Confirmation | Pending | None:
    """What is known under a key; None: nothing, or an order that failed and may be tried again.

    `give_up` is the id of an attempt the gateway never heard of: its order fails.

    Raises:
        OrderConflict: another request under this key was fulfilled.
        PaymentDeclined: so ended the same request.
    """
    if known is None:
        return None
    record = read_order(connection, asked.account_id, known.order_id)
    attempt = last_attempt(connection, asked.account_id, known.order_id)
    same = known.request_hash == asked.request_hash
    if record.state is OrderState.FULFILLED:
        if not same:
            raise OrderConflict(record.number)
        return confirm(connection, record, replayed=True)
    if attempt is not None and record.state is OrderState.AWAITING_PAYMENT:
        if attempt.attempt_id != give_up:
            repeatable = same and _is_for(record, asked)
            payment = asked.payment if repeatable else None
            return Pending(record, attempt, resumed=True, same=same, payment=payment)
        store_answer(connection, attempt, AttemptState.LOST, context.clock.now())
        fail(connection, context, record, "the gateway never heard of it")
    elif attempt is not None and same and attempt.state is AttemptState.DECLINED:
        raise PaymentDeclined(attempt.reason or DeclineReason.GENERIC_DECLINE)
    return None


def number_to_confirm(connection: Connection, account_id: str, key: str | None) -> str:
    """The number of a checkout's order whose payment the bank asks the buyer to confirm, or ""."""
    known = None if key is None else recall(connection, account_id, Operation.ORDER, key)
    attempt = None if known is None else last_attempt(connection, account_id, known.order_id)
    if attempt is None or attempt.state is not AttemptState.REQUIRES_ACTION:
        return ""
    return read_order(connection, account_id, attempt.order_id).number


def place(
    connection: Connection,
    context: Context,
    record: OrderRecord,
    asked: Asked,
    keys: Iterable[str],
) -> Confirmation | Pending:
    """Store a new order under its keys; one that needs no gateway is fulfilled at once."""
    kind = None if asked.payment is None else shown(asked.payment).kind
    at_once = kind in {None, PaymentKind.INVOICE} or not record.total.minor
    if at_once:
        record = replace(record, state=OrderState.FULFILLED)
    insert_order(connection, record)
    for key in keys:
        recalled = Recalled(asked.request_hash, record.order_id)
        remember(connection, record.account_id, asked.operation, key, recalled)
    give_credit(connection, record.account_id, -record.credit_taken)
    record_event(
        connection,
        context,
        account_id=record.account_id,
        contact_id=record.contact_id,
        action="order_placed",
        object_id=record.order_id,
        new={"number": record.number, "total": str(record.total.amount)},
    )
    if at_once or kind is None:
        return confirm_new(connection, fulfil(connection, context, record))
    attempt = create_attempt(
        connection, record, context.ids.new(), kind, method_id=_method_id(asked.payment)
    )
    return Pending(record, attempt, resumed=False, same=True, payment=asked.payment)


def _method_id(payment: Payment | None) -> str | None:
    return payment.method_id if isinstance(payment, StoredMethod) else None


def _is_for(record: OrderRecord, asked: Asked) -> bool:
    """Whether an order was placed at the quote and with the payment that are asked for again."""
    if asked.payment is None or record.payment is None:
        return False
    now, then = shown(asked.payment), record.payment
    paid_alike = (now.kind, now.label) == (then.kind, then.label)
    return paid_alike and record.quote_identity == asked.quote_identity
