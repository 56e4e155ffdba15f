"""The program on sample data of its own, at noon UTC of 22 November 2026; nothing moves."""

from __future__ import annotations

import shutil
import signal
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from billing.catalogue.loader import sample_catalogue
from billing.clock import FixedClock
from tests.service.shop import Shop
from tui.i18n import set_language
from tui.testing.program import running
from tui.testing.sample import NOON, cheap_passwords, write_sample

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from billing.accounts.passwords import Passwords
    from billing.catalogue.model import Catalogue
    from billing.service import BillingService
    from tui.testing.terminal import Opener, Terminal

LONGEST_TEST = 100
"""Seconds."""


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting of the machine changes a screen, and no test the language of the next one."""
    for name in ("NO_COLOR", "TEXTUAL_THEME", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    yield
    set_language("de")


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
def passwords() -> Passwords:
    return cheap_passwords()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return sample_catalogue()


@pytest.fixture(scope="session")
def sample_file(
    tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue, passwords: Passwords
) -> Path:
    """A database with the sample data, to be copied."""
    return write_sample(tmp_path_factory.mktemp("sample") / "sample.sqlite3", catalogue, passwords)


@pytest.fixture
def new_shop(
    sample_file: Path, tmp_path: Path, catalogue: Catalogue, passwords: Passwords
) -> Iterator[Callable[..., Shop]]:
    """Opens a service on a copy of the sample data; what is behind it can be made slow or break."""
    opened: list[Shop] = []

    def open_shop(
        *, catalogue: Catalogue = catalogue, delay: Callable[[], None] = lambda: None
    ) -> Shop:
        file = tmp_path / f"shop-{len(opened)}.sqlite3"
        shutil.copyfile(sample_file, file)
        shop = Shop(
            file, catalogue=catalogue, clock=FixedClock(NOON), passwords=passwords, delay=delay
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
def open_terminal(shop: Shop) -> Opener:
    """Starts the program; with a mail it is signed in already."""

    @asynccontextmanager
    async def open_one(
        mail: str | None = None,
        *,
        service: BillingService | None = None,
        language: str = "de",
        size: tuple[int, int] = (80, 24),
        settled: bool = True,
    ) -> AsyncIterator[Terminal]:
        async with running(
            service or shop.service, mail, language=language, size=size, settled=settled
        ) as terminal:
            yield terminal

    return open_one
