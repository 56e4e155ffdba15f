"""Writing invoices: checked, numbered and inserted; no statement here or elsewhere rewrites one."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from billing.invoicing.numbers import next_number
from billing.invoicing.totals import check_totals
from billing.storage.invoice_tables import invoice as invoice_table
from billing.storage.invoice_tables import invoice_line, invoice_tax
from billing.storage.sending import run
from billing.storage.statements import insert_into

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.invoicing.model import Invoice, InvoiceLine, InvoiceTax, Party
    from billing.rating.money import Money


def write_invoice(connection: Connection, draft: Invoice, tax_left: Money | None = None) -> Invoice:
    """Give a draft its number and store it, within the lock of its account.

    `tax_left` as `check_totals`.

    Raises:
        ValueError: its sums do not hold; nothing was written.
    """
    check_totals(draft, tax_left)
    invoice = replace(draft, number=next_number(connection, draft.account_id, draft.kind))
    key = {"account_id": invoice.account_id, "invoice_id": invoice.invoice_id}
    run(connection, insert_into(invoice_table), key | _values(invoice))
    run(
        connection,
        insert_into(invoice_line),
        [key | _line_values(line, index) for index, line in enumerate(invoice.lines)],
    )
    if invoice.taxes:
        run(connection, insert_into(invoice_tax), [key | _tax_values(tax) for tax in invoice.taxes])
    return invoice


def _values(invoice: Invoice) -> dict[str, object]:
    payment = invoice.payment
    return {
        "number": invoice.number,
        "kind": invoice.kind,
        "state": invoice.state,
        "order_id": invoice.order_id,
        "corrects_id": invoice.corrects_id,
        "issued_at": invoice.issued_at,
        "issued_on": invoice.issued_on,
        "due_on": invoice.due_on,
        "currency": invoice.total.currency,
        "net_minor": invoice.net.minor,
        "tax_minor": invoice.tax.minor,
        "gross_minor": invoice.gross.minor,
        "credit_minor": invoice.credit.minor,
        "total_minor": invoice.total.minor,
        "tax_treatment": invoice.treatment,
        "tax_country": invoice.tax_country,
        "vat_id": invoice.vat_id,
        "seller": _plain(invoice.seller),
        "buyer": _plain(invoice.buyer),
        "payment_kind": payment.kind if payment else "",
        "payment_label": payment.label if payment else "",
        "payment_bank": payment.bank[:100] if payment else "",
    }


def _plain(party: Party) -> dict[str, str]:
    return {field.name: getattr(party, field.name) for field in fields(party)}


def _line_values(line: InvoiceLine, position: int) -> dict[str, object]:
    return {
        "position": position,
        "kind": line.kind,
        "subscription_id": line.subscription_id,
        "product": line.product,
        "product_name": line.product_name,
        "tier": line.tier,
        "tier_name": line.tier_name,
        "seats": line.seats,
        "cycle": line.cycle,
        "unit_price_minor": line.unit_price.minor,
        "amount_minor": line.amount.minor,
        "rate": str(line.rate),
        "period_start": line.period.start,
        "period_end": line.period.end,
    }


def _tax_values(tax: InvoiceTax) -> dict[str, object]:
    return {"rate": str(tax.rate), "net_minor": tax.net.minor, "tax_minor": tax.tax.minor}
