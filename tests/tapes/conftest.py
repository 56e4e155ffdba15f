"""English words, and surroundings that change no screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tui.conftest import nothing_hangs, plain_surroundings  # noqa: F401 - fixtures
from tui.i18n import set_language
from tui.tapes.house import SampleHouse
from tui.tapes.parse import parse
from tui.tapes.player import Shot, play
from tui.tapes.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.tapes.tape import Tape


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Flaws are compared in English; afterwards the language is what other tests expect."""
    set_language("en")
    yield
    set_language("de")


@pytest.fixture
def house() -> Iterator[SampleHouse]:
    """Sample data of its own."""
    with SampleHouse() as found:
        yield found


@pytest.fixture
def stage(house: SampleHouse) -> Stage:
    """Where a tape is played in English."""
    return Stage(house, language="en")


async def shots(tape: Tape | str, stage: Stage) -> list[Shot]:
    """What a tape wants pictures of."""
    found: list[Shot] = []
    played = parse(tape, "a.tape") if isinstance(tape, str) else tape
    await play(played, stage, look=found.append)
    return found
