"""Several fronts on one PostgreSQL behind a TCP balancer: whichever one gets, it is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from billing.accounts.passwords import Passwords
from billing.catalogue.loader import sample_catalogue
from tests.service.stock import fill
from tests.terminal.balancer import Balancer
from tests.terminal.buyer import ANNA, OFFER, Buyer
from tests.terminal.machine import Machine
from tests.terminal.openssh import Sshd, make_key, missing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.postgresql import Server

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.skipif(missing() is not None, reason=missing() or "everything is there"),
]


@pytest.fixture
def address(server: Server) -> Iterator[str]:
    """A database with the sample data."""
    name = server.create()
    address = server.address(name)
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    fill(address, sample_catalogue(), Passwords(hasher))
    yield address
    server.drop(name)


@pytest.fixture
def fronts(tmp_path: Path, seeded: Path, address: str) -> Iterator[list[Sshd]]:
    """Two machines with nothing in common but the database and the host key."""
    made = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        made.append(Sshd(Machine(folder, seeded), address))
    try:
        made[0].start()
        made[1].start(made[0].host_key)
        yield made
    finally:
        for front in made:
            front.machine.close()
            front.close()


def test_what_breaks_off_at_one_front_goes_on_at_the_other(fronts: list[Sshd]) -> None:
    client = fronts[0]
    key = make_key(client.folder / "id")
    place = ("--database", client.address)
    added = client.machine.run(*place, "account", "key", "add", ANNA, f"{key}.pub")
    assert added.returncode == 0, added.stderr
    with Balancer([front.port for front in fronts]) as balancer:
        first = Buyer(client.connect(key, port=balancer.port), "de")
        first.at_home()
        first.begin()
        first.choose("GoTo Webinar")
        first.at(OFFER)
        first.terminal.kill9()
        second = Buyer(client.connect(key, port=balancer.port), "de")
        second.resume()
        second.at(OFFER)
    assert balancer.chosen == [front.port for front in fronts]
    assert "Accepted publickey" in fronts[1].log()
