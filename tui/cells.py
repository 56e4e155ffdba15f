"""Cells of a terminal: what stands in each, in which ink, and the shortest way to write some."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from zlib import crc32

from rich.cells import split_graphemes
from textual.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.color import ColorSystem
    from rich.style import Style

# What takes an attribute away again; whoever loses one that is not here starts from nothing.
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "7": "27", "9": "29"}
# On an empty cell these cannot be seen.
_UNSEEN_ON_BLANK = frozenset("123")
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


@cache  # there are as many as the themes have colours
def _same(ink: Ink) -> Ink:
    """The one object for all equal inks, because identity is compared fast."""
    return ink


def add_cells(cells: Row, strips: Iterable[Strip], colours: ColorSystem) -> None:
    """Put the cells of strips behind those there are; control characters are left out."""
    for strip in strips:
        for text, style, _control in strip:
            ink = ink_of(style, colours)
            if text.isascii() and text.isprintable():
                cells.extend(_plain_cells(text, ink))
            else:
                _add_graphemes(cells, text, ink)


@lru_cache(maxsize=4096)
def _plain_cells(text: str, ink: Ink) -> tuple[Cell, ...]:
    """Cells of printable ASCII; of an empty one only the ground shows."""
    blank = Cell(" ", 1, _blank_ink(ink))
    return tuple(blank if character == " " else Cell(character, 1, ink) for character in text)


def _blank_ink(ink: Ink) -> Ink:
    if ink.attributes <= _UNSEEN_ON_BLANK:
        return _same(Ink(ground=ink.ground, link=ink.link))
    return ink


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
    changed = [new is not None and old != new for old, new in zip(before, after, strict=True)]
    for x, (old, new) in enumerate(zip(before, after, strict=True)):
        if not changed[x] or new is None:
            continue
        if not new.width:
            changed[x - 1] = True
        # Where terminals disagree about a width, what stands behind it may have suffered.
        for cell in (old, new):
            if cell is not None and not cell.sure and x + cell.width < len(changed):
                changed[x + cell.width] = True
    x, width = 0, len(changed)
    while x < width:
        if not changed[x]:
            x += 1
            continue
        start = x
        while x < width and changed[x]:
            x += 1
        yield start, x


def _add_graphemes(cells: Row, text: str, ink: Ink) -> None:
    """Cells of any text, with the widths that Textual lays out by."""
    for start, end, width in split_graphemes(text)[0]:
        grapheme = "".join(c for c in text[start:end] if unicodedata.category(c) != "Cc")
        if width == 0:
            _combine(cells, grapheme)
        elif grapheme == " ":
            cells.append(Cell(" ", 1, _blank_ink(ink)))
        else:
            cells.append(Cell(grapheme, width, ink, _is_sure(grapheme, width)))
            cells.extend([Cell("", 0, ink)] * (width - 1))


def _combine(cells: Row, grapheme: str) -> None:
    """Put what has no width onto the character before it, once, where there is one."""
    for place in range(len(cells) - 1, -1, -1):
        cell = cells[place]
        if cell is None:
            return
        if cell.width:
            if not cell.text.endswith(grapheme):
                cells[place] = cell._replace(text=cell.text + grapheme, sure=False)
            return


def _is_sure(grapheme: str, width: int) -> bool:
    if len(grapheme) != 1:
        return False
    return width == 1 or (
        unicodedata.east_asian_width(grapheme) in "WF" and ord(grapheme) < _PICTURES
    )


class Pen:
    """Writes cells, and says of ink and place only what changes."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._ink = BARE
        self._at: tuple[int, int] | None = None

    def text(self) -> str:
        """What was written, with the ink put away at its end."""
        self._take(BARE)
        return "".join(self._parts)

    def write(self, x: int, y: int, cells: Row, between: Row) -> None:
        """Write cells; `between` are those that stand already between the last place and this."""
        self._move(x, y, between)
        for cell in cells:
            if cell is None or not cell.width:
                continue
            self._move(x, y)
            self._take(self._needed(cell))
            if cell.sure:
                self._parts.append(cell.text)
                self._at = (x + cell.width, y)
            else:
                self._write_alone(x, y, cell)
            x += cell.width

    def _needed(self, cell: Cell) -> Ink:
        """The ink for a cell; an empty one is content with whatever looks the same."""
        ink, now = cell.ink, self._ink
        if cell.text != " " or ink.attributes or ink.colour:
            return ink
        same = now.ground == ink.ground and now.link == ink.link
        return now if same and now.attributes <= _UNSEEN_ON_BLANK else ink

    def _write_alone(self, x: int, y: int, cell: Cell) -> None:
        """Write a character that may turn out narrower or wider; what follows is moved to."""
        if cell.width > 1:
            self._parts.append(" " * cell.width)
            self._at = None
            self._move(x, y)
        self._parts.append(cell.text)
        self._at = None

    def _move(self, x: int, y: int, between: Sequence[Cell | None] = ()) -> None:
        if self._at == (x, y):
            return
        move = f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H"
        if self._at is not None and self._at[1] == y and self._at[0] < x:
            steps = x - self._at[0]
            move = min(f"\x1b[{steps}C" if steps > 1 else "\x1b[C", move, key=len)
            if len(between) == steps <= len(move) and all(map(self._fits, between)):
                move = "".join(cell.text for cell in between if cell)
        self._parts.append(move)
        self._at = (x, y)

    def _fits(self, cell: Cell | None) -> bool:
        """Whether a cell costs one byte to write again."""
        return cell is not None and cell.text.isascii() and self._needed(cell) == self._ink

    def _take(self, ink: Ink) -> None:
        now = self._ink
        if ink == now:
            return
        if now.link != ink.link:
            # With an id, parts of a link that are written apart stay one link.
            name = f"id={crc32(ink.link.encode()):x}" if ink.link else ""
            self._parts.append(f"\x1b]8;{name};{ink.link}\x1b\\")
        if codes := _codes(now, ink):
            self._parts.append(f"\x1b[{codes}m")
        self._ink = ink


@lru_cache(maxsize=4096)
def _codes(now: Ink, ink: Ink) -> str:
    """The SGR codes that lead from one ink to another."""
    if not (ink.attributes or ink.colour or ink.ground):
        return "0" if now.attributes or now.colour or now.ground else ""
    lost = now.attributes - ink.attributes
    anew = ["0", *sorted(ink.attributes), ink.colour, ink.ground]
    if not all(code in _OFF for code in lost):
        return ";".join(filter(None, anew))
    off = {_OFF[code] for code in lost}
    kept = {code for code in now.attributes & ink.attributes if _OFF.get(code) not in off}
    changed = [*sorted(off), *sorted(ink.attributes - kept)]
    if now.colour != ink.colour:
        changed.append(ink.colour or "39")
    if now.ground != ink.ground:
        changed.append(ink.ground or "49")
    return min(";".join(changed), ";".join(filter(None, anew)), key=len)
