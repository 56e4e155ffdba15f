"""The shortest way to write cells: of place and ink only what changes is said."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from zlib import crc32

from tui.cells import BARE, UNSEEN_ON_BLANK, Cell, Ink, is_blank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.cells import Row

# What takes an attribute away again; whoever loses one that is not here starts from nothing.
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "7": "27", "9": "29"}

# Fewer blanks are no longer than what erases them and moves on.
_WORTH_ERASING, _WORTH_ERASING_TO_THE_END = 8, 3


class Pen:
    """Writes cells, and says of ink and place only what changes.

    `erases` says that the terminal fills with the ground at hand what it erases.
    """

    def __init__(self, *, erases: bool = False) -> None:
        self._erases = erases
        self._parts: list[str] = []
        self._ink = BARE
        self._at: tuple[int, int] | None = None

    def text(self) -> str:
        """What was written, with the ink put away at its end."""
        self._take(BARE)
        return "".join(self._parts)

    def stroke(self, y: int, row: Row, start: int, end: int, done: int) -> None:
        """Write cells of a row that need one ink; those between `done` and `start` stand already.

        Many blanks at the end are erased.
        """
        last = end
        while self._erases and last > start and is_blank(row[last - 1]):
            last -= 1
        if end - last < (_WORTH_ERASING if end < len(row) else _WORTH_ERASING_TO_THE_END):
            self.write(start, y, row[start:end], row[done:start])
            return
        self.write(start, y, row[start:last], row[done:start])
        self._take(self._needed(row[last]))
        self._parts.append(f"\x1b[{end - last}X" if end < len(row) else "\x1b[K")

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

    def _needed(self, cell: Cell | None) -> Ink:
        """The ink for a cell; an empty one is content with whatever looks the same."""
        if cell is None:
            return self._ink
        ink, now = cell.ink, self._ink
        if cell.text != " " or ink.attributes or ink.colour:
            return ink
        same = now.ground == ink.ground and now.link == ink.link
        return now if same and now.attributes <= UNSEEN_ON_BLANK else ink

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
        if said := codes(now, ink):
            self._parts.append(f"\x1b[{said}m")
        self._ink = ink


@lru_cache(maxsize=4096)
def codes(now: Ink, ink: Ink) -> str:
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
