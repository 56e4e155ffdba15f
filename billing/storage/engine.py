"""Addresses, the engines they open, and errors of drivers as failures of the database."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from billing.errors import DatabaseUnavailable, StorageCause
from billing.storage import postgresql, sqlite
from billing.storage.files import naming_file_failures
from billing.storage.kinds import kind_of
from billing.storage.sending import attached, begin, run, send_waiting
from billing.storage.statements import insert_in_place, insert_unless_taken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine, Table

    from billing.storage.waiting import Waiting

__all__ = [
    "BUSY_SECONDS",
    "add_if_absent",
    "begun",
    "cause_of",
    "insert_if_absent",
    "insert_or_replace",
    "kind_of",
    "may_pass",
    "naming_failures",
    "naming_file_failures",
    "open_engine",
    "safe_place",
    "sqlite_file",
]

BUSY_SECONDS = 5.0

_IN_MEMORY = ":memory:"


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
    file, place = sqlite_file(address), safe_place(address)
    if file is not None:
        return attached(sqlite.open_file(file, place, busy_seconds))
    url = _parsed(address)
    # A SQLite database in memory is not kept, and every thread would have one of its own.
    if url is None or not url.drivername.startswith(postgresql.BACKEND):
        raise DatabaseUnavailable(StorageCause.UNREACHABLE, place)
    return attached(postgresql.open_server(url, place, busy_seconds))


@contextmanager
def begun(engine: Engine, statements: tuple[str, ...]) -> Iterator[Connection]:
    """A transaction that these statements begin; the end of the block commits or rolls back."""
    with engine.begin() as connection:
        begin(connection, statements)
        yield connection
        send_waiting(connection)


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
    except NoConnectionFree as error:
        raise DatabaseUnavailable(StorageCause.LOCKED, place) from error


def cause_of(error: DBAPIError) -> StorageCause | None:
    """Why the database failed; None: it did not, the statement was refused."""
    if isinstance(error.orig, sqlite3.Error):
        return sqlite.cause_of(error)
    return postgresql.cause_of(error)


def may_pass(error: DBAPIError) -> bool:
    """Whether the same transaction may succeed when it is run again from its start."""
    return postgresql.may_pass(error)


def insert_if_absent(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Insert a row unless its key is taken; whether it was inserted.

    Unlike catching the refusal of an insert, this leaves the transaction usable on every database.
    """
    return add_if_absent(connection, table, row).rowcount == 1


def add_if_absent(connection: Connection, table: Table, row: dict[str, Any]) -> Waiting:
    """As `insert_if_absent`, for whoever need not know at once, or at all."""
    return run(connection, insert_unless_taken(table, kind_of(connection)), row)


def insert_or_replace(connection: Connection, table: Table, row: dict[str, Any]) -> None:
    """Insert a whole row, in place of the one with its primary key if there is one."""
    run(connection, insert_in_place(table, kind_of(connection)), row)


def _parsed(address: str) -> URL | None:
    try:
        return make_url(address)
    except (ArgumentError, ValueError):
        return None
