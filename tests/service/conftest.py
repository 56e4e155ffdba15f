"""A service on a database of its own, with the sample data, at noon UTC of 22 November 2026.

Every test that takes `database`, `service` or `shop` runs on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from billing.accounts.passwords import Passwords
from billing.catalogue.loader import sample_catalogue
from billing.clock import FixedClock
from billing.ids import SeededIds
from billing.mail.transport import MaildirTransport
from billing.payments.testgateway import TestGateway
from billing.service import BillingService
from billing.storage.migrate import open_database
from tests.service.shop import Shop
from tests.service.stock import KINDS, NOON, Files, databases_of, fill
from tests.service.tax_office import TaxOffice, context_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from billing.catalogue.model import Catalogue
    from billing.context import Context
    from billing.storage.database import Database
    from tests.postgresql import Server
    from tests.service.stock import Databases, Stock


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return sample_catalogue()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def ids() -> SeededIds:
    return SeededIds(2)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without rows, to be copied."""
    path = tmp_path_factory.mktemp("empty") / "empty.sqlite3"
    open_database(str(path)).close()
    return path


@pytest.fixture(scope="session")
def sample_file(
    empty_file: Path,
    tmp_path_factory: pytest.TempPathFactory,
    catalogue: Catalogue,
    passwords: Passwords,
) -> Path:
    """A database with the sample data, to be copied."""
    path = tmp_path_factory.mktemp("sample") / "sample.sqlite3"
    shutil.copyfile(empty_file, path)
    fill(str(path), catalogue, passwords)
    return path


@pytest.fixture(scope="session")
def files(empty_file: Path, sample_file: Path) -> Files:
    """SQLite databases to take."""
    return Files(empty_file, sample_file)


@pytest.fixture(scope="session")
def databases(server: Server, catalogue: Catalogue, passwords: Passwords) -> Iterator[Databases]:
    """PostgreSQL databases to take."""
    with databases_of(server, catalogue, passwords) as prepared:
        yield prepared


@pytest.fixture(params=KINDS)
def stock(request: pytest.FixtureRequest) -> Stock:
    """Databases of each kind in turn."""
    found: Stock = request.getfixturevalue(
        {"sqlite": "files", "postgresql": "databases"}[request.param]
    )
    return found


@pytest.fixture
def bare_address(stock: Stock, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    with stock.bare(tmp_path) as address:
        yield address


@pytest.fixture
def empty_address(stock: Stock, tmp_path: Path) -> Iterator[str]:
    """The address of a database without rows."""
    with stock.empty(tmp_path) as address:
        yield address


@pytest.fixture
def sample_address(stock: Stock, tmp_path: Path) -> Iterator[str]:
    """The address of a database with the sample data."""
    with stock.sample(tmp_path) as address:
        yield address


@pytest.fixture
def empty_database(empty_address: str) -> Iterator[Database]:
    """A database without rows."""
    opened = open_database(empty_address)
    yield opened
    opened.close()


@pytest.fixture
def database(sample_address: str) -> Iterator[Database]:
    """A database with the sample data."""
    opened = open_database(sample_address)
    yield opened
    opened.close()


@pytest.fixture
def gateway() -> TestGateway:
    """A gateway with its books in memory."""
    return TestGateway()


@pytest.fixture
def mail_folder(tmp_path: Path) -> Path:
    """The Maildir that the service delivers to."""
    return tmp_path / "mail"


@pytest.fixture
def service(
    *,
    catalogue: Catalogue,
    database: Database,
    clock: FixedClock,
    ids: SeededIds,
    gateway: TestGateway,
    mail_folder: Path,
    passwords: Passwords,
) -> BillingService:
    return BillingService(
        catalogue=catalogue,
        database=database,
        clock=clock,
        ids=ids,
        gateway=gateway,
        post=MaildirTransport(mail_folder),
        passwords=passwords,
    )


@pytest.fixture
def shop(
    sample_address: str,
    tmp_path: Path,
    catalogue: Catalogue,
    clock: FixedClock,
    passwords: Passwords,
) -> Iterator[Shop]:
    """A whole service with the sample data."""
    opened = Shop(
        tmp_path / "billing.sqlite3",
        catalogue=catalogue,
        clock=clock,
        passwords=passwords,
        address=sample_address,
    )
    yield opened
    opened.close()


@pytest.fixture
def office(shop: Shop) -> TaxOffice:
    """A tax authority that answers as it is told."""
    return TaxOffice(shop.clock)


@pytest.fixture
def context(shop: Shop, office: TaxOffice) -> Context:
    """What the parts of a service work with that asks the authority."""
    return context_of(shop, office)
