"""A database becomes read-only during an order: told, nothing half done, and it goes on."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import make_url

from billing.errors import StorageCause
from tests.crashes.interrupted import (
    BEFORE_IT_IS_DONE,
    asked_for,
    assert_nothing_half_done,
    assert_ordered_after_all,
    order_while,
)
from tests.processes.crew import run_alone
from tests.processes.moments import Moments
from tests.processes.premises import Premises
from tests.service.shop import ANNA
from tests.service.stock import NOON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from billing.ordering.model import OrderRequest
    from tests.service.shop import Shop
    from tests.service.stock import Databases, Files

ROOT, SOMEBODY = 0, "nobody"
_CLOSED_FILE, _CLOSED_FOLDER = 0o444, 0o555
# At any of these the connection is between two transactions, or has none yet.
AT_OPENING, AT_THE_GATEWAY = -1, (2, 3)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that anybody may reach, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp(prefix="billing-read-only-"))
    yield folder
    shutil.rmtree(folder)


def give_away(folder: Path) -> None:
    """To somebody for whom a closed folder is closed, unlike for root."""
    if os.geteuid() == ROOT:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, SOMEBODY)


def close_folder(folder: Path) -> None:
    for path in folder.iterdir():
        path.chmod(_CLOSED_FILE)
    folder.chmod(_CLOSED_FOLDER)


def open_again(folder: Path) -> None:
    folder.chmod(stat.S_IRWXU)
    for path in folder.iterdir():
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)


def order_while_closed(
    mine: Premises, database: Path, asked: OrderRequest, moment: int, shop: Shop
) -> Callable[[], str]:
    """Place an order as somebody to whom the folder of the database is closed at a moment."""
    shop.close()
    if os.geteuid() == ROOT:
        os.setgroups([])
        os.setuid(pwd.getpwnam(SOMEBODY).pw_uid)

    def act() -> str:
        if moment == AT_OPENING:
            close_folder(database)
        opened: list[Shop] = []

        def close() -> None:
            # The connections that are open may write on; those that follow find it closed.
            opened[0].database._readers.dispose()
            close_folder(database)

        moments = Moments(moment, close)
        own = mine.open(seed=9, moments=moments)
        opened.append(own)
        session = own.session(ANNA)
        moments.begin()
        with closing(own):
            return own.service.place_order(session, asked).order_number

    return act


@pytest.mark.parametrize("moment", [AT_OPENING, *AT_THE_GATEWAY])
def test_an_order_in_a_closed_folder_is_placed_once_it_is_open(
    files: Files, open_folder: Path, moment: int
) -> None:
    database = open_folder / "database"
    database.mkdir()
    with files.sample(database) as address:
        premises = Premises(open_folder, address, NOON)
        with closing(premises.open(seed=1)) as shop:
            asked = asked_for(shop)
        give_away(open_folder)
        came = run_alone(premises, partial(order_while_closed, premises, database, asked, moment))
        assert came.told == StorageCause.READ_ONLY, came
        open_again(database)
        with closing(premises.open(seed=2)) as shop:
            assert_nothing_half_done(shop)
            assert_ordered_after_all(shop, asked)


@pytest.mark.parametrize("moment", BEFORE_IT_IS_DONE)
def test_an_order_on_a_server_that_becomes_read_only_is_placed_once_it_is_writable(
    databases: Databases, tmp_path: Path, moment: int
) -> None:
    with databases.sample(tmp_path) as address:
        name = make_url(address).database
        premises = Premises(tmp_path, address, NOON)

        def change(setting: str) -> None:
            with databases.server.connect() as connection:
                connection.execute(
                    f"ALTER DATABASE {name} SET default_transaction_read_only = {setting}".encode()
                )
                connection.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    " WHERE datname = %s",
                    [name],
                )

        with closing(premises.open(seed=1)) as shop:
            asked = asked_for(shop)
            cause = order_while(premises, asked, moment, lambda: change("on"))
            change("off")
            # A session that ends at its commit leaves open whether that happened.
            assert cause in {StorageCause.READ_ONLY, StorageCause.CONNECTION_LOST}
            assert_nothing_half_done(shop)
            assert_ordered_after_all(shop, asked)
