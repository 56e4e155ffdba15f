"""Payment attempts: each asks the gateway for one order's total under one key of its own.

At most one attempt of an order is live: its answer is missing, or the bank asks the buyer first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from billing.errors import Problem, Refused
from billing.invoicing.model import InvoiceKind, InvoiceState
from billing.ordering.orders import OrderState
from billing.payments.model import DeclineReason, PaymentKind
from billing.rating.money import Money
from billing.storage.invoice_tables import invoice
from billing.storage.sending import run
from billing.storage.statements import insert_into
from billing.storage.tables import payment_attempt

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from billing.ordering.orders import OrderRecord
    from billing.payments.gateway import GatewayAnswer


class AttemptState(StrEnum):
    """What is known of an attempt; stored, so values never change.

    CREATED: the gateway may or may not have been asked. UNKNOWN: it was asked and did not answer.
    REQUIRES_ACTION: the bank asks the buyer first. LOST: the gateway had never heard of the attempt
    long after, so the order was given up. REFUND_DUE: it was paid after the order was given up, so
    the money has to go back; REFUNDED: it went.
    """

    CREATED = "created"
    UNKNOWN = "unknown"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    AUTHORISED = "authorised"
    PROCESSING = "processing"
    DECLINED = "declined"
    LOST = "lost"
    REFUND_DUE = "refund_due"
    REFUNDED = "refunded"


UNSETTLED = (AttemptState.CREATED, AttemptState.UNKNOWN, AttemptState.REQUIRES_ACTION)
_TAKEN = (AttemptState.SUCCEEDED, AttemptState.PROCESSING, AttemptState.REFUND_DUE)
_PAYING = (AttemptState.PROCESSING, AttemptState.SUCCEEDED)

# The waits before the worker asks the gateway what became of an attempt.
FIRST_ASK, SECOND_ASK, LATER_ASKS = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)
_A_TICK = timedelta(microseconds=1)

_MINE = payment_attempt.c.account_id == bindparam("owner")
_THIS = (_MINE, payment_attempt.c.attempt_id == bindparam("this"))
_OF_ORDER = (_MINE, payment_attempt.c.order_id == bindparam("ordered"))
_READ = select(payment_attempt).where(*_THIS)
_CHANGE = update(payment_attempt).where(*_THIS)
_STATES = select(
    payment_attempt.c.attempt_id, payment_attempt.c.state, payment_attempt.c.started_at
).where(*_OF_ORDER)
_LAST = (
    select(payment_attempt)
    .where(*_OF_ORDER)
    .order_by(payment_attempt.c.started_at.desc(), payment_attempt.c.attempt_id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A payment attempt. `capture` is False when the sum may still fall: the tax is undecided.

    `method_id` is the stored method it uses; None: payment details that were typed for it.
    `captured` is what was taken or is being taken; None: nothing that is known of.
    """

    account_id: str
    attempt_id: str
    order_id: str
    state: AttemptState
    amount: Money
    capture: bool
    gateway_key: str
    started_at: datetime
    reason: DeclineReason | None = None
    method_id: str | None = None
    captured: Money | None = None

    @property
    def unsettled(self) -> bool:
        """Whether the gateway's answer is still missing."""
        return self.state in UNSETTLED


def create_attempt(
    connection: Connection,
    record: OrderRecord,
    attempt_id: str,
    kind: PaymentKind,
    *,
    started_at: datetime | None = None,
    method_id: str | None = None,
) -> Attempt:
    """Store the next attempt to pay an order; the first one starts when the order is placed.

    Raises:
        Refused: NOTHING_TO_PAY, the order is paid; PAYMENT_OPEN, an attempt of it is live.
    """
    earlier = run(connection, _STATES, _of_order(record.account_id, record.order_id)).all()
    if any(row.state in UNSETTLED for row in earlier):
        raise Refused(Problem.PAYMENT_OPEN, product=record.lines[0].product)
    if any(row.state in _PAYING for row in earlier) or (
        record.state is OrderState.FULFILLED and _is_paid(connection, record)
    ):
        raise Refused(Problem.NOTHING_TO_PAY)
    # Machines' clocks differ, and the newest attempt is the one that counts.
    after = max((row.started_at + _A_TICK for row in earlier), default=record.placed_at)
    attempt = Attempt(
        account_id=record.account_id,
        attempt_id=attempt_id,
        order_id=record.order_id,
        state=AttemptState.CREATED,
        amount=record.total,
        capture=not record.invoice_waits,
        gateway_key=sha256(f"{record.order_id}/{len(earlier) + 1}".encode()).hexdigest(),
        started_at=max(started_at or record.placed_at, after),
        method_id=method_id,
    )
    run(
        connection,
        insert_into(payment_attempt),
        {
            "account_id": attempt.account_id,
            "attempt_id": attempt.attempt_id,
            "order_id": attempt.order_id,
            "state": attempt.state,
            "kind": kind,
            "amount_minor": attempt.amount.minor,
            "currency": attempt.amount.currency,
            "capture": int(attempt.capture),
            "gateway_key": attempt.gateway_key,
            "started_at": attempt.started_at,
            "next_ask_at": attempt.started_at + FIRST_ASK,
            "method_id": method_id,
        },
    )
    return attempt


def last_attempt(connection: Connection, account_id: str, order_id: str) -> Attempt | None:
    """The newest attempt to pay an order; None when it needed no payment."""
    row = run(connection, _LAST, {"owner": account_id, "ordered": order_id}).one_or_none()
    return None if row is None else _attempt(row)


def read_attempt(connection: Connection, account_id: str, attempt_id: str) -> Attempt:
    """An attempt as it stands; it must exist."""
    return _attempt(run(connection, _READ, {"owner": account_id, "this": attempt_id}).one())


def find_attempt(connection: Connection, account_id: str, gateway_key: str) -> Attempt | None:
    """The attempt of an account that asked the gateway under that key."""
    row = connection.execute(
        select(payment_attempt).where(
            payment_attempt.c.account_id == account_id,
            payment_attempt.c.gateway_key == gateway_key,
        )
    ).one_or_none()
    return None if row is None else _attempt(row)


def store_answer(
    connection: Connection,
    attempt: Attempt,
    state: AttemptState,
    moment: datetime,
    *,
    reference: str = "",
    reason: DeclineReason | None = None,
) -> None:
    """Store what the gateway said of an attempt, or that it said nothing."""
    captured = attempt.amount if attempt.capture and attempt.captured is None else attempt.captured
    _store(
        connection,
        attempt,
        state=state,
        gateway_reference=reference[:64],
        decline_reason=reason or "",
        answered_at=None if state in UNSETTLED else moment,
        next_ask_at=_next_ask(attempt, state, moment),
        captured_minor=captured.minor if captured is not None and state in _TAKEN else None,
    )


def store_capture(
    connection: Connection,
    attempt: Attempt,
    answer: GatewayAnswer,
    amount: Money,
    moment: datetime,
) -> None:
    """Store what became of taking `amount` of an authorised attempt."""
    state = AttemptState(answer.status.value)
    _store(
        connection,
        attempt,
        state=state,
        gateway_reference=answer.reference[:64],
        decline_reason=answer.reason or "",
        answered_at=moment,
        next_ask_at=_next_ask(attempt, state, moment),
        captured_minor=amount.minor if state in _TAKEN else None,
    )


def begin_capture(connection: Connection, attempt: Attempt, amount: Money) -> Attempt:
    """Store what is to be taken of an authorised sum, before the gateway is asked for it."""
    _store(connection, attempt, captured_minor=amount.minor)
    return replace(attempt, captured=amount)


def ask_later(connection: Connection, attempt: Attempt, moment: datetime) -> None:
    """The gateway has nothing new to say of an attempt; it is asked again later."""
    _store(connection, attempt, next_ask_at=_next_ask(attempt, attempt.state, moment))


def store_refund(
    connection: Connection, attempt: Attempt, state: AttemptState, moment: datetime
) -> None:
    """Store what became of giving back the money of an attempt; it is not tried again."""
    _store(connection, attempt, state=state, answered_at=moment, next_ask_at=None)


def _store(connection: Connection, attempt: Attempt, **values: object) -> None:
    this = {"owner": attempt.account_id, "this": attempt.attempt_id}
    run(connection, _CHANGE, this | values)


def _next_ask(attempt: Attempt, state: AttemptState, moment: datetime) -> datetime | None:
    """When to ask again; None: everything is known."""
    if state is AttemptState.PROCESSING:
        return moment + LATER_ASKS
    if state is AttemptState.REFUND_DUE:
        return moment + SECOND_ASK
    if state not in UNSETTLED:
        return None
    age = moment - attempt.started_at
    if age < FIRST_ASK:
        return attempt.started_at + FIRST_ASK
    return moment + (SECOND_ASK if age < SECOND_ASK else LATER_ASKS)


def paid_by_another(connection: Connection, attempt: Attempt) -> bool:
    """Whether another attempt to pay the same order has succeeded."""
    rows = run(connection, _STATES, _of_order(attempt.account_id, attempt.order_id))
    return any(
        row.state == AttemptState.SUCCEEDED and row.attempt_id != attempt.attempt_id for row in rows
    )


def _of_order(account_id: str, order_id: str) -> dict[str, str]:
    return {"owner": account_id, "ordered": order_id}


def _is_paid(connection: Connection, record: OrderRecord) -> bool:
    state = connection.execute(
        select(invoice.c.state).where(
            invoice.c.account_id == record.account_id,
            invoice.c.order_id == record.order_id,
            invoice.c.kind == InvoiceKind.INVOICE,
        )
    ).scalar_one_or_none()
    return state == InvoiceState.PAID


def _attempt(row: Row[Any]) -> Attempt:
    captured, currency = row.captured_minor, row.currency
    return Attempt(
        account_id=row.account_id,
        attempt_id=row.attempt_id,
        order_id=row.order_id,
        state=AttemptState(row.state),
        amount=Money.from_minor(row.amount_minor, currency),
        capture=bool(row.capture),
        gateway_key=row.gateway_key,
        started_at=row.started_at,
        reason=DeclineReason(row.decline_reason) if row.decline_reason else None,
        method_id=row.method_id,
        captured=None if captured is None else Money.from_minor(captured, currency),
    )
