"""The fixtures of `tui.testing`, on a service that can be made slow or break; nothing hangs."""

from __future__ import annotations

import shutil
import signal
from typing import TYPE_CHECKING

import pytest

from billing.clock import FixedClock
from tests.service.shop import Shop
from tui.testing.sample import NOON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from billing.catalogue.model import Catalogue
    from billing.service import BillingService
    from tui.testing.house import Template

LONGEST_TEST = 100
"""Seconds."""


@pytest.fixture(autouse=True)
def plain_surroundings(plain_surroundings: None) -> None:
    """For every test."""


@pytest.fixture(autouse=True)
def nothing_hangs() -> Iterator[None]:
    """A program whose parts wait for each other fails its test instead of stopping the run."""

    def give_up(_signal: int, _frame: object) -> None:
        raise TimeoutError("the program hangs")

    before = signal.signal(signal.SIGALRM, give_up)
    # Again and again: what it raises may be taken for a time-out of the program's own.
    signal.setitimer(signal.ITIMER_REAL, LONGEST_TEST, 1)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="session")
def catalogue(billing_catalogue: Catalogue) -> Catalogue:
    """What the service sells."""
    return billing_catalogue


@pytest.fixture
def new_shop(billing_sample: Template, tmp_path: Path) -> Iterator[Callable[..., Shop]]:
    """Opens a service on a copy of the sample data; what is behind it can be made slow or break."""
    opened: list[Shop] = []

    def open_shop(
        *,
        catalogue: Catalogue = billing_sample.catalogue,
        delay: Callable[[], None] = lambda: None,
    ) -> Shop:
        file = tmp_path / f"shop-{len(opened)}.sqlite3"
        shutil.copyfile(billing_sample.file, file)
        shop = Shop(
            file,
            catalogue=catalogue,
            clock=FixedClock(NOON),
            passwords=billing_sample.passwords,
            delay=delay,
        )
        opened.append(shop)
        return shop

    yield open_shop
    for shop in opened:
        shop.close()


@pytest.fixture
def shop(new_shop: Callable[[], Shop]) -> Shop:
    """The service that the program under test stands on."""
    return new_shop()


@pytest.fixture
def billing_service(shop: Shop) -> BillingService:
    """What the terminals of `tui.testing` open the program on."""
    return shop.service
