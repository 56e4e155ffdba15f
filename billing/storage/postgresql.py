"""PostgreSQL by psycopg 3: READ COMMITTED, time limits, and failures told apart by SQLSTATE."""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, func, select, text
from sqlalchemy.exc import ArgumentError

from billing.errors import DatabaseUnavailable, StorageCause
from billing.storage.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import URL, Connection, Dialect, Engine, ExceptionContext, Table
    from sqlalchemy.dialects.postgresql import Insert
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.pool import ConnectionPoolEntry
    from sqlalchemy.types import TypeEngine

    from billing.storage.waiting import Waiting

BACKEND = "postgresql"
_TO_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# Not READ WRITE: a server that is read-only for the time being is to stay so.
_TO_WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED"
_DRIVER = "postgresql+psycopg"

# Milliseconds. A statement of this program takes a few; what takes so much longer hangs.
_LONGEST_STATEMENT = 30_000
_LONGEST_PAUSE = 60_000
_CONNECTING = {
    "fallback_application_name": "billing-center",
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
# What no address may have otherwise, for so statements are sent and answers read.
_SPOKEN = {
    "client_encoding": "utf8",
    # Statements are prepared where they are sent; what psycopg does for its own would undo that.
    "prepare_threshold": None,
}
# Values are read as text. No word of plans: made for any values, they read whole tables for what is
# due today, and for all statements of one account the server comes to such plans by itself.
_TEXT = "-c DateStyle=ISO -c TimeZone=UTC"

# What one starter after another holds while it creates or migrates the tables.
_MIGRATING = 0x42494C4C494E47

_SERIALIZATION_FAILURE, _DEADLOCK = "40001", "40P01"
# Also: something was prepared for a table that has changed since.
_NOT_SUPPORTED = "0A000"
_PASSING = frozenset({_SERIALIZATION_FAILURE, _DEADLOCK, _NOT_SUPPORTED})
_CONNECTION_EXCEPTION = "08"
# libpq's PQTRANS_INERROR.
_IN_ERROR = 3
_CAUSES = {
    _SERIALIZATION_FAILURE: StorageCause.LOCKED,
    _DEADLOCK: StorageCause.LOCKED,
    "25006": StorageCause.READ_ONLY,  # read_only_sql_transaction
    "42501": StorageCause.READ_ONLY,  # insufficient_privilege
    "53100": StorageCause.DISK_FULL,  # disk_full
    "53200": StorageCause.LOCKED,  # out_of_memory
    "53300": StorageCause.LOCKED,  # too_many_connections
    "55P03": StorageCause.LOCKED,  # lock_not_available: lock_timeout
    "57014": StorageCause.LOCKED,  # query_canceled: statement_timeout
    "57P03": StorageCause.UNREACHABLE,  # cannot_connect_now: starting up
    "58030": StorageCause.UNREACHABLE,  # io_error
}


def open_server(url: URL, place: str, busy_seconds: float) -> Engine:
    """An engine for an address of a server; nothing is connected yet. Its own options win.

    Raises:
        DatabaseUnavailable: another driver is named, or psycopg is not installed.
    """
    if url.drivername not in (BACKEND, _DRIVER):
        raise DatabaseUnavailable(StorageCause.UNREACHABLE, place)
    # Errors reach the program as exceptions; psycopg's own remarks would be drawn over the screen.
    remarks = logging.getLogger("psycopg")
    remarks.propagate = False
    remarks.addHandler(logging.NullHandler())
    try:
        engine = create_engine(
            url.set(drivername=_DRIVER),
            # The driver must not begin transactions by itself: how they begin is decided here.
            isolation_level="AUTOCOMMIT",
            connect_args=_connecting(url, busy_seconds),
            pool_timeout=busy_seconds,
            pool_use_lifo=True,
            hide_parameters=True,
        )
    except ImportError:
        raise DatabaseUnavailable(StorageCause.NO_DRIVER, place) from None
    except ArgumentError:
        raise DatabaseUnavailable(StorageCause.UNREACHABLE, place) from None
    event.listen(engine, "handle_error", _forget_values)
    event.listen(engine, "connect", _read_dates_as_iso)
    return engine


def cause_of(error: DBAPIError) -> StorageCause | None:
    """Why the database failed; None: it did not, the statement was refused."""
    state = sqlstate(error)
    if error.connection_invalidated:
        return StorageCause.CONNECTION_LOST
    if state is None:
        # Not even a statement was sent, so it is connecting that failed: libpq tells no SQLSTATE.
        return StorageCause.UNREACHABLE if error.statement is None else None
    if state.startswith(_CONNECTION_EXCEPTION):
        return StorageCause.UNREACHABLE
    return _CAUSES.get(state)


def sqlstate(error: DBAPIError) -> str | None:
    """The five characters by which a server names what happened, if one answered."""
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state


def may_pass(error: DBAPIError) -> bool:
    """Whether the same transaction may succeed when it is run again from its start."""
    return error.connection_invalidated or sqlstate(error) in _PASSING


def _connecting(url: URL, busy_seconds: float) -> dict[str, Any]:
    limits = {
        "lock_timeout": max(1, round(busy_seconds * 1000)),
        "statement_timeout": _LONGEST_STATEMENT,
        "idle_in_transaction_session_timeout": _LONGEST_PAUSE,
    }
    options = " ".join(f"-c {name}={value}" for name, value in limits.items())
    return {
        **{name: value for name, value in _CONNECTING.items() if name not in url.query},
        **_SPOKEN,
        "options": f"{options} {url.query.get('options', '')} {_TEXT}",
    }


def _read_dates_as_iso(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """PGDATESTYLE in the environment is sent by libpq itself, and outdoes the options."""
    driver: Any = connection
    if not (driver.info.parameter_status("DateStyle") or "").startswith("ISO"):
        driver.execute("SET DateStyle = ISO")


def _require_success(connection: Connection) -> None:
    """Let nobody commit behind a refused statement: PostgreSQL would roll back without a word."""
    driver: Any = connection.connection.driver_connection
    if driver.pgconn.transaction_status == _IN_ERROR:
        raise AssertionError("a step went on after a statement that was refused")


def _forget_values(context: ExceptionContext) -> None:
    """Keep the first line of an error only: the details repeat the values of a row."""
    error, told = context.original_exception, context.sqlalchemy_exception
    message = getattr(getattr(error, "diag", None), "message_primary", None)
    if message is not None:
        error.args = (message,)
        if told is not None:
            told.args = (f"({type(error).__name__}) {message}",)


def _insert(table: Table) -> Insert:
    from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415 - 20 ms only PostgreSQL costs

    return insert(table)


def _take_turn(connection: Connection) -> None:
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))


def _every_statement_was_checked(connection: Connection) -> None:
    """PostgreSQL has checked every reference when the statement that made it was run."""


@cache
def _dialect() -> Dialect:
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg  # noqa: PLC0415 - as above

    return PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


def _writer(type_: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    from billing.storage.pipeline import writer  # noqa: PLC0415 - psycopg is there only if wanted

    return writer(type_, dialect)


def _reader(type_: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    from billing.storage.pipeline import reader  # noqa: PLC0415 - as above

    return reader(type_, dialect)


def _send(driver: Any, prepared: dict[str, Any], batch: Sequence[Waiting]) -> None:
    from billing.storage.pipeline import send  # noqa: PLC0415 - as above

    send(driver, prepared, batch)


POSTGRESQL = Kind(
    to_read=(_TO_READ,),
    to_write=(_TO_WRITE,),
    to_migrate=(_TO_WRITE,),
    locks_rows=True,
    insert=_insert,
    take_turn=_take_turn,
    check=_every_statement_was_checked,
    require_success=_require_success,
    dialect=_dialect,
    writer=_writer,
    reader=_reader,
    send=_send,
)
