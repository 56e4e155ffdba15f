"""PostgreSQL databases that go from one test to the next, each time as their template is.

To copy a template and to connect to the copy for the first time costs the server more than most
tests do, so what comes back is emptied and filled anew. It goes where more than its rows changed.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from billing.storage.migrate import version_table
from billing.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    import psycopg

    from tests.postgresql import Server

_TABLES = [f'"{table.name}"' for table in (*metadata.sorted_tables, version_table)]
# Beside the tables, where the program never looks.
_KEPT = "kept"
# Whoever is still connected may hold locks; as many milliseconds as a drowned machine may take.
_SEND_AWAY = b"""
    SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_USED = "SELECT name FROM unnest(%s::text[]) name WHERE pg_relation_size(name::regclass) > 0"
_CATALOGS = (
    *("pg_class", "pg_attribute", "pg_attrdef", "pg_constraint", "pg_index", "pg_trigger"),
    *("pg_rewrite", "pg_proc", "pg_type", "pg_namespace", "pg_policy", "pg_extension"),
)
_SHAPE = "".join(
    f"SELECT count(*), max(xmin::text::bigint) FROM {name} UNION ALL "  # noqa: S608 - names above
    for name in _CATALOGS
)
_SHAPE += """
    SELECT count(*), 0 FROM pg_db_role_setting JOIN pg_database d ON setdatabase = d.oid
    WHERE datname = current_database()
"""


class Lending:
    """Databases like a template that nobody is connected to."""

    def __init__(self, server: Server, template: str) -> None:
        self._server, self.template = server, template
        self._idle: list[str] = []
        with server.connect(template) as connection:
            _keep(connection)
            self._shape = _shape(connection)

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The name of a database that is the taker's own until the context ends."""
        name = self._idle.pop() if self._idle else self._server.create(self.template)
        try:
            yield name
        finally:
            if self._restored(name):
                self._idle.append(name)
            else:
                self._server.drop(name)

    def close(self) -> None:
        """Throw them all away."""
        while self._idle:
            self._server.drop(self._idle.pop())

    def _restored(self, name: str) -> bool:
        with self._server.connect(name) as connection:
            connection.execute(_SEND_AWAY)
            same = _shape(connection) == self._shape
            if same:
                _restore(connection)
            return same


def _shape(connection: psycopg.Connection[Any]) -> list[tuple[int, int]]:
    """Changes with everything that is not a row of ours."""
    return connection.execute(_SHAPE.encode()).fetchall()


def _keep(connection: psycopg.Connection[Any]) -> None:
    """Keep a copy of every row."""
    steps = (f"CREATE TABLE {_KEPT}.{name} AS TABLE {name}" for name in _TABLES)
    connection.execute(";".join((f"CREATE SCHEMA {_KEPT}", *steps)).encode())


def _restore(connection: psycopg.Connection[Any]) -> None:
    """Empty the tables to their first page, so that rows lie as in a new one, and fill them."""
    used = {name for (name,) in connection.execute(_USED, [_TABLES])}
    tables = [name for name in _TABLES if name in used]
    emptying = (f"DELETE FROM {name}" for name in reversed(tables))  # noqa: S608 - names of ours
    filling = (
        f"INSERT INTO {name} SELECT * FROM {_KEPT}.{name}"  # noqa: S608 - as above
        for name in tables
    )
    connection.execute(";".join(emptying).encode())
    connection.execute(f"VACUUM (INDEX_CLEANUP ON) {','.join(tables)}".encode())
    connection.execute(";".join(filling).encode())
