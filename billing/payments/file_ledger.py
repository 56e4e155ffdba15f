"""Books of the test gateway in a SQLite file of their own."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, TypeVar

from billing.payments.ledger import KeptMethod, LedgerUnavailable, Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from billing.payments.ledger import Books

Answer = TypeVar("Answer")

_WAIT_SECONDS = 30
_FIRST_TABLES = """
CREATE TABLE IF NOT EXISTS operation (
    key TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    request TEXT NOT NULL,
    status TEXT NOT NULL,
    reference TEXT NOT NULL UNIQUE,
    reason TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    label TEXT NOT NULL
)
"""
# From version 0 to 1 of the file.
_LATER_TABLES = (
    "ALTER TABLE operation ADD COLUMN method TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE operation ADD COLUMN capture INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE operation ADD COLUMN taken_minor INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE operation ADD COLUMN in_the_end TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE operation ADD COLUMN due_at TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE operation ADD COLUMN token TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE operation ADD COLUMN refunded_minor INTEGER NOT NULL DEFAULT 0",
    """
    CREATE TABLE method (
        token TEXT PRIMARY KEY NOT NULL,
        kind TEXT NOT NULL,
        label TEXT NOT NULL,
        at_once TEXT NOT NULL,
        in_the_end TEXT NOT NULL
    )
    """,
    "PRAGMA user_version = 1",
)


class FileLedger:
    """Books in a SQLite file; every entry is on the disk before its answer is given.

    A connection lives for one call: so threads and forked processes never share one.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def work(self, step: Callable[[Books], Answer]) -> Answer:
        """As `Ledger.work`; raises LedgerUnavailable."""
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            answer = step(_FileBooks(connection))
            connection.execute("COMMIT")
        return answer

    def read(self, step: Callable[[Books], Answer]) -> Answer:
        """As `Ledger.read`; raises LedgerUnavailable."""
        with self._connected() as connection:
            return step(_FileBooks(connection))

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = sqlite3.connect(self._path, timeout=_WAIT_SECONDS, isolation_level=None)
            try:
                # EXTRA also syncs the folder, without which a commit can be undone by power loss.
                connection.execute("PRAGMA synchronous = EXTRA")
                _upgrade(connection)
                yield connection
            finally:
                # Closing undoes what was not committed.
                connection.close()
        except sqlite3.Error as error:
            raise LedgerUnavailable(type(error).__name__) from error


_COLUMNS = tuple(column.name for column in fields(Operation))
_PUT = (
    f"INSERT INTO operation ({', '.join(_COLUMNS)})"  # noqa: S608 - names of this file's fields
    f" VALUES ({', '.join(f':{name}' for name in _COLUMNS)})"
    " ON CONFLICT (key) DO UPDATE SET status = excluded.status, reason = excluded.reason,"
    " taken_minor = excluded.taken_minor, due_at = excluded.due_at,"
    " refunded_minor = excluded.refunded_minor"
)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM operation"  # noqa: S608 - as _PUT


class _FileBooks:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(self, key: str) -> Operation | None:
        row = self._connection.execute(f"{_SELECT} WHERE key = ?", (key,)).fetchone()
        return _operation(row) if row else None

    def put(self, operation: Operation) -> None:
        self._connection.execute(_PUT, asdict(operation))

    def operations(self) -> tuple[Operation, ...]:
        rows = self._connection.execute(f"{_SELECT} ORDER BY rowid")
        return tuple(_operation(row) for row in rows)

    def method(self, token: str) -> KeptMethod | None:
        row = self._connection.execute(
            "SELECT token, kind, label, at_once, in_the_end FROM method WHERE token = ?", (token,)
        ).fetchone()
        return KeptMethod(*row) if row else None

    def keep(self, method: KeptMethod) -> None:
        self._connection.execute(
            "INSERT INTO method (token, kind, label, at_once, in_the_end)"
            " VALUES (:token, :kind, :label, :at_once, :in_the_end)",
            asdict(method),
        )


def _operation(row: tuple[object, ...]) -> Operation:
    values = dict(zip(_COLUMNS, row, strict=True))
    return Operation(**(values | {"capture": bool(values["capture"])}))  # type: ignore[arg-type]


def _upgrade(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA user_version").fetchone()[0]:
        return
    connection.execute("BEGIN IMMEDIATE")
    if not connection.execute("PRAGMA user_version").fetchone()[0]:
        connection.execute(_FIRST_TABLES)
        for statement in _LATER_TABLES:
            connection.execute(statement)
    connection.execute("COMMIT")
