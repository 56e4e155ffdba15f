"""Paying an invoice: its state is all of it that ever changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, update

from billing.invoicing.model import InvoiceKind, InvoiceState
from billing.storage.invoice_tables import invoice
from billing.storage.sending import run

if TYPE_CHECKING:
    from sqlalchemy import Connection

_PAY = (
    update(invoice)
    .where(
        invoice.c.account_id == bindparam("owner"),
        invoice.c.order_id == bindparam("ordered"),
        invoice.c.kind == InvoiceKind.INVOICE.value,
        invoice.c.state == InvoiceState.OPEN.value,
    )
    .values(state=InvoiceState.PAID.value)
)


def mark_paid(connection: Connection, account_id: str, order_id: str) -> None:
    """Store that an order's invoice is paid.

    One that is paid already stays so. An order whose invoice still waits for the check of the VAT
    id has none to mark.
    """
    run(connection, _PAY, {"owner": account_id, "ordered": order_id})
