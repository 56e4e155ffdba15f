"""English words, and surroundings that change no screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tui.conftest import nothing_hangs, plain_surroundings  # noqa: F401 - fixtures
from tui.i18n import set_language

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Flaws are compared in English; afterwards the language is what other tests expect."""
    set_language("en")
    yield
    set_language("de")
