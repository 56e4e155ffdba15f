"""Issuing: the invoice that an order brings, and for a change the correction of the old one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.accounts.entry import read_account
from billing.invoicing.drafting import Issue, billed_line, draft_correction, draft_invoice
from billing.invoicing.read import read_corrections, read_invoice, read_tax_left
from billing.invoicing.store import write_invoice
from billing.rating.money import Money

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.context import Context
    from billing.invoicing.model import Invoice
    from billing.ordering.orders import OrderCredit, OrderRecord


def issue_invoices(
    connection: Connection, context: Context, record: OrderRecord, *, paid: bool
) -> None:
    """Write the invoice of an order and before it the corrections it brings, all within the lock.

    Names and both parties are written as they are now; nothing changes them later.

    Raises:
        ValueError: the order has no invoice or its invoice waits; a sum does not hold; or a credit
            is more than what it corrects had billed. Nothing may be committed then.
    """
    account = read_account(connection, record.account_id)
    if account is None:
        raise ValueError("an order belongs to an account")
    issue = Issue(account, context.catalogue, context.clock.now())
    for credit in record.credits:
        corrected = _corrected(connection, record, credit)
        correction = draft_correction(issue, record, credit, corrected, context.ids.new())
        left = read_tax_left(connection, corrected, credit.rate, for_order=record.order_id)
        write_invoice(connection, correction, left)
    invoice = draft_invoice(issue, record, context.ids.new(), paid=paid)
    write_invoice(connection, invoice)


def _corrected(connection: Connection, record: OrderRecord, credit: OrderCredit) -> Invoice:
    """The invoice that a credit corrects, if as much of it is left to be taken back."""
    invoice = read_invoice(connection, record.account_id, credit.corrects_id)
    if invoice is None:
        raise ValueError("a correction names an invoice of its account")
    billed = billed_line(invoice, credit.subscription_id)
    currency = billed.amount.currency
    taken_back = Money.total(
        (
            line.amount
            for earlier in read_corrections(connection, record.account_id, credit.corrects_id)
            for line in earlier.lines
            if line.subscription_id == credit.subscription_id
        ),
        currency,
    )
    if credit.rate != billed.rate:
        raise ValueError("a correction has the rate of what it corrects")
    if billed.amount + taken_back < credit.net:
        raise ValueError("a correction takes back at most what was billed")
    return invoice
