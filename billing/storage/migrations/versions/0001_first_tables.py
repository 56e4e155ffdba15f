"""The first tables.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table of the first release."""
    op.create_table(
        "account",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("vat_id", sa.String(length=20), server_default="", nullable=False),
        sa.Column("vat_id_state", sa.String(length=20), server_default="none", nullable=False),
        sa.Column("expired_on", sa.Date(), nullable=True),
        sa.Column("credit_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("order_count", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("credit_minor >= 0", name=op.f("ck_account_credit_not_negative")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account")),
    )
    op.create_table(
        "sign_in",
        sa.Column("mail", sa.String(length=254), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("contact_id", sa.String(length=36), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("mail", name=op.f("pk_sign_in")),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("mail_hash", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_failure_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mail_hash", name=op.f("pk_sign_in_failure")),
    )
    op.create_index(
        "ix_sign_in_failure_last_failure_at", "sign_in_failure", ["last_failure_at"], unique=False
    )
    op.create_table(
        "account_user",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("mail", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_account_user_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "user_id", name=op.f("pk_account_user")),
    )
    op.create_table(
        "audit_event",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contact_id", sa.String(length=36), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=36), nullable=False),
        sa.Column("old", sa.JSON(), nullable=True),
        sa.Column("new", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_audit_event_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "event_id", name=op.f("pk_audit_event")),
    )
    op.create_table(
        "cart",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("checkout_key", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_cart_account")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_cart")),
    )
    op.create_table(
        "cart_line",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("line_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product", sa.String(length=64), nullable=False),
        sa.Column("tier", sa.String(length=64), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.String(length=10), nullable=False),
        sa.Column("price_seen_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_cart_line_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "line_id", name=op.f("pk_cart_line")),
    )
    op.create_index("uq_cart_line_product", "cart_line", ["account_id", "product"], unique=True)
    op.create_table(
        "contact",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("contact_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("mail", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), server_default="de", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_contact_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "contact_id", name=op.f("pk_contact")),
    )
    op.create_table(
        "draft",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("contact_id", sa.String(length=36), nullable=False),
        sa.Column("draft_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_draft_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "contact_id", "draft_id", name=op.f("pk_draft")),
    )
    op.create_table(
        "idempotency",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("operation", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_idempotency_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "operation", "key", name=op.f("pk_idempotency")),
    )
    op.create_table(
        "licence",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("subscription_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_licence_account")
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "subscription_id", "user_id", name=op.f("pk_licence")
        ),
    )
    op.create_table(
        "order_line",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("line_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.String(length=36), nullable=False),
        sa.Column("offer", sa.String(length=10), nullable=False),
        sa.Column("product", sa.String(length=64), nullable=False),
        sa.Column("tier", sa.String(length=64), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.String(length=10), nullable=True),
        sa.Column("unit_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_order_line_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "order_id", "line_id", name=op.f("pk_order_line")),
    )
    op.create_table(
        "order_tax",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("rate", sa.String(length=10), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_order_tax_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "order_id", "rate", name=op.f("pk_order_tax")),
    )
    op.create_table(
        "outbox",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("mail_id", sa.String(length=36), nullable=False),
        sa.Column("dedupe_key", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("contact_id", sa.String(length=36), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_outbox_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "mail_id", name=op.f("pk_outbox")),
    )
    op.create_index("uq_outbox_dedupe_key", "outbox", ["account_id", "dedupe_key"], unique=True)
    op.create_table(
        "payment_attempt",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("attempt_id", sa.String(length=36), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("capture", sa.Integer(), nullable=False),
        sa.Column("gateway_key", sa.String(length=64), nullable=False),
        sa.Column("gateway_reference", sa.String(length=64), server_default="", nullable=False),
        sa.Column("decline_reason", sa.String(length=40), server_default="", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_payment_attempt_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "attempt_id", name=op.f("pk_payment_attempt")),
    )
    op.create_index(
        "uq_payment_attempt_live",
        "payment_attempt",
        ["account_id", "order_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('created', 'unknown')"),
        postgresql_where=sa.text("state IN ('created', 'unknown')"),
    )
    op.create_table(
        "purchase_order",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("contact_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("credit_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_treatment", sa.String(length=20), nullable=False),
        sa.Column("tax_country", sa.String(length=2), nullable=False),
        sa.Column("vat_id", sa.String(length=20), nullable=False),
        sa.Column("vat_id_state", sa.String(length=20), nullable=False),
        sa.Column("payment_kind", sa.String(length=10), nullable=False),
        sa.Column("payment_label", sa.String(length=64), nullable=False),
        sa.Column("payment_bank", sa.String(length=100), nullable=False),
        sa.Column("quote_identity", sa.String(length=64), nullable=False),
        sa.Column("catalogue_version", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_purchase_order_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "order_id", name=op.f("pk_purchase_order")),
    )
    op.create_index(
        "uq_purchase_order_number", "purchase_order", ["account_id", "number"], unique=True
    )
    op.create_table(
        "subscription",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("subscription_id", sa.String(length=36), nullable=False),
        sa.Column("product", sa.String(length=64), nullable=False),
        sa.Column("tier", sa.String(length=64), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("cycle", sa.String(length=10), nullable=True),
        sa.Column("anchor", sa.Date(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("unit_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("catalogue_version", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "period_end > period_start", name=op.f("ck_subscription_period_not_empty")
        ),
        sa.CheckConstraint("seats > 0", name=op.f("ck_subscription_seats_positive")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_subscription_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "subscription_id", name=op.f("pk_subscription")),
    )
    op.create_index(
        "uq_subscription_live_product",
        "subscription",
        ["account_id", "product"],
        unique=True,
        sqlite_where=sa.text("state IN ('trialing', 'active', 'cancelling')"),
        postgresql_where=sa.text("state IN ('trialing', 'active', 'cancelling')"),
    )
    op.create_table(
        "trial_use",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("product", sa.String(length=64), nullable=False),
        sa.Column("subscription_id", sa.String(length=36), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_trial_use_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "product", name=op.f("pk_trial_use")),
    )
