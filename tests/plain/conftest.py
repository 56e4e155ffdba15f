"""The service comes from tests/tui; what is added is somebody to talk with the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.plain.typist import Conversation
from tests.tui.conftest import (  # noqa: F401 - fixtures are found by being imported
    new_shop,
    nothing_hangs,
    plain_surroundings,
    shop,
)
from tui.i18n import LANGUAGES

if TYPE_CHECKING:
    from tests.service.shop import Shop


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Each language of the program in turn."""
    return str(request.param)


@pytest.fixture
def speaking(shop: Shop, language: str) -> Conversation:  # noqa: F811 - the fixture above
    """A conversation in each language in turn."""
    return Conversation(shop, language)


@pytest.fixture
def german(shop: Shop) -> Conversation:  # noqa: F811 - the fixture above
    """A conversation in German."""
    return Conversation(shop, "de")
