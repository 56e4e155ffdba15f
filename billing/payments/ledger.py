"""The test gateway's own books: what it was asked under each key and what it answered, once a key.

A file ledger is a SQLite file of its own, so that a crash of the program between the gateway's
charge and its own commit leaves both sides as a bank and its customer would be left.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from threading import Lock
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_WAIT_SECONDS = 30
_SCHEMA = """
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


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of the books, in the order of the columns.

    `request` is a digest of what was asked, `reason` is "" unless declined, `label` is a masked
    IBAN or a brand and last four digits. No full number is in any of them.
    """

    key: str
    kind: str
    request: str
    status: str
    reference: str
    reason: str
    amount_minor: int
    currency: str
    label: str


class LedgerUnavailable(Exception):
    """The books cannot be read or written now."""


class Ledger(Protocol):
    """Books that several processes may write."""

    def enter(self, operation: Operation) -> Operation:
        """Enter an operation unless its key is taken; what stands under the key afterwards."""
        ...

    def find(self, key: str) -> Operation | None:
        """What stands under a key."""
        ...

    def operations(self) -> tuple[Operation, ...]:
        """Everything, oldest first."""
        ...


class MemoryLedger:
    """Books that end with the process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._operations: dict[str, Operation] = {}

    def enter(self, operation: Operation) -> Operation:
        """As `Ledger.enter`."""
        with self._lock:
            return self._operations.setdefault(operation.key, operation)

    def find(self, key: str) -> Operation | None:
        """As `Ledger.find`."""
        return self._operations.get(key)

    def operations(self) -> tuple[Operation, ...]:
        """As `Ledger.operations`."""
        with self._lock:
            return tuple(self._operations.values())


class FileLedger:
    """Books in a SQLite file; every entry is on the disk before its answer is given.

    A connection lives for one call: so threads and forked processes never share one.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def enter(self, operation: Operation) -> Operation:
        """As `Ledger.enter`; raises LedgerUnavailable."""
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "INSERT INTO operation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (key) DO NOTHING",
                astuple(operation),
            )
            row = connection.execute(
                "SELECT * FROM operation WHERE key = ?", (operation.key,)
            ).fetchone()
            connection.execute("COMMIT")
        return Operation(*row)

    def find(self, key: str) -> Operation | None:
        """As `Ledger.find`; raises LedgerUnavailable."""
        with self._connected() as connection:
            row = connection.execute("SELECT * FROM operation WHERE key = ?", (key,)).fetchone()
        return Operation(*row) if row else None

    def operations(self) -> tuple[Operation, ...]:
        """As `Ledger.operations`; raises LedgerUnavailable."""
        with self._connected() as connection:
            rows = connection.execute("SELECT * FROM operation ORDER BY rowid").fetchall()
        return tuple(Operation(*row) for row in rows)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = sqlite3.connect(self._path, timeout=_WAIT_SECONDS, isolation_level=None)
            try:
                # EXTRA also syncs the folder, without which a commit can be undone by power loss.
                connection.execute("PRAGMA synchronous = EXTRA")
                connection.execute(_SCHEMA)
                yield connection
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise LedgerUnavailable(type(error).__name__) from error
