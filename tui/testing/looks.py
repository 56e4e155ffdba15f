"""How a tape can look: language, size and colours; and which of the looks it is played in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import TYPE_CHECKING

from tui.i18n import LANGUAGES
from tui.tapes.stage import Stage
from tui.tapes.tape import DEFAULT_SIZE
from tui.testing.configuration import Matrix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.tapes.house import House
    from tui.tapes.tape import Tape

SIZES = (DEFAULT_SIZE, (120, 36))


class Colours(StrEnum):
    """What colours there are."""

    DARK = "dark"
    LIGHT = "light"
    SIXTEEN = "sixteen"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Look:
    """One way to look; with `pictures` its screens are compared with those accepted before."""

    language: str
    size: tuple[int, int]
    colours: Colours
    pictures: bool = False

    @property
    def name(self) -> str:
        """Short, for names of tests and files."""
        return f"{self.language}-{self.size[0]}x{self.size[1]}-{self.colours}"

    def stage(self, house: House) -> Stage:
        """Where a tape looks like that."""
        few = self.colours in {Colours.SIXTEEN, Colours.NONE}
        return Stage(
            house,
            language=self.language,
            size=self.size,
            theme="terminal" if few else self.colours.value,
            no_color=self.colours is Colours.NONE,
        )


def looks(tape: Tape, matrix: Matrix, place: int) -> Iterator[Look]:
    """The looks of a tape, the `place`-th of its folder.

    Pictures are taken in both languages, at the size and in the theme that the tape wants. With
    COVERING each tape is played in one look more a language, so that eight tapes go through all.
    """
    theme = tape.settings.theme
    own = Colours.SIXTEEN if theme == "terminal" else Colours(theme or Colours.DARK)
    taken = {(language, tape.size, own) for language in LANGUAGES}
    for language in LANGUAGES:
        yield Look(language, tape.size, own, pictures=True)
    if matrix is Matrix.PICTURES:
        return
    every = product(LANGUAGES, SIZES, Colours)
    chosen = every if matrix is Matrix.FULL else _covering(place)
    yield from (Look(*each) for each in chosen if each not in taken)


def _covering(place: int) -> Iterator[tuple[str, tuple[int, int], Colours]]:
    colours = list(Colours)
    for turn, language in enumerate(LANGUAGES):
        size = SIZES[(place + turn) % len(SIZES)]
        yield language, size, colours[(place // len(SIZES) + 2 * turn) % len(colours)]
