"""What is kept of every session at a terminal: who, by which key, from where, how long, its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.storage.access_tables import terminal_session
from billing.storage.sending import run
from billing.storage.statements import insert_into

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.accounts.model import SessionRecord
    from billing.context import Context

_LARGEST = 1_000_000


def record_session(context: Context, record: SessionRecord) -> None:
    """Keep a session that has ended; what the other side made up is cut to what fits."""
    row = {
        "account_id": record.account_id,
        "session_id": context.ids.new(),
        "contact_id": record.contact_id,
        "fingerprint": record.fingerprint,
        "address": _fit(record.address),
        "terminal": _fit(record.terminal),
        "width": min(max(record.width, 0), _LARGEST),
        "height": min(max(record.height, 0), _LARGEST),
        "began_at": record.began_at,
        "ended_at": record.ended_at,
        "ending": record.end,
    }

    def step(connection: Connection) -> None:
        run(connection, insert_into(terminal_session), row)

    context.database.work(record.account_id, step)


def _fit(text: str) -> str:
    longest = 64
    return "".join(letter if letter.isprintable() else "?" for letter in text[:longest])
