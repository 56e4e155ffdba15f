"""Invoices, the life of subscriptions, stored payment methods and answers of the tax authority.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and columns, and say of what runs already when its next step is due."""
    op.create_table(
        "invoice",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("invoice_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("corrects_id", sa.String(length=36), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("credit_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_treatment", sa.String(length=20), nullable=False),
        sa.Column("tax_country", sa.String(length=2), nullable=False),
        sa.Column("vat_id", sa.String(length=20), nullable=False),
        sa.Column("seller", sa.JSON(), nullable=False),
        sa.Column("buyer", sa.JSON(), nullable=False),
        sa.Column("payment_kind", sa.String(length=10), nullable=False),
        sa.Column("payment_label", sa.String(length=64), nullable=False),
        sa.Column("payment_bank", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_invoice_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "invoice_id", name=op.f("pk_invoice")),
    )
    op.create_index("uq_invoice_number", "invoice", ["account_id", "number"], unique=True)
    op.create_index(
        "uq_invoice_order_id_kind", "invoice", ["account_id", "order_id", "kind"], unique=True
    )

    op.create_table(
        "invoice_line",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("invoice_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subscription_id", sa.String(length=36), nullable=False),
        sa.Column("product", sa.String(length=64), nullable=False),
        sa.Column("product_name", sa.String(length=200), nullable=False),
        sa.Column("tier", sa.String(length=64), nullable=False),
        sa.Column("tier_name", sa.String(length=200), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.String(length=10), nullable=True),
        sa.Column("unit_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.String(length=10), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_invoice_line_account")
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "invoice_id", "position", name=op.f("pk_invoice_line")
        ),
    )
    op.create_index(
        "uq_invoice_line_renewal",
        "invoice_line",
        ["account_id", "subscription_id", "period_start"],
        unique=True,
        sqlite_where=sa.text("kind = 'renewal'"),
        postgresql_where=sa.text("kind = 'renewal'"),
    )

    op.create_table(
        "invoice_tax",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("invoice_id", sa.String(length=36), nullable=False),
        sa.Column("rate", sa.String(length=10), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_invoice_tax_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "invoice_id", "rate", name=op.f("pk_invoice_tax")),
    )
    op.create_table(
        "order_credit",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("subscription_id", sa.String(length=36), nullable=False),
        sa.Column("corrects_id", sa.String(length=36), nullable=False),
        sa.Column("rate", sa.String(length=10), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("unused_start", sa.Date(), nullable=False),
        sa.Column("unused_end", sa.Date(), nullable=False),
        sa.Column("period_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_order_credit_account")
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "order_id", "subscription_id", name=op.f("pk_order_credit")
        ),
    )
    op.create_table(
        "payment_method",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("method_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("bank", sa.String(length=100), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_payment_method_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "method_id", name=op.f("pk_payment_method")),
    )
    op.create_table(
        "subscription_event",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("subscription_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("contact_id", sa.String(length=36), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_subscription_event_account")
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "subscription_id", "version", name=op.f("pk_subscription_event")
        ),
    )
    op.create_table(
        "vat_check",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("vat_id", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_ask_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reference", sa.String(length=64), server_default="", nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_vat_check_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "vat_id", name=op.f("pk_vat_check")),
    )
    op.create_index(
        "ix_vat_check_next_ask_at",
        "vat_check",
        ["next_ask_at", "account_id", "vat_id"],
        unique=False,
    )

    op.add_column(
        "account", sa.Column("invoice_count", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column(
        "account", sa.Column("correction_count", sa.Integer(), server_default="0", nullable=False)
    )

    op.add_column(
        "audit_event",
        sa.Column("actor", sa.String(length=20), server_default="contact", nullable=False),
    )

    op.create_index(
        "ix_outbox_next_try_at",
        "outbox",
        ["next_try_at", "account_id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )

    op.drop_index("uq_payment_attempt_live", table_name="payment_attempt")
    op.create_index(
        "uq_payment_attempt_live",
        "payment_attempt",
        ["account_id", "order_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('created', 'unknown', 'requires_action')"),
        postgresql_where=sa.text("state IN ('created', 'unknown', 'requires_action')"),
    )
    op.add_column(
        "payment_attempt", sa.Column("next_ask_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("payment_attempt", sa.Column("captured_minor", sa.BigInteger(), nullable=True))
    op.add_column("payment_attempt", sa.Column("method_id", sa.String(length=36), nullable=True))
    op.create_index(
        "ix_payment_attempt_next_ask_at",
        "payment_attempt",
        ["next_ask_at", "account_id", "attempt_id"],
        unique=False,
    )

    op.add_column(
        "purchase_order",
        sa.Column("kind", sa.String(length=10), server_default="purchase", nullable=False),
    )
    op.add_column(
        "purchase_order",
        sa.Column("correction_minor", sa.BigInteger(), server_default="0", nullable=False),
    )

    op.drop_index("uq_subscription_live_product", table_name="subscription")
    op.create_index(
        "uq_subscription_live_product",
        "subscription",
        ["account_id", "product"],
        unique=True,
        sqlite_where=sa.text(
            "state IN ('trialing', 'active', 'cancelling', 'past_due', 'suspended')"
        ),
        postgresql_where=sa.text(
            "state IN ('trialing', 'active', 'cancelling', 'past_due', 'suspended')"
        ),
    )
    op.add_column("subscription", sa.Column("order_id", sa.String(length=36), nullable=True))
    op.add_column(
        "subscription",
        sa.Column("failed_payments", sa.Integer(), server_default="0", nullable=False),
    )
    op.add_column("subscription", sa.Column("next_step_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_subscription_next_step_on",
        "subscription",
        ["next_step_on", "account_id", "subscription_id"],
        unique=False,
    )
    op.execute("UPDATE purchase_order SET kind = 'trial' WHERE payment_kind = ''")
    op.execute(
        "UPDATE subscription SET next_step_on = period_end"
        " WHERE state IN ('trialing', 'active', 'cancelling')"
    )
    op.execute(
        "UPDATE subscription SET order_id = ("
        "SELECT max(order_line.order_id) FROM order_line"
        " WHERE order_line.account_id = subscription.account_id"
        " AND order_line.subscription_id = subscription.subscription_id)"
    )
