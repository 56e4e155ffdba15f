"""Fixtures: premises with the sample data on each kind of database, and a shop on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.processes.premises import Premises
from tests.service.stock import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.service.shop import Shop
    from tests.service.stock import Stock


@pytest.fixture
def premises(stock: Stock, tmp_path: Path) -> Iterator[Premises]:
    """Sample data for any number of processes."""
    with stock.sample(tmp_path) as address:
        yield Premises(tmp_path, address, NOON)


@pytest.fixture
def shop(premises: Premises) -> Iterator[Shop]:
    """The shop as the test itself sees it."""
    opened = premises.open(seed=1)
    yield opened
    opened.close()
