"""Payment attempts: each asks the gateway for one order's total under one key of its own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from billing.payments.model import DeclineReason, PaymentKind
from billing.rating.money import Money
from billing.storage.tables import payment_attempt

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from billing.ordering.orders import OrderRecord


class AttemptState(StrEnum):
    """What is known of an attempt; stored, so values never change.

    CREATED: the gateway may or may not have been asked. UNKNOWN: it was asked and did not answer.
    LOST: it had never heard of the attempt long after, so the order was given up.
    """

    CREATED = "created"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    AUTHORISED = "authorised"
    PROCESSING = "processing"
    DECLINED = "declined"
    LOST = "lost"


UNSETTLED = (AttemptState.CREATED, AttemptState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A payment attempt. `capture` is False when the sum may still fall: the tax is undecided."""

    account_id: str
    attempt_id: str
    order_id: str
    state: AttemptState
    amount: Money
    capture: bool
    gateway_key: str
    started_at: datetime
    reason: DeclineReason | None = None

    @property
    def unsettled(self) -> bool:
        """Whether the gateway's answer is still missing."""
        return self.state in UNSETTLED


def create_attempt(
    connection: Connection, record: OrderRecord, attempt_id: str, kind: PaymentKind
) -> Attempt:
    """Store the next attempt to pay an order."""
    earlier: int = connection.execute(
        select(func.count())
        .select_from(payment_attempt)
        .where(
            payment_attempt.c.account_id == record.account_id,
            payment_attempt.c.order_id == record.order_id,
        )
    ).scalar_one()
    attempt = Attempt(
        account_id=record.account_id,
        attempt_id=attempt_id,
        order_id=record.order_id,
        state=AttemptState.CREATED,
        amount=record.total,
        capture=not record.invoice_waits,
        gateway_key=sha256(f"{record.order_id}/{earlier + 1}".encode()).hexdigest(),
        started_at=record.placed_at,
    )
    connection.execute(
        insert(payment_attempt).values(
            account_id=attempt.account_id,
            attempt_id=attempt.attempt_id,
            order_id=attempt.order_id,
            state=attempt.state,
            kind=kind,
            amount_minor=attempt.amount.minor,
            currency=attempt.amount.currency,
            capture=int(attempt.capture),
            gateway_key=attempt.gateway_key,
            started_at=attempt.started_at,
        )
    )
    return attempt


def last_attempt(connection: Connection, account_id: str, order_id: str) -> Attempt | None:
    """The newest attempt to pay an order; None when it needed no payment."""
    row = connection.execute(
        select(payment_attempt)
        .where(payment_attempt.c.account_id == account_id, payment_attempt.c.order_id == order_id)
        .order_by(payment_attempt.c.started_at.desc(), payment_attempt.c.attempt_id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else _attempt(row)


def read_attempt(connection: Connection, account_id: str, attempt_id: str) -> Attempt:
    """An attempt as it stands; it must exist."""
    return _attempt(
        connection.execute(
            select(payment_attempt).where(
                payment_attempt.c.account_id == account_id,
                payment_attempt.c.attempt_id == attempt_id,
            )
        ).one()
    )


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
    connection.execute(
        update(payment_attempt)
        .where(
            payment_attempt.c.account_id == attempt.account_id,
            payment_attempt.c.attempt_id == attempt.attempt_id,
        )
        .values(
            state=state,
            gateway_reference=reference[:64],
            decline_reason=reason or "",
            answered_at=None if state in UNSETTLED else moment,
        )
    )


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt(
        account_id=row.account_id,
        attempt_id=row.attempt_id,
        order_id=row.order_id,
        state=AttemptState(row.state),
        amount=Money.from_minor(row.amount_minor, row.currency),
        capture=bool(row.capture),
        gateway_key=row.gateway_key,
        started_at=row.started_at,
        reason=DeclineReason(row.decline_reason) if row.decline_reason else None,
    )
