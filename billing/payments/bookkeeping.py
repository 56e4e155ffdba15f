"""What the test gateway enters in its books for each request.

Every function runs while nobody else writes the books and answers with the operation as it stands.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from billing.payments.cards import CheckedCard
from billing.payments.check import CheckedMandate, summary
from billing.payments.courses import as_of, begun, captured
from billing.payments.gateway import GatewayStatus, KeyReused
from billing.payments.ledger import KeptMethod, Operation
from billing.payments.model import DeclineReason, PaymentKind, StoredMethod
from billing.payments.testnumbers import Course, debit_course, published_cards

if TYPE_CHECKING:
    from billing.payments.check import CheckedPayment
    from billing.payments.courses import Calendar
    from billing.payments.ledger import Books
    from billing.rating.money import Money

AUTHORISE = "authorise"
REFUND = "refund"


def payment_asked(
    key: str, amount: Money, payment: CheckedPayment | StoredMethod, *, capture: bool
) -> Operation:
    """The operation that a request to pay would enter, before anybody answered it.

    Raises:
        ValueError: the payment is on invoice, or the amount is not positive.
    """
    shown = payment.shown if isinstance(payment, StoredMethod) else summary(payment)
    if shown.kind is PaymentKind.INVOICE:
        raise ValueError("an order on invoice needs no gateway")
    if amount.minor <= 0:
        raise ValueError("the amount must be positive")
    token = payment.token if isinstance(payment, StoredMethod) else f"method_{_digest(key)[:24]}"
    return Operation(
        key=key,
        kind=AUTHORISE,
        request=_digest(amount.minor, amount.currency, capture, *_traits(payment)),
        status="",
        reference=f"test_{_digest(AUTHORISE, key)[:24]}",
        reason="",
        amount_minor=amount.minor,
        currency=amount.currency,
        label=shown.label,
        method=shown.kind,
        capture=capture,
        token=token,
    )


def authorise(
    books: Books,
    asked: Operation,
    payment: CheckedPayment | StoredMethod,
    calendar: Calendar,
) -> Operation:
    """Enter a payment unless its key is taken; typed details are kept unless they are declined.

    Raises:
        KeyReused: the key stands for something else.
    """
    standing = books.find(asked.key)
    if standing is not None:
        if standing.request != asked.request:
            raise KeyReused
        return as_of(standing, calendar)
    course = _course(books, payment)
    operation = begun(asked, course, calendar)
    books.put(operation)
    if not isinstance(payment, StoredMethod) and operation.status != GatewayStatus.DECLINED:
        books.keep(
            KeptMethod(
                token=operation.token,
                kind=operation.method,
                label=operation.label,
                at_once=course.stored or "",
                in_the_end="" if course.to_confirm else course.in_the_end or "",
            )
        )
    return operation


def capture(books: Books, key: str, amount: Money, calendar: Calendar) -> Operation:
    """Take an authorised payment, once.

    Raises:
        KeyReused: another amount was captured.
        ValueError: nothing, or less, is authorised.
    """
    standing = _payment(books, key, amount, calendar)
    if not standing.capture and standing.taken_minor:
        if standing.taken_minor != amount.minor:
            raise KeyReused
        return standing
    if standing.status != GatewayStatus.AUTHORISED or amount.minor > standing.amount_minor:
        raise ValueError("so much is not authorised")
    taken = captured(standing, amount.minor, calendar)
    books.put(taken)
    return taken


def refund(books: Books, key: str, refund_key: str, amount: Money, calendar: Calendar) -> Operation:
    """Give back some of what was taken, once per refund key.

    Raises:
        KeyReused: the refund key stands for something else.
        ValueError: so much is not left.
    """
    request = _digest(REFUND, key, amount.minor, amount.currency)
    earlier = books.find(refund_key)
    if earlier is not None:
        if earlier.request != request:
            raise KeyReused
        return earlier
    standing = _payment(books, key, amount, calendar)
    left = standing.taken_minor - standing.refunded_minor
    if standing.status != GatewayStatus.SUCCEEDED or amount.minor > left:
        raise ValueError("so much is not left of what was taken")
    books.put(replace(standing, refunded_minor=standing.refunded_minor + amount.minor))
    given_back = Operation(
        key=refund_key,
        kind=REFUND,
        request=request,
        status=GatewayStatus.SUCCEEDED,
        reference=f"test_{_digest(REFUND, refund_key)[:24]}",
        reason="",
        amount_minor=amount.minor,
        currency=amount.currency,
        label=standing.label,
        method=standing.method,
    )
    books.put(given_back)
    return given_back


def _payment(books: Books, key: str, amount: Money, calendar: Calendar) -> Operation:
    standing = books.find(key)
    if standing is None or standing.kind != AUTHORISE:
        raise ValueError("there is no payment under the key")
    if amount.minor <= 0 or amount.currency != standing.currency:
        raise ValueError("the amount must be positive and in the payment's currency")
    return as_of(standing, calendar)


def _course(books: Books, payment: CheckedPayment | StoredMethod) -> Course:
    unknown = Course(at_once=DeclineReason.GENERIC_DECLINE)
    match payment:
        case CheckedCard():
            return published_cards().get(payment.number, unknown)
        case CheckedMandate():
            return debit_course(payment.iban.compact)
        case StoredMethod():
            kept = books.method(payment.token)
            return unknown if kept is None else _stored_course(kept)
        case _:
            return unknown


def _stored_course(kept: KeptMethod) -> Course:
    return Course(
        at_once=DeclineReason(kept.at_once) if kept.at_once else None,
        in_the_end=DeclineReason(kept.in_the_end) if kept.in_the_end else None,
    )


def _traits(payment: CheckedPayment | StoredMethod) -> tuple[str, ...]:
    """What tells one payment from another; a digest of them must give no account away.

    A full IBAN could be found again from its digest by trying, so only its masked form goes in.
    The numbers of test cards are public.
    """
    match payment:
        case StoredMethod():
            return ("stored", payment.token)
        case CheckedMandate():
            return ("sepa", payment.iban.masked, payment.holder)
        case CheckedCard():
            public = payment.number in published_cards()
            number = payment.number if public else payment.summary.last4
            return ("card", number, payment.summary.expiry)
        case _:
            return ()


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
