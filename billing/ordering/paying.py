"""Paying an invoice whose payment had failed, with payment details typed for it; exactly once.

The key of the request is the id of the attempt that it makes: so a key stands for one charge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.audit import record_event
from billing.errors import (
    BillingError,
    OrderConflict,
    PaymentActionNeeded,
    PaymentDeclined,
    PaymentUnknown,
)
from billing.ordering.attempts import Attempt, create_attempt, read_attempt
from billing.ordering.buyer import require_payer
from billing.ordering.keys import Operation, Recalled, recall, remember, request_hash
from billing.ordering.orders import OrderRecord, OrderState, read_order, set_order_payment
from billing.ordering.owing import PAID, read_owed, require_owed
from billing.ordering.payment_details import check_details
from billing.ordering.settling import collect, fulfil, leave_unknown, settle
from billing.ordering.standing import payment_facts
from billing.payments.check import summary
from billing.payments.gateway import GatewayUnreachable, KeyReused
from billing.payments.methods import keep_method
from billing.payments.model import DeclineReason, PaymentKind

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.accounts.model import Session
    from billing.context import Context
    from billing.invoicing.model import Invoice
    from billing.payments.check import CheckedPayment
    from billing.payments.gateway import GatewayAnswer
    from billing.payments.model import PaymentInput


@dataclass(frozen=True, slots=True)
class _Request:
    """What is asked for, checked."""

    session: Session
    invoice_id: str
    key: str
    payment: CheckedPayment

    @property
    def hash(self) -> str:
        """What makes a request the same."""
        return request_hash(self.invoice_id, *payment_facts(self.payment))


@dataclass(frozen=True, slots=True)
class _Pending:
    """An attempt whose outcome is to be asked for, or that is to be made."""

    attempt: Attempt
    number: str
    resumed: bool


def pay_open_invoice(
    context: Context, session: Session, invoice_id: str, key: str, payment: PaymentInput
) -> Invoice:
    """Pay an invoice whose payment failed; the same request again gives the invoice as it is then.

    Its subscriptions run again at once, also while a direct debit is under way and when it will be
    paid on invoice; it is OPEN until the money came. After PaymentDeclined the next try needs a new
    key.

    Raises:
        NotAllowed, InvalidInput: nothing was paid.
        Refused: NOTHING_TO_PAY, the invoice is unknown or paid, or is being paid; PAYMENT_OPEN,
            another payment of it is under way; SEPA_IN_EURO_ONLY.
        OrderConflict: the key belongs to another request.
        PaymentDeclined: nothing was charged.
        PaymentUnknown: the same request again asks what became of it.
        PaymentActionNeeded: the bank asks the buyer first; the same request again goes on.
    """
    checked = check_details(context, session, payment)
    request = _Request(session, invoice_id, key, checked)
    account_id = session.account.account_id
    begun = context.database.work(
        account_id, lambda connection: _begin(connection, context, request)
    )
    if isinstance(begun, _Pending):
        answer = _ask(context, begun, checked)
        told = context.database.work(
            account_id, lambda connection: _finish(connection, context, begun, answer)
        )
        # Raised only here: within the transaction it would undo what was stored.
        if told is not None:
            raise told
    return context.database.read(lambda connection: read_owed(connection, account_id, invoice_id))


def _begin(connection: Connection, context: Context, request: _Request) -> _Pending | None:
    """The attempt to go on with; None: nothing is to be asked of the gateway."""
    account_id = require_payer(connection, context, request.session).account_id
    known = recall(connection, account_id, Operation.PAY, request.key)
    if known is not None:
        return _resume(connection, account_id, request, known)
    invoice = read_owed(connection, account_id, request.invoice_id)
    record = read_order(connection, account_id, invoice.order_id)
    require_owed(connection, invoice, record)
    shown = summary(request.payment)
    record = set_order_payment(connection, record, shown)
    recalled = Recalled(request.hash, record.order_id)
    remember(connection, account_id, Operation.PAY, request.key, recalled)
    _tell(connection, context, request, record)
    if shown.kind is PaymentKind.INVOICE:
        _promise(connection, context, record)
        return None
    attempt = create_attempt(
        connection, record, request.key, shown.kind, started_at=context.clock.now()
    )
    return _Pending(attempt, record.number, resumed=False)


def _resume(
    connection: Connection, account_id: str, request: _Request, known: Recalled
) -> _Pending | None:
    record = read_order(connection, account_id, known.order_id)
    if known.request_hash != request.hash:
        raise OrderConflict(record.number)
    if summary(request.payment).kind is PaymentKind.INVOICE:
        return None
    attempt = read_attempt(connection, account_id, request.key)
    if attempt.unsettled:
        return _Pending(attempt, record.number, resumed=True)
    if attempt.state not in PAID:
        raise PaymentDeclined(attempt.reason or DeclineReason.GENERIC_DECLINE)
    return None


def _promise(connection: Connection, context: Context, record: OrderRecord) -> None:
    """It will be paid on invoice, and so will what follows."""
    keep_method(connection, context, record, "")
    if record.state is OrderState.FULFILLED:
        collect(connection, context, record, None)
    else:
        fulfil(connection, context, record)


def _ask(context: Context, pending: _Pending, payment: CheckedPayment) -> GatewayAnswer | None:
    """The gateway's answer; None: there was none."""
    attempt, gateway = pending.attempt, context.gateway
    try:
        answer = gateway.ask(attempt.gateway_key) if pending.resumed else None
        if answer is not None:
            return answer
        return gateway.authorise(
            key=attempt.gateway_key,
            amount=attempt.amount,
            payment=payment,
            capture=attempt.capture,
        )
    except KeyReused:
        # The same request came twice at once, and the other details of payment came first.
        return None
    except GatewayUnreachable:
        return None


def _finish(
    connection: Connection, context: Context, pending: _Pending, answer: GatewayAnswer | None
) -> BillingError | None:
    if answer is None:
        leave_unknown(connection, context, pending.attempt)
        return PaymentUnknown(pending.number)
    settled = settle(connection, context, pending.attempt, answer)
    if settled.reason is not None:
        return PaymentDeclined(settled.reason)
    if settled.address:
        return PaymentActionNeeded(pending.number, settled.address)
    return None


def _tell(connection: Connection, context: Context, request: _Request, record: OrderRecord) -> None:
    record_event(
        connection,
        context,
        account_id=record.account_id,
        contact_id=request.session.contact_id,
        action="invoice_payment_begun",
        object_id=record.order_id,
        new={"number": record.number, "total": str(record.total.amount)},
    )
