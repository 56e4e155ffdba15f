"""Bank transfers: an operator saw the money of an invoice arrive."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from billing.accounts.directory import member_of
from billing.accounts.entry import read_account
from billing.audit import Actor, record_event
from billing.errors import Problem, Refused
from billing.invoicing.model import InvoiceKind, InvoiceState
from billing.invoicing.payment import mark_paid
from billing.invoicing.read import read_invoices
from billing.ordering.attempts import last_attempt
from billing.ordering.orders import OrderState, read_order, set_order_state
from billing.ordering.owing import PAID
from billing.subscriptions.dunning import recover
from billing.subscriptions.transitions import Who

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.context import Context
    from billing.invoicing.model import Invoice


@dataclass(frozen=True, slots=True)
class Transfer:
    """An invoice that is paid. `now`: by this call; otherwise it was paid before."""

    invoice: Invoice
    now: bool


def invoices_of(context: Context, mail: str) -> tuple[Invoice, ...]:
    """All invoices and corrections of the account that a contact belongs to, newest first.

    Raises:
        Refused: UNKNOWN_CONTACT.
    """
    account_id = member_of(context, mail).account_id
    return context.database.read(lambda connection: read_invoices(connection, account_id))


def record_transfer(context: Context, mail: str, number: str) -> Transfer:
    """Store that an invoice is paid; what was kept back for it runs again. A second time is none.

    `mail` is a contact's of the account.

    Raises:
        Refused: UNKNOWN_CONTACT, UNKNOWN_INVOICE, or PAYMENT_UNDER_WAY: one by the gateway,
            and the money would come twice.
    """
    member = member_of(context, mail)

    def step(connection: Connection) -> Transfer:
        invoice = _invoice(connection, member.account_id, number)
        if invoice.state is InvoiceState.PAID:
            return Transfer(invoice, now=False)
        _settle(connection, context, invoice)
        return Transfer(replace(invoice, state=InvoiceState.PAID), now=True)

    return context.database.work(member.account_id, step)


def _invoice(connection: Connection, account_id: str, number: str) -> Invoice:
    for invoice in read_invoices(connection, account_id):
        if invoice.number == number and invoice.kind is InvoiceKind.INVOICE:
            return invoice
    raise Refused(Problem.UNKNOWN_INVOICE)


def _settle(connection: Connection, context: Context, invoice: Invoice) -> None:
    account = read_account(connection, invoice.account_id)
    record = read_order(connection, invoice.account_id, invoice.order_id)
    attempt = last_attempt(connection, invoice.account_id, invoice.order_id)
    if account is None:
        raise LookupError(f"account {invoice.account_id} is gone")
    if attempt is not None and (attempt.unsettled or attempt.state in PAID):
        raise Refused(Problem.PAYMENT_UNDER_WAY, number=invoice.number)
    if attempt is not None or record.state is OrderState.AWAITING_PAYMENT:
        # It was to be collected, and access may have ended when it could not be.
        who = Who(record.contact_id, context.today(account), Actor.OPERATOR)
        recover(connection, context, record, who)
    set_order_state(connection, record, OrderState.FULFILLED)
    mark_paid(connection, invoice.account_id, invoice.order_id)
    record_event(
        connection,
        context,
        account_id=invoice.account_id,
        contact_id=record.contact_id,
        action="transfer_recorded",
        object_id=invoice.invoice_id,
        new={"number": invoice.number, "total": str(invoice.total.amount)},
        actor=Actor.OPERATOR,
    )
