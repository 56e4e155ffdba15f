"""The tables of who comes in over SSH: registered keys, and the sessions there were.

The directory of keys belongs to no account: of a key nothing is known before it is looked up.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from billing.storage.columns import Id, Moment, account_table, metadata

Fingerprint = String(50)
"""`SHA256:` and 43 characters."""

key_owner = Table(
    "key_owner",
    metadata,
    Column("fingerprint", Fingerprint, primary_key=True),
    Column("account_id", Id, nullable=False),
    Column("contact_id", Id, nullable=False),
)

contact_key = account_table(
    "contact_key",
    Column("contact_id", Id, nullable=False),
    Column("fingerprint", Fingerprint, nullable=False),
    Column("line", Text, nullable=False),
    Column("comment", String(200), nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    keys=("contact_id", "fingerprint"),
)

terminal_session = account_table(
    "terminal_session",
    Column("session_id", Id, nullable=False),
    Column("contact_id", Id, nullable=False),
    Column("fingerprint", Fingerprint, nullable=False),
    Column("address", String(64), nullable=False),
    Column("terminal", String(64), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=False),
    Column("ending", String(20), nullable=False),
    keys=("session_id",),
)
Index(
    "ix_terminal_session_began_at",
    terminal_session.c.account_id,
    terminal_session.c.began_at,
)
