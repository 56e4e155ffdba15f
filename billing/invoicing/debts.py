"""Whether an invoice stands on money: paid itself, and not with credit of one that is not paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from billing.invoicing.model import InvoiceKind, InvoiceState
from billing.storage.invoice_tables import invoice as invoice_table
from billing.storage.invoice_tables import invoice_line
from billing.storage.sending import run

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.invoicing.model import Invoice

_DOCUMENTS = (
    select(
        invoice_table.c.invoice_id,
        invoice_table.c.order_id,
        invoice_table.c.corrects_id,
        invoice_table.c.kind,
        invoice_table.c.state,
    )
    .distinct()
    .join(
        invoice_line,
        (invoice_line.c.account_id == invoice_table.c.account_id)
        & (invoice_line.c.invoice_id == invoice_table.c.invoice_id),
    )
    .where(
        invoice_table.c.account_id == bindparam("owner"),
        invoice_line.c.subscription_id == bindparam("billed"),
    )
)


def is_owed(connection: Connection, invoice: Invoice, subscription_id: str) -> bool:
    """Whether an invoice of a subscription is open, or the change it bills gave credit of such one.

    Paid with the credit of an open invoice, it is marked as paid though no money ever came.
    """
    asked = {"owner": invoice.account_id, "billed": subscription_id}
    rows = run(connection, _DOCUMENTS, asked).all()
    found = {row.invoice_id: row for row in rows}
    corrected = {
        row.order_id: row.corrects_id for row in rows if row.kind == InvoiceKind.CORRECTION
    }
    row = found.get(invoice.invoice_id)
    while row is not None and row.state != InvoiceState.OPEN:
        row = found.get(corrected.get(row.order_id))
    return row is not None
