"""PostgreSQL stops without warning at any moment of an order, and starts again: one order."""

from __future__ import annotations

import os
import subprocess
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import make_url

from billing.errors import StorageCause
from tests.crashes.interrupted import (
    asked_for,
    assert_ordered_after_all,
    order_while,
)
from tests.postgresql import NoServer, running_server
from tests.processes.premises import Premises
from tests.service.stock import NOON, databases_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing.accounts.passwords import Passwords
    from billing.catalogue.model import Catalogue
    from tests.postgresql import Server
    from tests.service.stock import Databases

ORDER, PAID = range(6), 3
_LONGEST_STEP = 60


class Machine:
    """A server's own process, which can be stopped as by a power cut and started again."""

    def __init__(self, server: Server) -> None:
        assert server.binaries is not None
        self._home = Path(str(make_url(server.address("any")).query["host"]))
        self._control = server.binaries / "pg_ctl"
        self._user = self._home.stat().st_uid

    def stop(self) -> None:
        """Every process of the server ends at once, and writes nothing any more."""
        self._run("stop", "-m", "immediate")

    def start(self) -> None:
        """Recover, and listen at the same place."""
        # As it was started: the first word is the program.
        options = (self._home / "data" / "postmaster.opts").read_text().partition(" ")[2].strip()
        self._run("start", "-o", options, "-l", str(self._home / "log-after-a-fall"))

    def restart(self) -> None:
        """Stop, and start at once."""
        self.stop()
        self.start()

    def _run(self, *words: str) -> None:
        subprocess.run(
            (self._control, "-D", self._home / "data", "-w", *words),
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=None if self._user == os.geteuid() else self._user,
            extra_groups=None if self._user == os.geteuid() else [],
            timeout=_LONGEST_STEP,
        )


@pytest.fixture(scope="module")
def own(catalogue: Catalogue, passwords: Passwords) -> Iterator[tuple[Machine, Databases]]:
    """A server of this module's own, which keeps what it committed."""
    try:
        with running_server() as server:
            if server.binaries is None:
                pytest.skip("a server of somebody else's cannot be stopped")
            with server.connect() as connection:
                # The machine goes on, so what is written is kept; what is not is lost.
                connection.execute("ALTER ROLE postgres SET synchronous_commit = on")
            machine = Machine(server)
            with databases_of(server, catalogue, passwords) as databases:
                yield machine, databases
            machine.stop()
    except NoServer as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("moment", ORDER)
def test_an_order_during_which_the_server_fell_and_rose_is_placed_once(
    own: tuple[Machine, Databases], tmp_path: Path, moment: int
) -> None:
    machine, databases = own
    with databases.sample(tmp_path) as address:
        premises = Premises(tmp_path, address, NOON)
        with closing(premises.open(seed=1)) as shop:
            asked = asked_for(shop)
            cause = order_while(premises, asked, moment, machine.restart)
            # Lost at the commit, it is open what happened; between commits nobody notices.
            assert cause in {StorageCause.CONNECTION_LOST, None}
            assert_ordered_after_all(shop, asked)


def test_an_order_during_which_the_server_fell_is_placed_once_it_is_back(
    own: tuple[Machine, Databases], tmp_path: Path
) -> None:
    machine, databases = own
    with databases.sample(tmp_path) as address:
        premises = Premises(tmp_path, address, NOON)
        with closing(premises.open(seed=1)) as shop:
            asked = asked_for(shop)
            cause = order_while(premises, asked, PAID, machine.stop)
            machine.start()
            assert cause in {StorageCause.UNREACHABLE, StorageCause.CONNECTION_LOST}
            assert_ordered_after_all(shop, asked)
