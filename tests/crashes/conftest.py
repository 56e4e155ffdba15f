"""Crashes: the databases of the service's tests, and processes that are killed on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crashes.rehearsal import Rehearsals
from tests.processes.fixtures import premises, shop
from tests.service.conftest import (
    catalogue,
    databases,
    empty_file,
    files,
    passwords,
    sample_file,
    stock,
)
from tests.service.stock import POSTGRESQL, SQLITE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.service.stock import Databases, Stock

__all__ = [
    "catalogue",
    "databases",
    "empty_file",
    "files",
    "passwords",
    "premises",
    "rehearsals",
    "rehearsals_on_databases",
    "rehearsals_on_files",
    "sample_file",
    "shop",
    "stock",
]


@pytest.fixture(scope="session")
def rehearsals_on_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsals]:
    """Scenarios that were played to their end on SQLite."""
    rehearsed = Rehearsals(tmp_path_factory.mktemp("sqlite"))
    yield rehearsed
    rehearsed.close()


@pytest.fixture(scope="session")
def rehearsals_on_databases(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rehearsals]:
    """Scenarios that were played to their end on PostgreSQL, while the server lasts."""
    rehearsed = Rehearsals(tmp_path_factory.mktemp("postgresql"))
    yield rehearsed
    rehearsed.close()


@pytest.fixture
def rehearsals(request: pytest.FixtureRequest, stock: Stock) -> Rehearsals:
    """Scenarios that were played to their end on databases of the stock's kind."""
    names = {SQLITE: "rehearsals_on_files", POSTGRESQL: "rehearsals_on_databases"}
    found: Rehearsals = request.getfixturevalue(names[stock.kind])
    return found
