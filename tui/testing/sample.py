"""Sample data for tests: written once and copied for each, of one moment, with the same ids."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from argon2 import PasswordHasher

from billing.accounts.passwords import Passwords
from billing.clock import FixedClock
from billing.ids import SeededIds
from billing.sample import seed_sample
from billing.storage.migrate import open_database

if TYPE_CHECKING:
    from pathlib import Path

    from billing.catalogue.model import Catalogue

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def cheap_passwords() -> Passwords:
    """Passwords that cost next to nothing to hash."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def write_sample(
    file: Path, catalogue: Catalogue, passwords: Passwords, moment: datetime = NOON
) -> Path:
    """A database with the sample data as of a moment, to be copied."""
    database = open_database(str(file))
    seed_sample(database, catalogue, FixedClock(moment), SeededIds(1), passwords)
    database.close()
    return file
