"""A moment of the screen: as text, as a picture, and as a row of cells to draw."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rich.console import Console
from rich.segment import Segment, Segments
from textual.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.style import Style

TITLE = "Billing Center"

# The picture would name fonts on a server; without colours its letters would be black on black.
_FONTS = re.compile(r"(?:@font-face \{.*?\}\s*)+", re.DOTALL)
_PEN = "text { fill: #d8d8d8 }\n"


@dataclass(frozen=True, eq=False)
class Frame:
    """What a screen of `size` columns and rows shows."""

    size: tuple[int, int]
    rows: tuple[Strip, ...]

    @classmethod
    def of(cls, size: tuple[int, int], strips: Iterable[Strip]) -> Frame:
        """A frame of strips, every one as wide as the screen, without what is not to be seen."""
        rows = [_visible(strip).adjust_cell_length(size[0]) for strip in strips][: size[1]]
        rows += [Strip.blank(size[0])] * (size[1] - len(rows))
        return cls(size, tuple(rows))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frame) and (self.size, self.rows) == (other.size, other.rows)

    def __hash__(self) -> int:
        return hash((self.size, self.text))

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The rows as texts, with plain blanks for unbreakable ones and none at their ends."""
        return tuple(row.text.replace("\N{NO-BREAK SPACE}", " ").rstrip() for row in self.rows)

    @property
    def text(self) -> str:
        """All rows."""
        return "\n".join(self.lines)

    def svg(self, title: str = TITLE) -> str:
        """The picture of the screen in a window."""
        width, height = self.size
        console = Console(
            width=width,
            height=height,
            file=io.StringIO(),
            force_terminal=True,
            color_system="truecolor",
            record=True,
            legacy_windows=False,
            safe_box=False,
        )
        pieces = [piece for row in self.rows for piece in (*row, Segment.line())]
        console.print(Segments(pieces), end="")
        drawn = _FONTS.sub(_PEN, console.export_svg(title=title))
        # Converters drop the blanks at the start of a text, even unbreakable ones.
        return drawn.replace("<svg ", '<svg xml:space="preserve" ', 1)

    def with_corner(self, corner: Strip) -> Frame:
        """The same with something laid over the right end of the last row."""
        width = self.size[0]
        start = width - corner.cell_length
        last = Strip.join([self.rows[-1].crop(0, start), corner]).adjust_cell_length(width)
        return Frame(self.size, (*self.rows[:-1], last))


def _visible(strip: Strip) -> Strip:
    return Strip(
        [Segment(text, _plain(style)) for text, style, control in strip if not control],
        strip.cell_length,
    ).simplify()


def _plain(style: Style | None) -> Style | None:
    # The identity of a link is random, and where a click would lead is not to be seen.
    return style.clear_meta_and_links() if style is not None else None
