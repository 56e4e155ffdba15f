"""Opening a database: created when missing, migrated when old, refused when newer or not ours."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import (
    Column,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    delete,
    false,
    insert,
    inspect,
    select,
)
from sqlalchemy.exc import DBAPIError

from billing.errors import DatabaseUnavailable, StorageCause
from billing.storage.database import Database
from billing.storage.engine import (
    BUSY_SECONDS,
    begun,
    kind_of,
    naming_failures,
    open_engine,
    safe_place,
)
from billing.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

MIGRATIONS = Path(__file__).parent / "migrations"
# Every revision from the first to the newest; a version not named here is one of a newer program.
REVISIONS = ("0001", "0002", "0003")

version_table = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The revisions before and after; `before` is None when the database was created."""

    before: str | None
    after: str


def open_database(address: str, busy_seconds: float = BUSY_SECONDS) -> Database:
    """The database at a path or an SQLAlchemy address, up to date and open for writing.

    Raises:
        DatabaseUnavailable: it cannot be opened, read, written or understood.
    """
    return open_and_upgrade(address, busy_seconds)[0]


def open_and_upgrade(address: str, busy_seconds: float = BUSY_SECONDS) -> tuple[Database, Upgrade]:
    """As `open_database`, and what had to be done to bring it up to date."""
    place = safe_place(address)
    with naming_failures(place):
        engine = open_engine(address, busy_seconds)
        try:
            return _up_to_date(engine, place)
        except BaseException:
            engine.dispose()
            raise


def _up_to_date(engine: Engine, place: str) -> tuple[Database, Upgrade]:
    database = Database(engine, place)
    before = _stored_version(database)
    if before == REVISIONS[-1]:
        database.work(None, _touch)
        return database, Upgrade(before, before)
    if before is not None and before not in REVISIONS:
        raise DatabaseUnavailable(StorageCause.NEWER_VERSION, place)
    with migrating(engine) as connection:
        _bring_up_to_date(connection, place)
    return database, Upgrade(before, REVISIONS[-1])


def _stored_version(database: Database) -> str | None:
    try:
        return database.read(
            lambda connection: connection.scalar(select(version_table.c.version_num))
        )
    except DBAPIError:
        return None


def _touch(connection: Connection) -> None:
    """Write nothing, so that a database that cannot be written is found before it is used."""
    connection.execute(delete(version_table).where(false()))


def _bring_up_to_date(connection: Connection, place: str) -> None:
    """Create or migrate under the write lock, unless another process has just done it."""
    tables = inspect(connection).get_table_names()
    if not tables:
        create_tables(connection)
    elif version_table.name not in tables:
        raise DatabaseUnavailable(StorageCause.NOT_A_DATABASE, place)
    elif connection.scalar(select(version_table.c.version_num)) != REVISIONS[-1]:
        run_migrations(connection)


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """A transaction that changes tables, one starter of the program after another.

    Its connections are closed afterwards, because what they were set to is for migrations only.
    """
    kind = kind_of(engine)
    with begun(engine, kind.to_migrate) as connection:
        kind.take_turn(connection)
        yield connection
        kind.check(connection)
    engine.dispose()


def create_tables(connection: Connection) -> None:
    """Make all tables as of the newest revision; faster than the revisions one by one."""
    metadata.create_all(connection, checkfirst=False)
    version_table.create(connection)
    connection.execute(insert(version_table).values(version_num=REVISIONS[-1]))


def run_migrations(connection: Connection) -> None:
    """Run every revision that is missing, within the transaction of `connection`."""
    from alembic import command  # noqa: PLC0415 - 180 ms that only an old database costs
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, "head")
