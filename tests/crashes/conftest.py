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

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "catalogue",
    "databases",
    "empty_file",
    "files",
    "passwords",
    "premises",
    "rehearsals",
    "sample_file",
    "shop",
    "stock",
]


@pytest.fixture(scope="session")
def rehearsals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsals]:
    """Scenarios that were played to their end."""
    rehearsed = Rehearsals(tmp_path_factory.mktemp("rehearsals"))
    yield rehearsed
    rehearsed.close()
