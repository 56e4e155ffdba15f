"""Fixtures: the program on sample data of its own, at noon UTC of 22 November 2026.

Override `billing_catalogue` or `billing_service` to stand on another. What opens terminals is a
coroutine, so something like pytest-asyncio has to run the tests.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from tui.i18n import LANGUAGES, set_language
from tui.testing import configuration
from tui.testing.house import CopiedHouse, Template
from tui.testing.program import running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from billing.catalogue.model import Catalogue
    from billing.service import BillingService
    from tui.testing.terminal import Opener, Terminal


@pytest.fixture
def plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting of the machine changes a screen, and no test the language of the next one."""
    for name in ("NO_COLOR", "TEXTUAL_THEME", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    yield
    set_language(LANGUAGES[0])


@pytest.fixture(scope="session")
def billing_catalogue(pytestconfig: pytest.Config) -> Catalogue:
    """The catalogue of the configuration, or the sample."""
    return configuration.catalogue(pytestconfig)


@pytest.fixture(scope="session")
def billing_sample(billing_catalogue: Catalogue) -> Iterator[Template]:
    """The sample data of the catalogue, to be copied."""
    template = Template(billing_catalogue)
    yield template
    template.close()


@pytest.fixture
def billing_service(billing_sample: Template) -> Iterator[BillingService]:
    """The service that the program stands on."""
    with CopiedHouse(billing_sample) as house:
        service = house.connect()
        yield service
        service.close()


@pytest.fixture
def open_terminal(billing_service: BillingService, plain_surroundings: None) -> Opener:
    """Starts the program; with a mail it is signed in already."""
    del plain_surroundings

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
            service or billing_service, mail, language=language, size=size, settled=settled
        ) as terminal:
            yield terminal

    return open_one
