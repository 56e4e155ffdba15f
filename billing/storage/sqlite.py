"""SQLite: a file in WAL mode that loses no committed transaction, and the ways it can fail."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, create_engine, event
from sqlalchemy.exc import DBAPIError

from billing.errors import DatabaseUnavailable, StorageCause
from billing.storage.files import naming_file_failures
from billing.storage.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Dialect, Engine, Table
    from sqlalchemy.dialects.sqlite import Insert
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry
    from sqlalchemy.types import TypeEngine

    from billing.storage.waiting import Waiting

_TO_READ = ("PRAGMA query_only = ON", "BEGIN")
_TO_WRITE = ("PRAGMA query_only = OFF", "BEGIN IMMEDIATE")
# Rebuilding a table must not look like deleting its rows to the tables that refer to it.
_TO_MIGRATE = ("PRAGMA query_only = OFF", "PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE")

_ONLY_OWNER = 0o600
_POLL_SECONDS = 0.01
_PRIMARY_CODE = 0xFF
_CAUSES = {
    sqlite3.SQLITE_BUSY: StorageCause.LOCKED,
    sqlite3.SQLITE_LOCKED: StorageCause.LOCKED,
    sqlite3.SQLITE_READONLY: StorageCause.READ_ONLY,
    sqlite3.SQLITE_PERM: StorageCause.READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: StorageCause.READ_ONLY,
    sqlite3.SQLITE_NOTADB: StorageCause.NOT_A_DATABASE,
    sqlite3.SQLITE_CORRUPT: StorageCause.NOT_A_DATABASE,
    sqlite3.SQLITE_FULL: StorageCause.DISK_FULL,
    sqlite3.SQLITE_IOERR: StorageCause.UNREACHABLE,
}


def open_file(file: Path, place: str, busy_seconds: float) -> Engine:
    """An engine for a file; a missing one is created empty, for its owner only.

    Raises:
        DatabaseUnavailable: the folder is missing or closed, or the file is none.
    """
    _create(file, place)
    # The driver must not begin transactions by itself: whether BEGIN takes the write lock is
    # decided here.
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        connect_args={"isolation_level": None, "timeout": busy_seconds},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _set_up)
    _keep_write_ahead_log(engine, busy_seconds)
    return engine


def cause_of(error: DBAPIError) -> StorageCause | None:
    """Why the database failed; None: it did not, the statement was refused."""
    code: int = getattr(error.orig, "sqlite_errorcode", 0)
    return _CAUSES.get(code & _PRIMARY_CODE)


def _create(file: Path, place: str) -> None:
    # An existing file is not opened: closing it again would drop the locks that SQLite holds on
    # it elsewhere in this process.
    with naming_file_failures(place):
        if file.exists():
            if not stat.S_ISREG(file.stat().st_mode):
                raise DatabaseUnavailable(StorageCause.NOT_A_DATABASE, place)
            return
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _ONLY_OWNER))


def _set_up(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _keep_write_ahead_log(engine: Engine, busy_seconds: float) -> None:
    """Switch the file to WAL, which lasts; a file system that cannot do it goes on without."""
    give_up_at = time.monotonic() + busy_seconds
    with engine.connect() as connection:
        while True:
            try:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            except DBAPIError as error:
                if cause_of(error) is not StorageCause.LOCKED or time.monotonic() > give_up_at:
                    raise
                # SQLite's own waiting does not cover this one statement.
                time.sleep(_POLL_SECONDS)
            else:
                return


def _insert(table: Table) -> Insert:
    from sqlalchemy.dialects.sqlite import insert  # noqa: PLC0415 - each dialect costs its import

    return insert(table)


def _beginning_is_enough(connection: Connection) -> None:
    """BEGIN IMMEDIATE lets one writer in at a time."""


def _check_owners(connection: Connection) -> None:
    strays = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if strays:
        raise AssertionError(f"a migration left {len(strays)} rows without their owner")


def _goes_on_after_a_refusal(connection: Connection) -> None:
    """A refused statement leaves what was done before it in the transaction."""


@cache
def _dialect() -> Dialect:
    from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite  # noqa: PLC0415 - as above

    return SQLiteDialect_pysqlite()


def _writer(type_: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    return type_.dialect_impl(dialect).bind_processor(dialect)


def _reader(type_: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    return type_.dialect_impl(dialect).result_processor(dialect, None)


def _send(driver: sqlite3.Connection, _prepared: object, batch: Sequence[Waiting]) -> None:
    cursor = driver.cursor()
    for waiting in batch:
        compiled, runs = waiting.compiled, waiting.runs
        rows: list[Any] = []
        if len(runs) > 1:
            cursor.executemany(compiled.text, runs)
        else:
            cursor.execute(compiled.text, runs[0])
            if compiled.row is not None:
                make, read = compiled.row, compiled.read
                rows = [
                    make(
                        [
                            value if convert is None else convert(value)
                            for value, convert in zip(row, read, strict=True)
                        ]
                    )
                    for row in cursor.fetchall()
                ]
        waiting.answered(rows, cursor.rowcount)
    cursor.close()


SQLITE = Kind(
    to_read=_TO_READ,
    to_write=_TO_WRITE,
    to_migrate=_TO_MIGRATE,
    locks_rows=False,
    insert=_insert,
    take_turn=_beginning_is_enough,
    check=_check_owners,
    require_success=_goes_on_after_a_refusal,
    dialect=_dialect,
    writer=_writer,
    reader=_reader,
    send=_send,
)
