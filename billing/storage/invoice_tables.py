"""The tables of invoices, of stored payment methods, and of what the tax authority said."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Date, Index, Integer, String, text

from billing.storage.columns import Currency, Id, Moment, account_table

payment_method = account_table(
    "payment_method",
    Column("method_id", Id, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("label", String(64), nullable=False),
    Column("bank", String(100), nullable=False),
    Column("token", String(64), nullable=False),
    Column("since", Moment, nullable=False),
    keys=("method_id",),
)

vat_check = account_table(
    "vat_check",
    Column("vat_id", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("first_asked_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("next_ask_at", Moment),
    Column("reference", String(64), nullable=False, server_default=""),
    Column("answer", JSON, nullable=False),
    keys=("vat_id",),
)
Index(
    "ix_vat_check_next_ask_at",
    vat_check.c.next_ask_at,
    vat_check.c.account_id,
    vat_check.c.vat_id,
)

invoice = account_table(
    "invoice",
    Column("invoice_id", Id, nullable=False),
    Column("number", String(40), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("order_id", Id, nullable=False),
    Column("corrects_id", Id),
    Column("issued_at", Moment, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("currency", Currency, nullable=False),
    Column("net_minor", BigInteger, nullable=False),
    Column("tax_minor", BigInteger, nullable=False),
    Column("gross_minor", BigInteger, nullable=False),
    Column("credit_minor", BigInteger, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("tax_treatment", String(20), nullable=False),
    Column("tax_country", String(2), nullable=False),
    Column("vat_id", String(20), nullable=False),
    Column("seller", JSON, nullable=False),
    Column("buyer", JSON, nullable=False),
    Column("payment_kind", String(10), nullable=False),
    Column("payment_label", String(64), nullable=False),
    Column("payment_bank", String(100), nullable=False),
    keys=("invoice_id",),
)
Index("uq_invoice_number", invoice.c.account_id, invoice.c.number, unique=True)
Index(
    "uq_invoice_order_id_kind",
    invoice.c.account_id,
    invoice.c.order_id,
    invoice.c.kind,
    unique=True,
)

invoice_line = account_table(
    "invoice_line",
    Column("invoice_id", Id, nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("subscription_id", Id, nullable=False),
    Column("product", String(64), nullable=False),
    Column("product_name", String(200), nullable=False),
    Column("tier", String(64), nullable=False),
    Column("tier_name", String(200), nullable=False),
    Column("seats", Integer, nullable=False),
    Column("cycle", String(10)),
    Column("unit_price_minor", BigInteger, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("rate", String(10), nullable=False),
    Column("period_start", Date, nullable=False),
    Column("period_end", Date, nullable=False),
    keys=("invoice_id", "position"),
)
Index(
    "uq_invoice_line_renewal",
    invoice_line.c.account_id,
    invoice_line.c.subscription_id,
    invoice_line.c.period_start,
    unique=True,
    sqlite_where=text("kind = 'renewal'"),
    postgresql_where=text("kind = 'renewal'"),
)

invoice_tax = account_table(
    "invoice_tax",
    Column("invoice_id", Id, nullable=False),
    Column("rate", String(10), nullable=False),
    Column("net_minor", BigInteger, nullable=False),
    Column("tax_minor", BigInteger, nullable=False),
    keys=("invoice_id", "rate"),
)
