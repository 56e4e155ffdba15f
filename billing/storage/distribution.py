"""Spreading the tables over the nodes of a PostgreSQL with the Citus extension, by account."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import text

from billing.storage.columns import ACCOUNT_KEY
from billing.storage.migrate import version_table
from billing.storage.postgresql import BACKEND
from billing.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection, MetaData

    from billing.storage.database import Database

# Tables of no account that grow with the number of people, and the key each is spread by.
KEYED_OTHERWISE = {"sign_in": "mail", "sign_in_failure": "mail_hash", "key_owner": "fingerprint"}
# Small tables that are read everywhere.
REFERENCE_TABLES = (version_table.name,)
_FIRST, _ALONE = "account", "none"

_EXTENSION = text("SELECT count(*) FROM pg_extension WHERE extname = 'citus'")
# Hash-distributed and reference tables; Citus lists some local tables there too.
_DISTRIBUTED = text(
    "SELECT c.relname FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid"
    " WHERE p.partmethod = 'h' OR (p.partmethod = 'n' AND p.repmodel = 't')"
)


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a table goes: by `key`, next to the rows of `beside`; without a key to every node."""

    table: str
    key: str | None = None
    beside: str = _ALONE

    @property
    def statement(self) -> str:
        """The call of Citus that does it."""
        if self.key is None:
            return f"SELECT create_reference_table('{self.table}')"
        return (
            f"SELECT create_distributed_table('{self.table}', '{self.key}', "
            f"colocate_with => '{self.beside}')"
        )


def plan(tables: MetaData, done: Collection[str] = ()) -> tuple[Placing, ...]:
    """Where every table goes that is not `done`, in an order that Citus accepts.

    Reference tables come first, since others may refer to them; then the accounts, then the tables
    that are kept with them, each after those it refers to; last the directories.

    Raises:
        ValueError: a table has neither an account nor a key of its own.
    """
    owned = [found for found in tables.sorted_tables if found.name not in KEYED_OTHERWISE]
    for found in owned:
        if ACCOUNT_KEY not in found.primary_key.columns:
            raise ValueError(f"{found.name} has no account and no key to be spread by")
    names = [found.name for found in owned]
    placings = (
        *(Placing(name) for name in REFERENCE_TABLES),
        *(Placing(name, ACCOUNT_KEY, _ALONE if name == _FIRST else _FIRST) for name in names),
        *(Placing(name, key) for name, key in KEYED_OTHERWISE.items()),
    )
    return tuple(placing for placing in placings if placing.table not in done)


def distribute(database: Database) -> tuple[Placing, ...] | None:
    """Spread every table that is not spread yet, and say which; None: there is no Citus.

    Each table is a transaction of its own, as Citus wants it; what an interruption left out is
    done the next time.

    Raises:
        DatabaseUnavailable: the database failed, or does not let this user.
    """
    if not database.read(_has_citus):
        return None
    done = database.read(lambda connection: connection.scalars(_DISTRIBUTED).all())
    missing = plan(metadata, done)
    for placing in missing:
        database.work(None, partial(_place, placing))
    return missing


def _has_citus(connection: Connection) -> bool:
    return connection.dialect.name == BACKEND and connection.scalar(_EXTENSION) == 1


def _place(placing: Placing, connection: Connection) -> None:
    # Rows that are there already move, which may take long.
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text(placing.statement))
