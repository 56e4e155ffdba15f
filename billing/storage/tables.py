"""The tables. Every key and unique index of a table of an account has `account_id` first.

Two tables belong to no account: the sign-in directory and the sign-in failures, keyed by mail.
Amounts are minor units beside an ISO 4217 currency; ids are UUIDv7 texts made by the application.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment; SQLite keeps it without the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse naive moments and store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give every moment back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = String(36)
Currency = String(3)


def _account_table(name: str, *items: SchemaItem, keys: tuple[str, ...]) -> Table:
    """A table of one account: `account_id` first, then `keys`, make the primary key."""
    owner = (
        [] if name == "account" else [ForeignKeyConstraint(["account_id"], ["account.account_id"])]
    )
    return Table(
        name,
        metadata,
        Column("account_id", Id, nullable=False),
        *items,
        PrimaryKeyConstraint("account_id", *keys),
        *owner,
    )


account = _account_table(
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
    CheckConstraint("credit_minor >= 0", name="credit_not_negative"),
    keys=(),
)

contact = _account_table(
    "contact",
    Column("contact_id", Id, nullable=False),
    Column("name", String(200), nullable=False),
    Column("mail", String(254), nullable=False),
    Column("role", String(20), nullable=False),
    Column("language", String(2), nullable=False, server_default="de"),
    keys=("contact_id",),
)

account_user = _account_table(
    "account_user",
    Column("user_id", Id, nullable=False),
    Column("name", String(200), nullable=False),
    Column("mail", String(254), nullable=False),
    keys=("user_id",),
)

subscription = _account_table(
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
    CheckConstraint("seats > 0", name="seats_positive"),
    CheckConstraint("period_end > period_start", name="period_not_empty"),
    keys=("subscription_id",),
)
Index(
    "uq_subscription_live_product",
    subscription.c.account_id,
    subscription.c.product,
    unique=True,
    sqlite_where=text("state IN ('trialing', 'active', 'cancelling')"),
    postgresql_where=text("state IN ('trialing', 'active', 'cancelling')"),
)

trial_use = _account_table(
    "trial_use",
    Column("product", String(64), nullable=False),
    Column("subscription_id", Id, nullable=False),
    Column("started_on", Date, nullable=False),
    keys=("product",),
)

licence = _account_table(
    "licence",
    Column("subscription_id", Id, nullable=False),
    Column("user_id", Id, nullable=False),
    Column("assigned_at", Moment, nullable=False),
    keys=("subscription_id", "user_id"),
)

draft = _account_table(
    "draft",
    Column("contact_id", Id, nullable=False),
    Column("draft_id", Id, nullable=False),
    Column("place", String(20), nullable=False),
    Column("answers", JSON, nullable=False),
    Column("saved_at", Moment, nullable=False),
    keys=("contact_id", "draft_id"),
)

cart = _account_table(
    "cart",
    Column("version", Integer, nullable=False),
    Column("checkout_key", Id),
    keys=(),
)

cart_line = _account_table(
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

order = _account_table(
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
    keys=("order_id",),
)
Index("uq_purchase_order_number", order.c.account_id, order.c.number, unique=True)

order_line = _account_table(
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

order_tax = _account_table(
    "order_tax",
    Column("order_id", Id, nullable=False),
    Column("rate", String(10), nullable=False),
    Column("net_minor", BigInteger, nullable=False),
    Column("tax_minor", BigInteger, nullable=False),
    keys=("order_id", "rate"),
)

idempotency = _account_table(
    "idempotency",
    Column("operation", String(20), nullable=False),
    Column("key", Id, nullable=False),
    Column("request_hash", String(64), nullable=False),
    Column("order_id", Id, nullable=False),
    keys=("operation", "key"),
)

payment_attempt = _account_table(
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
    keys=("attempt_id",),
)
Index(
    "uq_payment_attempt_live",
    payment_attempt.c.account_id,
    payment_attempt.c.order_id,
    unique=True,
    sqlite_where=text("state IN ('created', 'unknown')"),
    postgresql_where=text("state IN ('created', 'unknown')"),
)

outbox = _account_table(
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
Index("uq_outbox_dedupe_key", outbox.c.account_id, outbox.c.dedupe_key, unique=True)

audit_event = _account_table(
    "audit_event",
    Column("event_id", Id, nullable=False),
    Column("at", Moment, nullable=False),
    Column("contact_id", Id, nullable=False),
    Column("action", String(40), nullable=False),
    Column("object_id", Id, nullable=False),
    Column("old", JSON),
    Column("new", JSON),
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
