"""Servers for the tests: one for all of them, and others with limits of their own."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest

from billing.bootstrap import connect_demo
from billing.clock import RunningClock
from tests.terminal.machine import TODAY, Machine

pytest.importorskip("asyncssh", reason="the extra `ssh` is not installed")
if sys.platform != "linux":
    pytest.skip("sessions are forked with what Linux offers", allow_module_level=True)

from tests.serving.clients import Network
from tests.serving.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def network() -> Iterator[Network]:
    """The clients' side."""
    with Network() as running:
        yield running


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the sample data, to be copied."""
    path = tmp_path_factory.mktemp("seeded") / "seeded.sqlite3"
    connect_demo(path, clock=RunningClock(date.fromisoformat(TODAY))).close()
    return path


@pytest.fixture
def machine(tmp_path: Path, seeded: Path) -> Machine:
    """Folders for a server of its own."""
    return Machine(tmp_path, seeded)


@pytest.fixture(scope="session")
def server(
    network: Network, tmp_path_factory: pytest.TempPathFactory, seeded: Path
) -> Iterator[Server]:
    """A server with limits that no test reaches by accident."""
    machine = Machine(tmp_path_factory.mktemp("served"), seeded)
    settings = {"sessions_per_address": 0, "sessions_per_account": 0, "metrics_port": 0}
    with Server(network, machine, settings) as running:
        yield running
