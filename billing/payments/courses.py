"""How a payment in the test gateway's books goes on: pure, from one state to the next.

Every function answers with the operation as it stands afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from billing.payments.gateway import GatewayStatus
from billing.payments.model import DeclineReason, PaymentKind

if TYPE_CHECKING:
    from billing.payments.ledger import Operation
    from billing.payments.testnumbers import Course

# How long the bank's page waits for the buyer.
_PAGE_OPEN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The moment now, None without a clock, and how long a debit is under way."""

    now: datetime | None
    debit_time: timedelta

    def after(self, span: timedelta) -> str:
        """The moment after a span of time, as the books keep it; "" without a clock."""
        return "" if self.now is None else (self.now + span).isoformat()

    def reached(self, due_at: str) -> bool:
        """Whether a moment in the books has come."""
        return bool(due_at) and self.now is not None and datetime.fromisoformat(due_at) <= self.now


def begun(operation: Operation, course: Course, calendar: Calendar) -> Operation:
    """A new payment after its first step."""
    operation = replace(operation, in_the_end=course.in_the_end or "")
    if operation.method == PaymentKind.SEPA and operation.currency != "EUR":
        # SEPA moves euros only.
        return _declined(operation, DeclineReason.DEBIT_FAILED)
    if course.at_once is not None:
        return _declined(operation, course.at_once)
    if course.to_confirm:
        due_at = calendar.after(_PAGE_OPEN)
        return replace(operation, status=GatewayStatus.REQUIRES_ACTION, due_at=due_at)
    return _reserved(operation, calendar)


def confirmed(operation: Operation, calendar: Calendar, *, accepted: bool) -> Operation:
    """A payment after the buyer answered on the bank's page; nothing changes if none waits."""
    if operation.status != GatewayStatus.REQUIRES_ACTION:
        return operation
    if not accepted:
        return _declined(operation, DeclineReason.AUTHENTICATION_REQUIRED)
    if operation.in_the_end:
        return _declined(operation, DeclineReason(operation.in_the_end))
    return _reserved(operation, calendar)


def captured(operation: Operation, amount_minor: int, calendar: Calendar) -> Operation:
    """An authorised payment after its amount, or less, was taken."""
    operation = replace(operation, taken_minor=amount_minor)
    if operation.method == PaymentKind.SEPA:
        due_at = calendar.after(calendar.debit_time)
        return replace(operation, status=GatewayStatus.PROCESSING, due_at=due_at)
    return replace(operation, status=GatewayStatus.SUCCEEDED, due_at="")


def known(operation: Operation) -> Operation:
    """A debit after the bank told its outcome; any other operation as it is."""
    if operation.status != GatewayStatus.PROCESSING:
        return operation
    if operation.in_the_end:
        return _declined(operation, DeclineReason(operation.in_the_end))
    return replace(operation, status=GatewayStatus.SUCCEEDED, due_at="")


def as_of(operation: Operation, calendar: Calendar) -> Operation:
    """The operation as it stands now: what was due has happened."""
    if not calendar.reached(operation.due_at):
        return operation
    if operation.status == GatewayStatus.REQUIRES_ACTION:
        return _declined(operation, DeclineReason.AUTHENTICATION_REQUIRED)
    return known(operation)


def _reserved(operation: Operation, calendar: Calendar) -> Operation:
    if operation.capture:
        return captured(operation, operation.amount_minor, calendar)
    return replace(operation, status=GatewayStatus.AUTHORISED, due_at="")


def _declined(operation: Operation, reason: DeclineReason) -> Operation:
    return replace(
        operation, status=GatewayStatus.DECLINED, reason=reason, taken_minor=0, due_at=""
    )
