"""A service on a SQLite file of its own, with the sample data, at noon UTC of 22 November 2026."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from billing.accounts.passwords import Passwords
from billing.catalogue.loader import sample_catalogue
from billing.clock import FixedClock
from billing.ids import SeededIds
from billing.mail.transport import MaildirTransport
from billing.payments.testgateway import TestGateway
from billing.sample import seed_sample
from billing.service import BillingService
from billing.storage.migrate import open_database
from tests.service.shop import Shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from billing.catalogue.model import Catalogue
    from billing.storage.database import Database

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


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
    database = open_database(str(path))
    seed_sample(database, catalogue, FixedClock(NOON), SeededIds(1), passwords)
    database.close()
    return path


@pytest.fixture
def empty_database(empty_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A database without rows."""
    yield from _opened_copy(empty_file, tmp_path / "empty.sqlite3")


@pytest.fixture
def database(sample_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A database with the sample data."""
    yield from _opened_copy(sample_file, tmp_path / "billing.sqlite3")


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


def _opened_copy(template: Path, path: Path) -> Iterator[Database]:
    shutil.copyfile(template, path)
    opened = open_database(str(path))
    yield opened
    opened.close()


@pytest.fixture
def shop(
    sample_file: Path,
    tmp_path: Path,
    catalogue: Catalogue,
    clock: FixedClock,
    passwords: Passwords,
) -> Iterator[Shop]:
    """A whole service with the sample data."""
    file = tmp_path / "shop.sqlite3"
    shutil.copyfile(sample_file, file)
    opened = Shop(file, catalogue=catalogue, clock=clock, passwords=passwords)
    yield opened
    opened.close()
