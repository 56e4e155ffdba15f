"""Races: the databases of the service's tests, and processes that run on them at once."""

from __future__ import annotations

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

__all__ = [
    "catalogue",
    "databases",
    "empty_file",
    "files",
    "passwords",
    "premises",
    "sample_file",
    "shop",
    "stock",
]
