"""What an account owes: invoices whose payment failed, and the key under which one is paid now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.errors import Problem, Refused
from billing.invoicing.model import Invoice, InvoiceKind, InvoiceState
from billing.invoicing.read import read_invoice, read_open_invoices
from billing.ordering.attempts import Attempt, AttemptState, last_attempt
from billing.ordering.buyer import require_payer
from billing.ordering.keys import Operation, recall
from billing.ordering.model import DueInvoice
from billing.ordering.orders import OrderRecord, OrderState, read_order
from billing.payments.model import PaymentKind
from billing.subscriptions.model import SubscriptionState
from billing.subscriptions.transitions import read_row

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.accounts.model import Session
    from billing.context import Context

PAID = frozenset({AttemptState.SUCCEEDED, AttemptState.AUTHORISED, AttemptState.PROCESSING})


def due_invoice(context: Context, session: Session, invoice_id: str) -> DueInvoice:
    """An invoice with the key to pay it under: a new one, or that of a payment begun earlier.

    Raises:
        NotAllowed: paying is not open to the contact.
        Refused: NOTHING_TO_PAY, PAYMENT_OPEN as `billing.ordering.paying`.
    """

    def step(connection: Connection) -> DueInvoice:
        account_id = require_payer(connection, context, session).account_id
        invoice = read_owed(connection, account_id, invoice_id)
        record = read_order(connection, account_id, invoice.order_id)
        begun = _begun_by_buyer(connection, last_attempt(connection, account_id, record.order_id))
        if begun is not None:
            return DueInvoice(invoice, begun.attempt_id, begun=True)
        require_owed(connection, invoice, record)
        return DueInvoice(invoice, context.ids.new(), begun=False)

    return context.database.read(step)


def unpaid_invoices(connection: Connection, account_id: str) -> tuple[Invoice, ...]:
    """The invoices that a buyer can pay now, or has begun to, oldest first.

    One that will be paid by bank transfer is none of them.
    """
    return tuple(
        invoice
        for invoice in reversed(read_open_invoices(connection, account_id))
        if _is_unpaid(connection, invoice)
    )


def read_owed(connection: Connection, account_id: str, invoice_id: str) -> Invoice:
    """An invoice of the account; raises Refused with NOTHING_TO_PAY when there is none."""
    invoice = read_invoice(connection, account_id, invoice_id)
    if invoice is None or invoice.kind is not InvoiceKind.INVOICE:
        raise Refused(Problem.NOTHING_TO_PAY)
    return invoice


def require_owed(connection: Connection, invoice: Invoice, record: OrderRecord) -> None:
    """An invoice whose payment failed; one that is to be paid by bank transfer is not due here.

    Raises:
        Refused: NOTHING_TO_PAY, or PAYMENT_OPEN when another payment of it is under way.
    """
    attempt = last_attempt(connection, record.account_id, record.order_id)
    if attempt is not None and attempt.unsettled:
        raise Refused(Problem.PAYMENT_OPEN, order_number=record.number)
    settled = invoice.state is InvoiceState.PAID or not _failed(record, attempt)
    if settled or _has_ended(connection, record):
        raise Refused(Problem.NOTHING_TO_PAY)


def _is_unpaid(connection: Connection, invoice: Invoice) -> bool:
    record = read_order(connection, invoice.account_id, invoice.order_id)
    attempt = last_attempt(connection, invoice.account_id, invoice.order_id)
    if attempt is not None and attempt.unsettled:
        return _begun_by_buyer(connection, attempt) is not None
    return (
        _failed(record, attempt) and not _is_promised(record) and not _has_ended(connection, record)
    )


def _has_ended(connection: Connection, record: OrderRecord) -> bool:
    """Whether nothing of the order runs any more: who paid it now would get nothing for it."""
    rows = (read_row(connection, record.account_id, line.subscription_id) for line in record.lines)
    return all(row is None or row.state == SubscriptionState.EXPIRED for row in rows)


def _failed(record: OrderRecord, attempt: Attempt | None) -> bool:
    if attempt is None:
        return record.state is OrderState.AWAITING_PAYMENT
    return attempt.state not in PAID


def _is_promised(record: OrderRecord) -> bool:
    by_transfer = record.payment is not None and record.payment.kind is PaymentKind.INVOICE
    return by_transfer and record.state is OrderState.FULFILLED


def _begun_by_buyer(connection: Connection, attempt: Attempt | None) -> Attempt | None:
    """The attempt, if it is live and came of a request to pay: those carry their key as its id."""
    if attempt is None or not attempt.unsettled:
        return None
    asked = recall(connection, attempt.account_id, Operation.PAY, attempt.attempt_id)
    return None if asked is None else attempt
