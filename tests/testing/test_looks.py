"""Which looks a tape is played in."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from tui.i18n import LANGUAGES
from tui.tapes.parse import parse
from tui.testing.configuration import Matrix
from tui.testing.looks import SIZES, Colours, Look, looks

if TYPE_CHECKING:
    from billing.service import BillingService

EVERY = set(product(LANGUAGES, SIZES, Colours))
PLAIN = parse("Enter", "plain.tape")


def of(found: list[Look]) -> list[tuple[str, tuple[int, int], Colours]]:
    return [(look.language, look.size, look.colours) for look in found]


def test_pictures_are_taken_in_both_languages_as_the_tape_wants() -> None:
    light = parse("Set Width 100\nSet Height 30\nSet Theme light\nEnter", "light.tape")
    found = list(looks(light, Matrix.PICTURES, 0))
    assert [look.name for look in found] == ["de-100x30-light", "en-100x30-light"]
    assert all(look.pictures for look in found)


@pytest.mark.parametrize("place", range(8))
def test_the_full_matrix_holds_every_look_once(place: int) -> None:
    found = list(looks(PLAIN, Matrix.FULL, place))
    assert len(found) == len(EVERY)
    assert set(of(found)) == EVERY
    assert [look.name for look in found if look.pictures] == ["de-80x24-dark", "en-80x24-dark"]


def test_eight_tapes_cover_every_look_with_at_most_two_more_each() -> None:
    found = [list(looks(PLAIN, Matrix.COVERING, place)) for place in range(8)]
    assert {each for tape in found for each in of(tape)} == EVERY
    assert all(len(tape) <= 4 and len(set(of(tape))) == len(tape) for tape in found)


class Nowhere:
    """A house that nobody enters."""

    def connect(self) -> BillingService:
        raise NotImplementedError


def test_a_look_without_colours_takes_them_from_the_stage() -> None:
    stage = Look("en", (120, 36), Colours.NONE).stage(Nowhere())
    assert (stage.language, stage.size) == ("en", (120, 36))
    assert (stage.theme, stage.no_color) == ("terminal", True)
