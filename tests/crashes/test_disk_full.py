"""No room on the disk at any moment of an order: it is told, nothing is half done, it goes on."""

from __future__ import annotations

import os
from contextlib import closing
from itertools import count, product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import make_url

from billing.catalogue.model import BillingCycle
from billing.errors import DatabaseUnavailable, StorageCause
from billing.ordering.model import Selection
from billing.storage.tables import order
from tests.crashes.ballast import small_disk
from tests.crashes.interrupted import (
    BEFORE_IT_IS_DONE,
    asked_for,
    assert_nothing_half_done,
    assert_ordered_after_all,
    order_while,
)
from tests.crashes.rehearsal import rest
from tests.processes.premises import Premises
from tests.service.audit import audit, audit_at_rest
from tests.service.books import Books
from tests.service.shop import ADA, ANNA, GOOD_CARD, LENA, request
from tests.service.stock import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.crashes.ballast import SmallDisk
    from tests.service.shop import Shop
    from tests.service.stock import Databases, Files

MANY = tuple(
    Selection(product_id, tier, 2, BillingCycle.MONTHLY)
    for product_id, tier in (
        ("logmein-rescue", "rescue"),
        ("goto-webinar", "lite"),
        ("openvoice", "openvoice"),
        ("hamachi", "standard"),
        ("gotomypc", "pro"),
        ("logmein-resolve", "standard"),
    )
)


@pytest.mark.parametrize("moment", BEFORE_IT_IS_DONE)
def test_an_order_on_a_full_disk_is_placed_once_there_is_room(
    files: Files, tmp_path: Path, moment: int
) -> None:
    with small_disk(tmp_path / "disk", "4m") as disk, files.sample(disk.folder) as address:
        premises = Premises(tmp_path, address, NOON)
        with closing(premises.open(seed=1)) as shop:
            asked = asked_for(shop)
            assert order_while(premises, asked, moment, disk.fill) is StorageCause.DISK_FULL
            assert_nothing_half_done(shop)
            disk.make_room()
            assert_ordered_after_all(shop, asked)


def test_an_order_in_a_file_that_may_not_grow_is_placed_once_it_may(
    files: Files, tmp_path: Path
) -> None:
    """Page by page more room, until there is enough."""
    told = []
    for pages in count():
        folder = tmp_path / str(pages)
        folder.mkdir()
        with files.sample(folder) as address:
            premises = Premises(folder, address, NOON)
            with closing(premises.open(seed=1)) as shop:
                asked = asked_for(shop, *MANY)
                let_grow(shop, pages)
                try:
                    shop.service.place_order(shop.session(ANNA), asked)
                except DatabaseUnavailable as error:
                    told.append((error.cause, bool(shop.rows(order))))
                    assert_nothing_half_done(shop)
                    let_grow(shop, 1000)
                    assert_ordered_after_all(shop, asked)
                else:
                    break
    # It was refused before the order was stored, and after it was charged.
    full = StorageCause.DISK_FULL
    assert set(told) == {(full, False), (full, True)}


def let_grow(shop: Shop, pages: int) -> None:
    """Let the file have so many pages more than now, and no others."""
    with shop.database._readers.connect() as connection:
        now = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        allowed = connection.exec_driver_sql(f"PRAGMA max_page_count = {now + pages}")
        assert allowed.scalar_one() == now + pages


@pytest.fixture
def servers_disk(databases: Databases) -> Iterator[tuple[SmallDisk, str]]:
    """A database whose tables lie on a disk of their own, and that disk."""
    server = databases.server
    if server.binaries is None:
        pytest.skip("a server of somebody else's has a disk of its own")
    home = Path(str(make_url(server.address("any")).query["host"]))
    with small_disk(home / "disk", "32m") as disk, server.connect() as connection:
        os.chown(disk.folder, home.stat().st_uid, -1)
        data = disk.folder / "data"
        data.mkdir()
        os.chown(data, home.stat().st_uid, -1)
        connection.execute(f"CREATE TABLESPACE small LOCATION '{data}'".encode())
        template = databases.with_rows.template
        connection.execute(
            f"CREATE DATABASE on_small TEMPLATE {template} TABLESPACE small".encode()
        )
        yield disk, server.address("on_small")
        server.drop("on_small")
        connection.execute(b"DROP TABLESPACE small")


def test_orders_on_a_full_disk_of_postgresql_are_placed_once_there_is_room(
    servers_disk: tuple[SmallDisk, str], tmp_path: Path
) -> None:
    """Rows find room in pages that are there, so some orders are placed before one fails."""
    disk, address = servers_disk
    with closing(Premises(tmp_path, address, NOON).open(seed=1)) as shop:
        disk.fill()
        wishes = list(product((ADA, LENA, ANNA), MANY))
        placed = buy_until_full(shop, wishes)
        audit(Books(shop))
        disk.make_room()
        buy(shop, *wishes[placed])
        rest(shop)
        audit_at_rest(Books(shop))
        assert [row.state for row in shop.rows(order)] == ["fulfilled"] * (placed + 1)


def buy_until_full(shop: Shop, wishes: list[tuple[str, Selection]]) -> int:
    """Buy one after the other; answers how many went well before the disk was full."""
    for placed, wish in enumerate(wishes):
        try:
            buy(shop, *wish)
        except DatabaseUnavailable as error:
            assert error.cause is StorageCause.DISK_FULL  # noqa: PT017 - how many went well counts
            return placed
    raise AssertionError("the disk was never full")


def buy(shop: Shop, mail: str, selection: Selection) -> None:
    session = shop.session(mail)
    if not shop.service.cart(session).lines:
        shop.fill(session, selection)
    asked = request(shop.service.open_checkout(session), GOOD_CARD)
    shop.service.place_order(session, asked)
