"""Cells of a terminal: what stands in each and in which ink, and which of them have changed."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from rich.cells import split_graphemes
from textual.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.color import ColorSystem
    from rich.style import Style

# On an empty cell these cannot be seen.
UNSEEN_ON_BLANK = frozenset("123")
# Characters from here on are pictures, about whose widths terminals disagree.
_PICTURES = 0x1F000


class Ink(NamedTuple):
    """How a cell is written: SGR codes of attributes and colours, and where a hyperlink leads."""

    attributes: frozenset[str] = frozenset()
    colour: str = ""
    ground: str = ""
    link: str = ""


class Cell(NamedTuple):
    """A character with what combines with it; the right half of a wide one is empty.

    `sure` says that every terminal gives it the same width.
    """

    text: str
    width: int
    ink: Ink
    sure: bool = True


# None is a cell of which nobody knows what it shows.
Row: TypeAlias = "list[Cell | None]"

BARE = Ink()


@lru_cache(maxsize=4096)
def ink_of(style: Style | None, colours: ColorSystem) -> Ink:
    """The ink of a style; what a terminal does not show of it makes no difference."""
    if style is None:
        return BARE
    attributes = Strip.render_ansi(style.without_color, colours)
    colour, ground = style.color, style.bgcolor
    return _same(
        Ink(
            frozenset(attributes.split(";")) if attributes else frozenset(),
            ";".join(colour.downgrade(colours).get_ansi_codes()) if colour else "",
            ";".join(ground.downgrade(colours).get_ansi_codes(foreground=False)) if ground else "",
            style.link or "",
        )
    )


@lru_cache(maxsize=4096)
def _same(ink: Ink) -> Ink:
    """The one object for all equal inks, because identity is compared fast."""
    return ink


def add_cells(cells: Row, strips: Iterable[Strip], colours: ColorSystem) -> None:
    """Put the cells of strips behind those there are; control characters are left out."""
    for strip in strips:
        for text, style, _control in strip:
            marks, shown = _cells(text, ink_of(style, colours))
            if marks:
                _combine(cells, marks)
            cells.extend(shown)


@lru_cache(maxsize=512)
def _cells(text: str, ink: Ink) -> tuple[str, Row]:
    """What a text combines with the character before it, and its cells."""
    if text.isascii() and text.isprintable():
        return "", [_cell(character, 1, ink) for character in text]
    marks = ""
    cells: Row = []
    for start, end, width in split_graphemes(text)[0]:
        grapheme = "".join(c for c in text[start:end] if unicodedata.category(c) != "Cc")
        if width:
            cells += [_cell(grapheme, width, ink), *[_cell("", 0, ink)] * (width - 1)]
        elif cells:
            _combine(cells, grapheme)
        else:
            marks += grapheme
    return marks, cells


@lru_cache(maxsize=8192)
def _cell(grapheme: str, width: int, ink: Ink) -> Cell:
    """One object for all equal cells; of an empty one only the ground shows."""
    return Cell(
        grapheme, width, _blank_ink(ink) if grapheme == " " else ink, _is_sure(grapheme, width)
    )


def _blank_ink(ink: Ink) -> Ink:
    if ink.attributes <= UNSEEN_ON_BLANK:
        return _same(Ink(ground=ink.ground, link=ink.link))
    return ink


def is_blank(cell: Cell | None) -> bool:
    """Whether a cell shows nothing but its ground."""
    if cell is None or cell.text != " ":
        return False
    attributes, colour, _ground, link = cell.ink
    return not (attributes or colour or link)


def _is_sure(grapheme: str, width: int) -> bool:
    if len(grapheme) != 1:
        return not grapheme
    return width == 1 or (
        unicodedata.east_asian_width(grapheme) in "WF" and ord(grapheme) < _PICTURES
    )


def _combine(cells: Row, marks: str) -> None:
    """Put what has no width onto the character before it, once, where there is one."""
    for place in range(len(cells) - 1, -1, -1):
        cell = cells[place]
        if cell is None:
            return
        if cell.width:
            if not cell.text.endswith(marks):
                cells[place] = cell._replace(text=cell.text + marks, sure=False)
            return


def mend(row: Row) -> None:
    """Put blanks where one half of a wide character was written over."""
    for x, cell in enumerate(row):
        if cell is None or cell.width == 1:
            continue
        left, right = row[x - 1] if x else None, row[x + 1] if x + 1 < len(row) else None
        whole = (
            right is not None and right.width == 0
            if cell.width
            else left is not None and left.width == 2
        )
        if not whole:
            row[x] = Cell(" ", 1, _blank_ink(cell.ink))


def runs(before: Row, after: Row) -> Iterator[tuple[int, int]]:
    """From where to where cells next to each other have to be written."""
    changed = [
        new is not old and new is not None and new != old
        for old, new in zip(before, after, strict=True)
    ]
    changed.append(False)
    x = _next(changed, 0)
    while x < len(after):
        new = after[x]
        if new is not None and not new.width:
            changed[x - 1] = True
        # Where terminals disagree about a width, what stands behind it may have suffered.
        for cell in (before[x], new):
            if cell is not None and not cell.sure and x + cell.width < len(after):
                changed[x + cell.width] = True
        x = _next(changed, x + 1)
    start = _next(changed, 0)
    while start < len(after):
        end = changed.index(False, start)
        yield start, end
        start = _next(changed, end)


def _next(changed: list[bool], x: int) -> int:
    """Where the next change is; behind the end when there is none."""
    try:
        return changed.index(True, x)
    except ValueError:
        return len(changed)
