"""The test gateway: answers published test cards and accounts as their providers document it.

It moves no money. Tests make it slow, silent or late through the functions it is given, and play
the bank's page and the bank's days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from billing.payments import bookkeeping
from billing.payments.courses import Calendar, as_of, confirmed, known
from billing.payments.file_ledger import FileLedger
from billing.payments.gateway import GatewayAnswer, GatewayStatus, GatewayUnreachable, KeyReused
from billing.payments.ledger import LedgerUnavailable
from billing.payments.memory_ledger import MemoryLedger
from billing.payments.model import DeclineReason

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing.clock import Clock
    from billing.payments.check import CheckedPayment
    from billing.payments.ledger import Books, Ledger, Operation
    from billing.payments.model import StoredMethod
    from billing.rating.money import Money

_GOOD_LATER = (GatewayStatus.SUCCEEDED, GatewayStatus.AUTHORISED, GatewayStatus.PROCESSING)


class Call(StrEnum):
    """The calls that a fault can be put into."""

    AUTHORISE = "authorise"
    ASK = "ask"
    CAPTURE = "capture"
    REFUND = "refund"


class Fault(StrEnum):
    """What goes wrong with a call; how slow it is, `delay` decides.

    REQUEST_LOST: it never arrives. ANSWER_LOST: it is done, its answer never comes. ANSWER_LATE: it
    is done, its answer only lies in `notices`. ANSWERED_TWICE: the answer comes, and lies in
    `notices` as well.
    """

    REQUEST_LOST = "request_lost"
    ANSWER_LOST = "answer_lost"
    ANSWER_LATE = "answer_late"
    ANSWERED_TWICE = "answered_twice"


_SILENT = (Fault.ANSWER_LOST, Fault.ANSWER_LATE)


@dataclass(frozen=True, slots=True)
class Notice:
    """What the gateway says of a payment by itself, to be delivered whenever a test wants."""

    key: str
    answer: GatewayAnswer


def no_delay() -> None:
    """Answer at once."""


def no_fault(_call: Call, _key: str) -> Fault | None:
    """Answer always."""
    return None


class TestGateway:
    """A `PaymentGateway` with books in the file `ledger`, or in memory without one.

    With a `clock`, a debit's outcome is known `debit_time` after it was submitted, and the bank's
    page closes after an hour; without one, `settle_debits` and `authenticate` are waited for.
    `notices` are the answers that are still on their way, oldest first.
    """

    # pytest takes every class named Test… for tests.
    __test__: ClassVar[bool] = False

    def __init__(
        self,
        ledger: Path | None = None,
        *,
        delay: Callable[[], None] = no_delay,
        fault: Callable[[Call, str], Fault | None] = no_fault,
        clock: Clock | None = None,
        debit_time: timedelta = timedelta(days=3),
    ) -> None:
        self._ledger: Ledger = MemoryLedger() if ledger is None else FileLedger(ledger)
        self._delay = delay
        self._fault = fault
        self._clock = clock
        self._debit_time = debit_time
        self.notices: list[Notice] = []

    def authorise(
        self, *, key: str, amount: Money, payment: CheckedPayment | StoredMethod, capture: bool
    ) -> GatewayAnswer:
        """As `PaymentGateway.authorise`; a card that is not published is declined."""
        asked = bookkeeping.payment_asked(key, amount, payment, capture=capture)
        return self._change(
            Call.AUTHORISE,
            key,
            lambda books: bookkeeping.authorise(books, asked, payment, self._calendar()),
        )

    def ask(self, key: str) -> GatewayAnswer | None:
        """As `PaymentGateway.ask`."""
        fault = self._reach(Call.ASK, key)
        try:
            found = self._ledger.read(lambda books: books.find(key))
        except LedgerUnavailable as error:
            raise GatewayUnreachable from error
        if found is not None:
            return self._tell(key, as_of(found, self._calendar()), fault)
        if fault in _SILENT:
            raise GatewayUnreachable
        return None

    def capture(self, key: str, amount: Money) -> GatewayAnswer:
        """As `PaymentGateway.capture`; it submits a direct debit to the bank."""
        return self._change(
            Call.CAPTURE,
            key,
            lambda books: bookkeeping.capture(books, key, amount, self._calendar()),
        )

    def refund(self, key: str, refund_key: str, amount: Money) -> GatewayAnswer:
        """As `PaymentGateway.refund`; nothing is taken of a debit while it is PROCESSING."""
        return self._change(
            Call.REFUND,
            refund_key,
            lambda books: bookkeeping.refund(books, key, refund_key, amount, self._calendar()),
        )

    def authenticate(self, key: str, *, accepted: bool) -> GatewayAnswer:
        """The buyer answers on the bank's page; a page that is closed changes nothing any more.

        Raises:
            GatewayUnreachable: the books cannot be written.
            ValueError: there is no such payment.
        """

        def step(books: Books) -> Operation:
            standing = books.find(key)
            if standing is None:
                raise ValueError("there is no payment under the key")
            answered = confirmed(
                as_of(standing, self._calendar()), self._calendar(), accepted=accepted
            )
            books.put(answered)
            return answered

        try:
            answer = _answer(self._ledger.work(step))
        except LedgerUnavailable as error:
            raise GatewayUnreachable from error
        self.notices.append(Notice(key, answer))
        return answer

    def settle_debits(self) -> None:
        """The bank tells the outcome of every debit that is under way; raises LedgerUnavailable."""

        def step(books: Books) -> tuple[Operation, ...]:
            settled = tuple(
                known(operation)
                for operation in books.operations()
                if operation.status == GatewayStatus.PROCESSING
            )
            for operation in settled:
                books.put(operation)
            return settled

        self.notices += [Notice(one.key, _answer(one)) for one in self._ledger.work(step)]

    def operations(self) -> tuple[Operation, ...]:
        """The books, oldest line first, to compare with the program's own; LedgerUnavailable."""
        return tuple(
            as_of(operation, self._calendar())
            for operation in self._ledger.read(lambda books: books.operations())
        )

    def _change(self, call: Call, key: str, step: Callable[[Books], Operation]) -> GatewayAnswer:
        fault = self._reach(call, key)
        try:
            operation = self._ledger.work(step)
        except LedgerUnavailable as error:
            raise GatewayUnreachable from error
        except (KeyReused, ValueError):
            if fault in _SILENT:
                raise GatewayUnreachable from None
            raise
        return self._tell(key, operation, fault)

    def _reach(self, call: Call, key: str) -> Fault | None:
        fault = self._fault(call, key)
        self._delay()
        if fault is Fault.REQUEST_LOST:
            raise GatewayUnreachable
        return fault

    def _tell(self, key: str, operation: Operation, fault: Fault | None) -> GatewayAnswer:
        answer = _answer(operation)
        if fault in {Fault.ANSWER_LATE, Fault.ANSWERED_TWICE}:
            self.notices.append(Notice(key, answer))
        if fault in _SILENT:
            raise GatewayUnreachable
        return answer

    def _calendar(self) -> Calendar:
        return Calendar(None if self._clock is None else self._clock.now(), self._debit_time)


def _answer(operation: Operation) -> GatewayAnswer:
    status = GatewayStatus(operation.status)
    waits = status is GatewayStatus.REQUIRES_ACTION
    return GatewayAnswer(
        status=status,
        reference=operation.reference,
        reason=DeclineReason(operation.reason) if operation.reason else None,
        token=operation.token if status in _GOOD_LATER else "",
        address=f"https://bank.example/confirm/{operation.reference}" if waits else "",
    )
