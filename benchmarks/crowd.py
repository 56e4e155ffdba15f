"""Many accounts in an SQLite file: copies of one that is there, made by SQLite itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from billing.storage.tables import account, contact, sign_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Table

_ID = "printf('01900000-0000-7000-8000-%012x', n.i)"
_OF_A_COPY = {"account_id": _ID, "mail": "printf('copy%d@bench.example', n.i)"}
EVERYBODY = (account, contact, sign_in)


def crowd(file: Path, number: int, tables: Sequence[Table] = EVERYBODY) -> None:
    """Copy the first account of a file that many times, with its rows of these tables."""
    # All that a power cut could lose here is a file that nobody needs any more.
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN IMMEDIATE")
        (first,) = connection.execute("SELECT min(account_id) FROM account").fetchone()
        for table in tables:
            connection.execute(_copies_of(table), {"first": first, "number": number})
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _copies_of(table: Table) -> str:
    names = [f'"{column.name}"' for column in table.columns]
    values = [_OF_A_COPY.get(column.name, f'one."{column.name}"') for column in table.columns]
    return (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :number)"  # noqa: S608 - names of our own tables
        f" INSERT INTO {table.name} ({', '.join(names)})"
        f" SELECT {', '.join(values)} FROM n, {table.name} AS one WHERE one.account_id = :first"
    )
