"""Databases of both kinds to take for a test: without rows, or with the sample data."""

from __future__ import annotations

import shutil
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import insert, make_url, select

from billing.clock import FixedClock
from billing.ids import SeededIds
from billing.sample import seed_sample
from billing.storage.migrate import open_database
from billing.storage.tables import sign_in
from tests.service.lending import Lending

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy import Connection

    from billing.accounts.passwords import Passwords
    from billing.catalogue.model import Catalogue
    from billing.storage.database import Database
    from tests.postgresql import Server

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SQLITE, POSTGRESQL = "sqlite", "postgresql"
KINDS = (SQLITE, POSTGRESQL)


class Stock(Protocol):
    """Gives databases of one kind; each is the taker's own and goes afterwards."""

    @property
    def kind(self) -> str:
        """One of KINDS."""
        ...

    def bare(self, folder: Path) -> AbstractContextManager[str]:
        """The address of a database without tables."""
        ...

    def empty(self, folder: Path) -> AbstractContextManager[str]:
        """The address of a database with tables and without rows."""
        ...

    def sample(self, folder: Path) -> AbstractContextManager[str]:
        """The address of a database with the sample data."""
        ...


@dataclass(frozen=True)
class Files:
    """SQLite files, copied."""

    empty_file: Path
    sample_file: Path
    kind: str = SQLITE

    @contextmanager
    def bare(self, folder: Path) -> Iterator[str]:
        yield str(folder / "bare.sqlite3")

    @contextmanager
    def empty(self, folder: Path) -> Iterator[str]:
        yield str(shutil.copyfile(self.empty_file, folder / "empty.sqlite3"))

    @contextmanager
    def sample(self, folder: Path) -> Iterator[str]:
        yield str(shutil.copyfile(self.sample_file, folder / "billing.sqlite3"))


@dataclass(frozen=True)
class Databases:
    """Databases on a PostgreSQL server, like one of its templates."""

    server: Server
    without_rows: Lending
    with_rows: Lending
    kind: str = POSTGRESQL

    def bare(self, folder: Path) -> AbstractContextManager[str]:
        return self._taken("template0")

    def empty(self, folder: Path) -> AbstractContextManager[str]:
        return self._lent(self.without_rows)

    def sample(self, folder: Path | None) -> AbstractContextManager[str]:
        return self._lent(self.with_rows)

    def copy(self, name: str) -> AbstractContextManager[str]:
        """The address of a copy of a database that nobody is connected to."""
        return self._taken(name)

    @contextmanager
    def _lent(self, lending: Lending) -> Iterator[str]:
        with lending.lent() as name:
            yield self.server.address(name)

    @contextmanager
    def _taken(self, template: str) -> Iterator[str]:
        name = self.server.create(template)
        try:
            yield self.server.address(name)
        finally:
            self.server.drop(name)


@contextmanager
def databases_of(server: Server, catalogue: Catalogue, passwords: Passwords) -> Iterator[Databases]:
    """A server with the two templates."""
    empty, filled = server.create(), server.create()
    try:
        open_database(server.address(empty)).close()
        fill(server.address(filled), catalogue, passwords)
        with closing(Lending(server, empty)) as bare, closing(Lending(server, filled)) as sample:
            yield Databases(server, bare, sample)
    finally:
        server.drop(empty)
        server.drop(filled)


def fill(address: str, catalogue: Catalogue, passwords: Passwords) -> None:
    """Write the sample data as of NOON, with the same ids every time."""
    database = open_database(address)
    seed_sample(database, catalogue, FixedClock(NOON), SeededIds(1), passwords)
    database.close()


def add_sign_in(connection: Connection, mail: str) -> None:
    """A row of the one table that needs no account."""
    row = {"mail": mail, "account_id": "a", "contact_id": "c", "password_hash": "h"}
    connection.execute(insert(sign_in).values(row))


def mails_of(database: Database) -> set[str]:
    """The mails of the rows that `add_sign_in` added."""
    return database.read(lambda connection: set(connection.scalars(select(sign_in.c.mail))))


def with_options(address: str, **settings: object) -> str:
    """An address whose sessions begin with these settings."""
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    url = make_url(address).update_query_dict({"options": options})
    return url.render_as_string(hide_password=False)
