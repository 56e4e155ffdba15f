"""Public keys of contacts, and the sessions at terminals.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "key_owner",
        sa.Column("fingerprint", sa.String(length=50), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("contact_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_key_owner")),
    )
    op.create_table(
        "contact_key",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("contact_id", sa.String(length=36), nullable=False),
        sa.Column("fingerprint", sa.String(length=50), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("comment", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_contact_key_account")
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "contact_id", "fingerprint", name=op.f("pk_contact_key")
        ),
    )
    op.create_table(
        "terminal_session",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("contact_id", sa.String(length=36), nullable=False),
        sa.Column("fingerprint", sa.String(length=50), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("terminal", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ending", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_terminal_session_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "session_id", name=op.f("pk_terminal_session")),
    )
    op.create_index(
        "ix_terminal_session_began_at",
        "terminal_session",
        ["account_id", "began_at"],
        unique=False,
    )
