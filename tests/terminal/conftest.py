"""A machine for every test of the real command, in one language or in both."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from billing.bootstrap import connect_demo
from billing.clock import RunningClock
from tests.terminal.machine import LOCALES, TODAY, Machine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the sample data, to be copied."""
    path = tmp_path_factory.mktemp("seeded") / "seeded.sqlite3"
    connect_demo(path, clock=RunningClock(date.fromisoformat(TODAY))).close()
    return path


@pytest.fixture
def machine(tmp_path: Path, seeded: Path) -> Iterator[Machine]:
    """A machine that speaks German."""
    made = Machine(tmp_path, seeded)
    yield made
    made.close()


@pytest.fixture(params=sorted(LOCALES))
def language(request: pytest.FixtureRequest) -> str:
    """Each language of the program in turn."""
    return str(request.param)


@pytest.fixture
def speaking(machine: Machine, language: str) -> Machine:
    """A machine in each language in turn."""
    machine.language = language
    return machine
