"""The tables. Every key and unique index of a table of an account has `account_id` first.

Two tables belong to no account: the sign-in directory and the sign-in failures, keyed by mail.
Amounts are minor units beside an ISO 4217 currency; ids are UUIDv7 texts made by the application.
Invoices and what they stand on are in `billing.storage.invoice_tables`, keys and the sessions at
terminals in `billing.storage.access_tables`.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from billing.storage.columns import Currency, Id, Moment, account_table, metadata

__all__ = ["metadata"]

# A product is held once: by a subscription in one of these states.
_HELD = "state IN ('trialing', 'active', 'cancelling', 'past_due', 'suspended')"
# A payment of an order is under way: at most one at a time.
_LIVE_ATTEMPT = "state IN ('created', 'unknown', 'requires_action')"


account = account_table(
    "account",
    Column("name", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("country", String(2), nullable=False),
    Column("currency", Currency, nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("street", String(200), nullable=False),
    Column("postcode", String(20), nullable=False),
    Column("city", String(100), nullable=False),
    Column("vat_id", String(20), nullable=False, server_default=""),
    Column("vat_id_state", String(20), nullable=False, server_default="none"),
    Column("expired_on", Date),
    Column("credit_minor", BigInteger, nullable=False, server_default="0"),
    Column("order_count", Integer, nullable=False, server_default="0"),
    Column("invoice_count", Integer, nullable=False, server_default="0"),
    Column("correction_count", Integer, nullable=False, server_default="0"),
    CheckConstraint("credit_minor >= 0", name="credit_not_negative"),
    keys=(),
)

contact = account_table(
    "contact",
    Column("contact_id", Id, nullable=False),
    Column("name", String(200), nullable=False),
    Column("mail", String(254), nullable=False),
    Column("role", String(20), nullable=False),
    Column("language", String(2), nullable=False, server_default="de"),
    keys=("contact_id",),
)

account_user = account_table(
    "account_user",
    Column("user_id", Id, nullable=False),
    Column("name", String(200), nullable=False),
    Column("mail", String(254), nullable=False),
    keys=("user_id",),
)

subscription = account_table(
    "subscription",
    Column("subscription_id", Id, nullable=False),
    Column("product", String(64), nullable=False),
    Column("tier", String(64), nullable=False),
    Column("seats", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("cycle", String(10)),
    Column("anchor", Date, nullable=False),
    Column("period_start", Date, nullable=False),
    Column("period_end", Date, nullable=False),
    Column("unit_price_minor", BigInteger, nullable=False),
    Column("currency", Currency, nullable=False),
    Column("catalogue_version", String(64), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("order_id", Id),
    Column("failed_payments", Integer, nullable=False, server_default="0"),
    Column("next_step_on", Date),
    CheckConstraint("seats > 0", name="seats_positive"),
    CheckConstraint("period_end > period_start", name="period_not_empty"),
    keys=("subscription_id",),
)
Index(
    "uq_subscription_live_product",
    subscription.c.account_id,
    subscription.c.product,
    unique=True,
    sqlite_where=text(_HELD),
    postgresql_where=text(_HELD),
)
Index(
    "ix_subscription_next_step_on",
    subscription.c.next_step_on,
    subscription.c.account_id,
    subscription.c.subscription_id,
)

subscription_event = account_table(
    "subscription_event",
    Column("subscription_id", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", String(30), nullable=False),
    Column("at", Moment, nullable=False),
    Column("on_day", Date, nullable=False),
    Column("contact_id", Id, nullable=False),
    Column("changed", JSON, nullable=False),
    keys=("subscription_id", "version"),
)

trial_use = account_table(
    "trial_use",
    Column("product", String(64), nullable=False),
    Column("subscription_id", Id, nullable=False),
    Column("started_on", Date, nullable=False),
    keys=("product",),
)

licence = account_table(
    "licence",
    Column("subscription_id", Id, nullable=False),
    Column("user_id", Id, nullable=False),
    Column("assigned_at", Moment, nullable=False),
    keys=("subscription_id", "user_id"),
)

draft = account_table(
    "draft",
    Column("contact_id", Id, nullable=False),
    Column("draft_id", Id, nullable=False),
    Column("place", String(20), nullable=False),
    Column("answers", JSON, nullable=False),
    Column("saved_at", Moment, nullable=False),
    keys=("contact_id", "draft_id"),
)

cart = account_table(
    "cart",
    Column("version", Integer, nullable=False),
    Column("checkout_key", Id),
    keys=(),
)

cart_line = account_table(
    "cart_line",
    Column("line_id", Id, nullable=False),
    Column("position", Integer, nullable=False),
    Column("product", String(64), nullable=False),
    Column("tier", String(64), nullable=False),
    Column("seats", Integer, nullable=False),
    Column("cycle", String(10), nullable=False),
    Column("price_seen_minor", BigInteger, nullable=False),
    Column("currency", Currency, nullable=False),
    keys=("line_id",),
)
Index("uq_cart_line_product", cart_line.c.account_id, cart_line.c.product, unique=True)

order = account_table(
    "purchase_order",
    Column("order_id", Id, nullable=False),
    Column("number", String(20), nullable=False),
    Column("contact_id", Id, nullable=False),
    Column("state", String(20), nullable=False),
    Column("placed_at", Moment, nullable=False),
    Column("placed_on", Date, nullable=False),
    Column("currency", Currency, nullable=False),
    Column("net_minor", BigInteger, nullable=False),
    Column("tax_minor", BigInteger, nullable=False),
    Column("credit_minor", BigInteger, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("tax_treatment", String(20), nullable=False),
    Column("tax_country", String(2), nullable=False),
    Column("vat_id", String(20), nullable=False),
    Column("vat_id_state", String(20), nullable=False),
    Column("payment_kind", String(10), nullable=False),
    Column("payment_label", String(64), nullable=False),
    Column("payment_bank", String(100), nullable=False),
    Column("quote_identity", String(64), nullable=False),
    Column("catalogue_version", String(64), nullable=False),
    Column("kind", String(10), nullable=False, server_default="purchase"),
    Column("correction_minor", BigInteger, nullable=False, server_default="0"),
    keys=("order_id",),
)
Index("uq_purchase_order_number", order.c.account_id, order.c.number, unique=True)

order_line = account_table(
    "order_line",
    Column("order_id", Id, nullable=False),
    Column("line_id", Id, nullable=False),
    Column("position", Integer, nullable=False),
    Column("subscription_id", Id, nullable=False),
    Column("offer", String(10), nullable=False),
    Column("product", String(64), nullable=False),
    Column("tier", String(64), nullable=False),
    Column("seats", Integer, nullable=False),
    Column("cycle", String(10)),
    Column("unit_price_minor", BigInteger, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("period_start", Date, nullable=False),
    Column("period_end", Date, nullable=False),
    keys=("order_id", "line_id"),
)

order_tax = account_table(
    "order_tax",
    Column("order_id", Id, nullable=False),
    Column("rate", String(10), nullable=False),
    Column("net_minor", BigInteger, nullable=False),
    Column("tax_minor", BigInteger, nullable=False),
    keys=("order_id", "rate"),
)

order_credit = account_table(
    "order_credit",
    Column("order_id", Id, nullable=False),
    Column("subscription_id", Id, nullable=False),
    Column("corrects_id", Id, nullable=False),
    Column("rate", String(10), nullable=False),
    Column("net_minor", BigInteger, nullable=False),
    Column("tax_minor", BigInteger, nullable=False),
    Column("unused_start", Date, nullable=False),
    Column("unused_end", Date, nullable=False),
    Column("period_days", Integer, nullable=False),
    keys=("order_id", "subscription_id"),
)

idempotency = account_table(
    "idempotency",
    Column("operation", String(20), nullable=False),
    Column("key", Id, nullable=False),
    Column("request_hash", String(64), nullable=False),
    Column("order_id", Id, nullable=False),
    keys=("operation", "key"),
)

payment_attempt = account_table(
    "payment_attempt",
    Column("attempt_id", Id, nullable=False),
    Column("order_id", Id, nullable=False),
    Column("state", String(20), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Currency, nullable=False),
    Column("capture", Integer, nullable=False),
    Column("gateway_key", String(64), nullable=False),
    Column("gateway_reference", String(64), nullable=False, server_default=""),
    Column("decline_reason", String(40), nullable=False, server_default=""),
    Column("started_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("next_ask_at", Moment),
    Column("captured_minor", BigInteger),
    Column("method_id", Id),
    keys=("attempt_id",),
)
Index(
    "uq_payment_attempt_live",
    payment_attempt.c.account_id,
    payment_attempt.c.order_id,
    unique=True,
    sqlite_where=text(_LIVE_ATTEMPT),
    postgresql_where=text(_LIVE_ATTEMPT),
)
Index(
    "ix_payment_attempt_next_ask_at",
    payment_attempt.c.next_ask_at,
    payment_attempt.c.account_id,
    payment_attempt.c.attempt_id,
)

outbox = account_table(
    "outbox",
    Column("mail_id", Id, nullable=False),
    Column("dedupe_key", String(100), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("contact_id", Id, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("written_at", Moment, nullable=False),
    Column("next_try_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("last_error", Text, nullable=False, server_default=""),
    keys=("mail_id",),
)
Index(
    "ix_outbox_next_try_at",
    outbox.c.next_try_at,
    outbox.c.account_id,
    sqlite_where=text("state = 'waiting'"),
    postgresql_where=text("state = 'waiting'"),
)
Index("uq_outbox_dedupe_key", outbox.c.account_id, outbox.c.dedupe_key, unique=True)

audit_event = account_table(
    "audit_event",
    Column("event_id", Id, nullable=False),
    Column("at", Moment, nullable=False),
    Column("contact_id", Id, nullable=False),
    Column("action", String(40), nullable=False),
    Column("object_id", Id, nullable=False),
    Column("old", JSON),
    Column("new", JSON),
    Column("actor", String(20), nullable=False, server_default="contact"),
    keys=("event_id",),
)

sign_in = Table(
    "sign_in",
    metadata,
    Column("mail", String(254), primary_key=True),
    Column("account_id", Id, nullable=False),
    Column("contact_id", Id, nullable=False),
    Column("password_hash", String(200), nullable=False),
)

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    Column("mail_hash", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("blocked_until", Moment, nullable=False),
    Column("last_failure_at", Moment, nullable=False),
)
Index("ix_sign_in_failure_last_failure_at", sign_in_failure.c.last_failure_at)
