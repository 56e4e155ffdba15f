"""Addresses, connections and driver errors: all that depends on which database it is."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from billing.errors import DatabaseUnavailable, StorageCause

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Engine, Insert, Table
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

BUSY_SECONDS = 5.0

# How a transaction begins on SQLite; the value of the execution option BEGIN.
BEGIN = "billing_begin"
TO_READ = ("PRAGMA query_only = ON", "BEGIN")
TO_WRITE = ("PRAGMA query_only = OFF", "BEGIN IMMEDIATE")
# Rebuilding a table must not look like deleting its rows to the tables that refer to it.
TO_MIGRATE = ("PRAGMA query_only = OFF", "PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE")
NOT_AT_ALL = ()

_IN_MEMORY = ":memory:"
_ONLY_OWNER = 0o600
_POLL_SECONDS = 0.01
_PRIMARY_CODE = 0xFF
_SQLITE_CAUSES = {
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
_FILE_CAUSES = {
    errno.ENOENT: StorageCause.MISSING_FOLDER,
    errno.ENOTDIR: StorageCause.MISSING_FOLDER,
    errno.EEXIST: StorageCause.MISSING_FOLDER,
    errno.EISDIR: StorageCause.NOT_A_DATABASE,
    errno.ENOSPC: StorageCause.DISK_FULL,
    errno.EDQUOT: StorageCause.DISK_FULL,
    errno.EACCES: StorageCause.READ_ONLY,
    errno.EPERM: StorageCause.READ_ONLY,
    errno.EROFS: StorageCause.READ_ONLY,
}
# PostgreSQL's serialization_failure and deadlock_detected.
_PASSING_STATES = frozenset({"40001", "40P01"})


def sqlite_file(address: str) -> Path | None:
    """The file that an address (a path or an SQLAlchemy address) names; None: a server."""
    if address == _IN_MEMORY:
        return None
    if "://" not in address:
        return _expanded(address).absolute()
    url = _parsed(address)
    if url is None or url.drivername not in ("sqlite", "sqlite+pysqlite"):
        return None
    if url.database in (None, "", _IN_MEMORY):
        return None
    return _expanded(url.database or "").absolute()


def _expanded(path: str) -> Path:
    """A path with ~ replaced; one that names a home there is not stays as it is."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def safe_place(address: str) -> str:
    """An address as it may be shown: a path, or scheme and host without user and password."""
    file = sqlite_file(address)
    scheme, mark, rest = address.partition("://")
    if file is not None and not mark:
        return str(file)
    if file is not None:
        return f"{scheme}:///{file}"
    return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}"


def open_engine(address: str, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """An engine for an address; a missing SQLite file is created empty, for its owner only.

    Raises:
        DatabaseUnavailable: the folder is missing or closed, or no driver knows the address.
    """
    file = sqlite_file(address)
    if file is None:
        return _server_engine(address)
    _create_file(file, safe_place(address))
    engine = _sqlite_engine(file, busy_seconds)
    _keep_write_ahead_log(engine, busy_seconds)
    return engine


@contextmanager
def naming_failures(place: str) -> Iterator[None]:
    """Turn a driver's error into DatabaseUnavailable when it is the database's own failure."""
    try:
        yield
    except DBAPIError as error:
        cause = cause_of(error)
        if cause is None:
            raise
        raise DatabaseUnavailable(cause, place) from error


def cause_of(error: DBAPIError) -> StorageCause | None:
    """Why the database failed; None: it did not, the statement was refused."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE_CAUSES.get(code & _PRIMARY_CODE)
    return StorageCause.UNREACHABLE if error.connection_invalidated else None


@contextmanager
def naming_file_failures(place: str) -> Iterator[None]:
    """Turn a file system's error into DatabaseUnavailable."""
    try:
        yield
    except OSError as error:
        cause = _FILE_CAUSES.get(error.errno or 0, StorageCause.UNREACHABLE)
        raise DatabaseUnavailable(cause, place) from error


def insert_if_absent(connection: Connection, table: Table, row: Mapping[str, object]) -> bool:
    """Insert a row unless its key is taken; whether it was inserted."""
    statement = (
        _sqlite_insert(table, row)
        if connection.dialect.name == "sqlite"
        else _postgresql_insert(table, row)
    )
    return connection.execute(statement).rowcount == 1


def _sqlite_insert(table: Table, row: Mapping[str, object]) -> Insert:
    from sqlalchemy.dialects.sqlite import insert  # noqa: PLC0415 - each dialect costs its import

    return insert(table).values(**row).on_conflict_do_nothing()


def _postgresql_insert(table: Table, row: Mapping[str, object]) -> Insert:
    from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415 - as above, 20 ms

    return insert(table).values(**row).on_conflict_do_nothing()


def is_passing(error: DBAPIError) -> bool:
    """Whether the same transaction may succeed when it is run again from its start."""
    return getattr(error.orig, "sqlstate", None) in _PASSING_STATES


def _create_file(file: Path, place: str) -> None:
    # An existing file is not opened: closing it again would drop the locks that SQLite holds on
    # it elsewhere in this process.
    with naming_file_failures(place):
        if file.exists():
            if not stat.S_ISREG(file.stat().st_mode):
                raise DatabaseUnavailable(StorageCause.NOT_A_DATABASE, place)
            return
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _ONLY_OWNER))


def _sqlite_engine(file: Path, busy_seconds: float) -> Engine:
    # The driver must not begin transactions by itself: whether BEGIN takes the write lock is
    # decided here.
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        connect_args={"isolation_level": None, "timeout": busy_seconds},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin(connection: Connection) -> None:
    for statement in connection.get_execution_options().get(BEGIN, TO_READ):
        connection.exec_driver_sql(statement)


def _keep_write_ahead_log(engine: Engine, busy_seconds: float) -> None:
    """Switch the file to WAL, which lasts; a file system that cannot do it goes on without."""
    give_up_at = time.monotonic() + busy_seconds
    with engine.execution_options(**{BEGIN: NOT_AT_ALL}).connect() as connection:
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


def _server_engine(address: str) -> Engine:
    url = _parsed(address)
    # A SQLite database in memory is not kept, and every thread would have one of its own.
    if url is not None and url.get_backend_name() != "sqlite":
        with suppress(ArgumentError, ImportError):
            return create_engine(url, hide_parameters=True)
    raise DatabaseUnavailable(StorageCause.UNREACHABLE, safe_place(address))


def _parsed(address: str) -> URL | None:
    try:
        return make_url(address)
    except (ArgumentError, ValueError):
        return None
