"""Many statements in one trip to PostgreSQL, by the pipeline of libpq as psycopg wraps it.

Text both ways, in the form of its column's type. Every statement is prepared when a
connection first sends it.
"""

from __future__ import annotations

import json
import operator
import select
from datetime import UTC, date, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, Format
from sqlalchemy import JSON, Date, Integer, String

from billing.storage.columns import Moment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from psycopg.pq.abc import PGconn, PGresult
    from sqlalchemy import Dialect
    from sqlalchemy.types import TypeEngine

    from billing.storage.compiled import Convert
    from billing.storage.waiting import Waiting

# What a statement is called in a session, and for each of its values whether it goes as it is.
Prepared = tuple[bytes, list[Format]]

_NUMBERS = count(1)
_IN, _BOTH = select.POLLIN, select.POLLIN | select.POLLOUT
_FAILED = frozenset({ExecStatus.FATAL_ERROR, ExecStatus.PIPELINE_ABORTED})


def send(
    connection: psycopg.Connection[Any], prepared: dict[str, Prepared], batch: Sequence[Waiting]
) -> None:
    """Send statements in one trip and bring their answers; `prepared` are those sent before.

    Raises:
        psycopg.Error: the first that the server refused, with none of those behind it.
    """
    pgconn = connection.pgconn
    try:
        new = _sent(pgconn, prepared, batch)
        failed = _arrived(pgconn, prepared, new, batch)
    except BaseException:
        # What is under way cannot be told from what comes next.
        connection.close()
        raise
    if failed is None:
        return
    error = error_from_result(failed, encoding="utf-8")
    if isinstance(error, psycopg.errors.FeatureNotSupported):
        # A table was migrated meanwhile, and what reads it is prepared for what it was.
        prepared.clear()
    raise error


def _sent(
    pgconn: PGconn, prepared: dict[str, Prepared], batch: Sequence[Waiting]
) -> dict[str, Prepared]:
    """Send everything; the statements that had to be prepared for it."""
    new: dict[str, Prepared] = {}
    pgconn.enter_pipeline_mode()
    for waiting in batch:
        text = waiting.compiled.text
        known = prepared.get(text) or new.get(text)
        if known is None:
            # Never the name of one whose preparing may or may not have failed.
            known = new[text] = (b"billing_%d" % next(_NUMBERS), _formats(waiting))
            pgconn.send_prepare(known[0], text.encode())
        name, formats = known
        for values in waiting.runs:
            pgconn.send_query_prepared(name, values, formats)
    pgconn.pipeline_sync()
    socket = select.poll()
    socket.register(pgconn.socket, _BOTH)
    while pgconn.flush():
        for _, ready in socket.poll():
            if ready & ~select.POLLOUT:
                pgconn.consume_input()
    return new


def _formats(waiting: Waiting) -> list[Format]:
    """Characters are sent with their number: the server refuses a NUL, which would end a text."""
    return [
        Format.BINARY if isinstance(type_, String) else Format.TEXT
        for type_ in waiting.compiled.types
    ]


def _arrived(
    pgconn: PGconn,
    prepared: dict[str, Prepared],
    new: dict[str, Prepared],
    batch: Sequence[Waiting],
) -> PGresult | None:
    """Give every statement its answer, and note what was prepared; the first that failed."""
    socket = select.poll()
    socket.register(pgconn.socket, _IN)
    failed: PGresult | None = None
    for waiting in batch:
        compiled = waiting.compiled
        text = compiled.text
        rows: list[Any] = []
        touched = 0
        if text in new:
            result = _next(pgconn, socket)
            if result.status in _FAILED:
                failed = failed or result
            else:
                # It stays, whatever becomes of the transaction.
                prepared[text] = new[text]
            del new[text]
        for _ in waiting.runs:
            result = _next(pgconn, socket)
            if result.status in _FAILED:
                failed = failed or result
                continue
            touched += result.command_tuples or 0
            if compiled.row is not None:
                rows = _rows(compiled.row, compiled.read, result)
        if failed is None:
            waiting.answered(rows, touched)
    _next(pgconn, socket)
    pgconn.exit_pipeline_mode()
    return failed


def _rows(make: Convert, read: Sequence[Any], result: PGresult) -> list[Any]:
    columns, value = tuple(enumerate(read)), result.get_value
    return [
        make(
            [
                None if (text := value(index, column)) is None else convert(text)
                for column, convert in columns
            ]
        )
        for index in range(result.ntuples)
    ]


def _next(pgconn: PGconn, socket: select.poll) -> PGresult:
    """The result of the next statement; a pipeline has an end after each."""
    while True:
        while pgconn.is_busy():
            socket.poll()
            pgconn.consume_input()
        result = pgconn.get_result()
        if result is not None:
            return result
        if pgconn.status == ConnStatus.BAD:
            raise psycopg.OperationalError("the connection was lost")


def writer(type_: TypeEngine[Any], _dialect: Dialect) -> Callable[[Any], bytes]:
    """How values of a type become text."""
    return _of(type_, _WRITERS)


def reader(type_: TypeEngine[Any], _dialect: Dialect) -> Callable[[bytes], Any]:
    """How text becomes a value of a type."""
    return _of(type_, _READERS)


def _of(type_: TypeEngine[Any], ways: dict[type, Callable[[Any], Any]]) -> Callable[[Any], Any]:
    for known, way in ways.items():
        if isinstance(type_, known):
            return way
    raise TypeError(f"no way to send values of type {type_!r}")


def _moment(value: datetime) -> bytes:
    if value.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return value.isoformat().encode()


_WRITERS: dict[type, Callable[[Any], bytes]] = {
    Moment: _moment,
    JSON: lambda value: json.dumps(value).encode(),
    Integer: lambda value: b"%d" % operator.index(value),
    Date: lambda value: value.isoformat().encode(),
    String: str.encode,
}
_READERS: dict[type, Callable[[bytes], Any]] = {
    Moment: lambda text: datetime.fromisoformat(text.decode()).astimezone(UTC),
    JSON: json.loads,
    Integer: int,
    Date: lambda text: date.fromisoformat(text.decode()),
    String: bytes.decode,
}
