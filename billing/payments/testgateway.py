"""The test gateway: answers published test cards and accounts as their providers document it.

It moves no money. Tests make it slow or silent through the two functions it is given.
"""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from billing.payments.cards import CheckedCard
from billing.payments.check import CheckedMandate, summary
from billing.payments.gateway import GatewayAnswer, GatewayStatus, GatewayUnreachable, KeyReused
from billing.payments.ledger import (
    FileLedger,
    Ledger,
    LedgerUnavailable,
    MemoryLedger,
    Operation,
)
from billing.payments.model import DeclineReason
from billing.payments.testnumbers import debit_decline, published_cards

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing.payments.check import CheckedPayment
    from billing.rating.money import Money

_AUTHORISE = "authorise"


class Call(StrEnum):
    """The calls that a fault can be put into."""

    AUTHORISE = "authorise"
    ASK = "ask"


class Fault(StrEnum):
    """No answer comes back: the request was lost on its way, or the answer was on the way back."""

    REQUEST_LOST = "request_lost"
    ANSWER_LOST = "answer_lost"


def no_delay() -> None:
    """Answer at once."""


def no_fault(_call: Call, _key: str) -> Fault | None:
    """Answer always."""
    return None


class TestGateway:
    """A `PaymentGateway` with books in the file `ledger`, or in memory without one."""

    # pytest takes every class named Test… for tests.
    __test__: ClassVar[bool] = False

    def __init__(
        self,
        ledger: Path | None = None,
        *,
        delay: Callable[[], None] = no_delay,
        fault: Callable[[Call, str], Fault | None] = no_fault,
    ) -> None:
        self._ledger: Ledger = MemoryLedger() if ledger is None else FileLedger(ledger)
        self._delay = delay
        self._fault = fault

    def authorise(
        self, *, key: str, amount: Money, payment: CheckedPayment, capture: bool
    ) -> GatewayAnswer:
        """As `PaymentGateway.authorise`; a card that is not published is declined."""
        if not isinstance(payment, CheckedCard | CheckedMandate):
            raise ValueError("an order on invoice needs no gateway")  # noqa: TRY004 - the protocol's
        if amount.minor <= 0:
            raise ValueError("the amount must be positive")
        fault = self._reach(Call.AUTHORISE, key)
        asked = _operation(key, amount, payment, capture=capture)
        try:
            entered = self._ledger.enter(asked)
        except LedgerUnavailable as error:
            raise GatewayUnreachable from error
        return _answer(entered, asked, fault)

    def ask(self, key: str) -> GatewayAnswer | None:
        """As `PaymentGateway.ask`."""
        fault = self._reach(Call.ASK, key)
        try:
            found = self._ledger.find(key)
        except LedgerUnavailable as error:
            raise GatewayUnreachable from error
        return None if found is None else _answer(found, found, fault)

    def operations(self) -> tuple[Operation, ...]:
        """The books, oldest line first, to compare with the program's own; LedgerUnavailable."""
        return self._ledger.operations()

    def _reach(self, call: Call, key: str) -> Fault | None:
        fault = self._fault(call, key)
        self._delay()
        if fault is Fault.REQUEST_LOST:
            raise GatewayUnreachable
        return fault


def _answer(standing: Operation, asked: Operation, fault: Fault | None) -> GatewayAnswer:
    if fault is Fault.ANSWER_LOST:
        raise GatewayUnreachable
    if standing.request != asked.request:
        raise KeyReused
    return GatewayAnswer(
        status=GatewayStatus(standing.status),
        reference=standing.reference,
        reason=DeclineReason(standing.reason) if standing.reason else None,
    )


def _operation(
    key: str, amount: Money, payment: CheckedCard | CheckedMandate, *, capture: bool
) -> Operation:
    status, reason = _outcome(payment, amount.currency, capture=capture)
    return Operation(
        key=key,
        kind=_AUTHORISE,
        request=_digest(amount.minor, amount.currency, capture, *_traits(payment)),
        status=status,
        reference=f"test_{_digest(_AUTHORISE, key)[:24]}",
        reason=reason or "",
        amount_minor=amount.minor,
        currency=amount.currency,
        label=summary(payment).label,
    )


def _outcome(
    payment: CheckedCard | CheckedMandate, currency: str, *, capture: bool
) -> tuple[GatewayStatus, DeclineReason | None]:
    if isinstance(payment, CheckedCard):
        reason = published_cards().get(payment.number, DeclineReason.GENERIC_DECLINE)
        accepted = GatewayStatus.SUCCEEDED if capture else GatewayStatus.AUTHORISED
    elif currency != "EUR":
        # SEPA moves euros only.
        reason, accepted = DeclineReason.DEBIT_FAILED, GatewayStatus.PROCESSING
    else:
        reason, accepted = debit_decline(payment.iban.compact), GatewayStatus.PROCESSING
    return (GatewayStatus.DECLINED, reason) if reason else (accepted, None)


def _traits(payment: CheckedCard | CheckedMandate) -> tuple[str, ...]:
    """What tells one payment from another; a digest of them must give no account away.

    A full IBAN could be found again from its digest by trying, so only its masked form goes in.
    The numbers of test cards are public.
    """
    if isinstance(payment, CheckedMandate):
        return ("sepa", payment.iban.masked, payment.holder)
    public = payment.number if payment.number in published_cards() else payment.summary.last4
    return ("card", public, payment.summary.expiry)


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
