"""The yardstick of the service: the very same statements, sent by the bare driver to a copy."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, make_url

from billing.storage.engine import sqlite_file
from billing.storage.sending import HEARD

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from billing.storage.waiting import Waiting

    Statement = tuple[str, Any, bool]
    Noted = Statement | Waiting

_BUSY_SECONDS = 30.0


@dataclass
class Recorder:
    """Every statement that an engine sends; whoever sends is not kept from it meanwhile."""

    noted: list[Noted] = field(default_factory=list)

    def listen_to(self, engine: Engine) -> None:
        """Note statements and commits from now on."""
        event.listen(engine, "engine_connect", self._hear)
        event.listen(engine, "before_cursor_execute", self._note)
        event.listen(engine, "commit", lambda _: self.noted.append(("COMMIT", (), False)))

    def _note(self, _c: Any, _k: Any, text: str, values: Any, _x: Any, many: bool) -> None:
        self.noted.append((text, values, many))

    def _hear(self, connection: Connection) -> None:
        connection.info[HEARD] = self.noted.extend

    def taken(self) -> list[Noted]:
        """What was noted since the last time; reads end with their transaction."""
        noted = self.noted.copy()
        self.noted.clear()
        return noted


def statements(noted: Iterable[Noted]) -> list[Statement]:
    """What was noted as the driver gets it: (text, values, many)."""
    return [each if isinstance(each, tuple) else _statement(each) for each in noted]


def _statement(sent: Waiting) -> Statement:
    runs = [[_plain(value) for value in run] for run in sent.runs]
    many = len(runs) > 1
    return sent.compiled.text, runs if many else runs[0], many


class BareDriver:
    """A database changed by the driver alone: an SQLite file, at FULL too, or an address."""

    def __init__(self, address: str) -> None:
        self._connection: Any = _connected(address)
        self._cursor: Any = self._connection.cursor()
        self._raw: Any = None
        if sqlite_file(address) is None:
            self._raw = _raw_cursor(self._connection)

    def replay(self, statements: list[Statement]) -> None:
        """Run statements and fetch what they answer."""
        for text, values, many in statements:
            cursor = self._cursor_for(values)
            if many:
                cursor.executemany(text, values)
            else:
                cursor.execute(text, values)
                if cursor.description is not None:
                    cursor.fetchall()

    def _cursor_for(self, values: Any) -> Any:
        """A cursor for values by name, or on PostgreSQL for those that stand for $1 and so on."""
        return self._raw if self._raw is not None and isinstance(values, list) else self._cursor

    def count(self, table: str) -> int:
        """The rows of a table."""
        (number,) = self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - no outside text
        return int(number)

    def close(self) -> None:
        """Close the copy."""
        self._connection.close()


def _connected(address: str) -> Any:
    """Transactions begin by the statements that are replayed, and by no other."""
    if sqlite_file(address) is None:
        import psycopg  # noqa: PLC0415 - SQLite needs none

        plain = make_url(address).set(drivername="postgresql")
        return psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True)
    connection = sqlite3.connect(address, timeout=_BUSY_SECONDS, isolation_level=None)
    for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {setting}")
    return connection


def _plain(value: Any) -> Any:
    """A value as it was sent, but no longer as the bytes of its text."""
    return value.decode() if isinstance(value, bytes) else value


def _raw_cursor(connection: Any) -> Any:
    import psycopg  # noqa: PLC0415 - as above

    return psycopg.RawCursor(connection)


def copy_of(file: Path, name: str) -> str:
    """A complete copy of a file that nobody is changing, beside it."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = file.with_name(name)
    shutil.copyfile(file, copy)
    return str(copy)
