"""In which order cells are written, so that little has to be said about ink."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.cells import BARE, UNSEEN_ON_BLANK, Ink, is_blank
from tui.pen import codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tui.cells import Row


class Stroke(NamedTuple):
    """Cells of a row, from `start` to before `end`, that one ink can write."""

    y: int
    start: int
    end: int
    ink: Ink


def may_be_reordered(before: Row, after: Row, changes: Sequence[tuple[int, int]]) -> bool:
    """Whether no cell that changes touches another, whichever is written first."""
    return all(
        new is not None and new.width == 1 and new.sure and (old is None or old.sure)
        for start, end in changes
        for old, new in zip(before[start:end], after[start:end], strict=True)
    )


def strokes(
    y: int, row: Row, changes: Sequence[tuple[int, int]], *, erases: bool
) -> Iterator[Stroke]:
    """What changes in a row; with `erases`, blanks up to its end are one stroke."""
    tail = _blank_from(row) if erases else len(row)
    for start, end in changes:
        if end > tail:
            yield from _of_one_ink(y, row, start, len(row))
            return
        yield from _of_one_ink(y, row, start, end)


def _blank_from(row: Row) -> int:
    """From where to its end a row is blank, on one ground."""
    x, last = len(row), row[-1]
    if is_blank(last):
        while x and row[x - 1] is last:
            x -= 1
    return x


def _of_one_ink(y: int, row: Row, start: int, end: int) -> Iterator[Stroke]:
    first, ink = start, None
    for x in range(start, end):
        cell = row[x]
        if cell is None or cell.ink is ink:
            continue
        if ink is None or _is_open(ink, cell.ink):
            ink = cell.ink
        elif not (cell.text == " " and _is_open(cell.ink, ink)):
            yield Stroke(y, first, x, ink)
            first, ink = x, cell.ink
    if ink is not None:
        yield Stroke(y, first, end, ink)


def _is_open(blank: Ink, ink: Ink) -> bool:
    """Whether what is blank on a ground may as well be written with an ink."""
    return (
        not (blank.attributes or blank.colour)
        and blank.ground == ink.ground
        and blank.link == ink.link
        and ink.attributes <= UNSEEN_ON_BLANK
    )


def by_ink(drawn: Iterable[Stroke]) -> Iterator[Stroke]:
    """All strokes of one ink after the other, and next the ink that is told in the fewest words."""
    groups: dict[Ink, list[Stroke]] = {}
    for stroke in drawn:
        groups.setdefault(stroke.ink, []).append(stroke)
    for blank in [ink for ink in groups if not (ink.attributes or ink.colour)]:
        other = next((ink for ink in groups if ink is not blank and _is_open(blank, ink)), None)
        if other is not None:
            groups[other] = sorted(groups[other] + groups.pop(blank))
    now = BARE
    while groups:
        costs = {ink: len(codes(now, ink)) for ink in groups}
        now = min(costs, key=costs.__getitem__)
        yield from groups.pop(now)
