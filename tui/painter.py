"""Sends only the cells that changed, where Textual would send all that it rendered.

It relies on how one version of Textual describes its updates, and does nothing on any other.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, cast

import textual
from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS
from textual._compositor import ChopsUpdate, Compositor, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.geometry import Size

from tui.cells import add_cells, mend, runs
from tui.pen import Pen
from tui.strokes import by_ink, may_be_reordered, strokes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rich.console import Console, RenderableType
    from textual.geometry import Offset
    from textual.strip import Strip

    from tui.cells import Row
    from tui.strokes import Stroke

    # Textual declares its updates as what Rich renders.
    Update = RenderableType | None
    # Column, row, the column behind the end, and what stands there.
    Piece = tuple[int, int, int, Iterable[Strip]]

VERSION = "8.2.8"
_EXPECTED: dict[Callable[..., object], tuple[str, ...]] = {
    App._display: ("self", "screen", "renderable"),  # noqa: SLF001 - what is checked here
    CompositorUpdate.render_segments: ("self", "console"),
    LayoutUpdate.__init__: ("self", "strips", "region"),
    ChopsUpdate.__init__: ("self", "chops", "spans", "chop_ends"),
    Compositor.render_partial_update: ("self",),
    Compositor._render_chops: ("self", "crop", "is_rendered_line"),  # noqa: SLF001 - as above
    Compositor._regions_to_spans: ("regions",),  # noqa: SLF001 - as above
}

# Colours that take more bytes to name than a place: all cells of one are written at once.
_DEAR = {ColorSystem.EIGHT_BIT, ColorSystem.TRUECOLOR}
# Kinds of terminals that fill what they erase with the ground at hand; GNU Screen is none.
_ERASING_WITH_GROUND = (
    *("alacritty", "foot", "gnome", "konsole", "linux", "putty", "rxvt", "vte", "wezterm", "xterm"),
)


def fits() -> bool:
    """Whether the installed Textual is the one whose updates are understood here."""
    # Asking for the version in the usual way would take longer than painting the first page.
    installed = Path(textual.__file__).parent.with_name(f"textual-{VERSION}.dist-info")
    return installed.is_dir() and all(
        tuple(inspect.signature(function).parameters) == names
        for function, names in _EXPECTED.items()
    )


class Changes(CompositorUpdate):
    """An update in the place of one of Textual's; `sent` is called when it goes out."""

    def __init__(self, text: str, sent: Callable[[], None]) -> None:
        self.text = text
        self._sent = sent

    def render_segments(self, console: Console) -> str:
        """The sequences for the terminal."""
        del console
        self._sent()
        return self.text


class Painter:
    """Knows what the terminal shows, and makes of every update the part that is new."""

    def __init__(self, terminal: str = "xterm") -> None:
        """`terminal` is the kind that TERM names."""
        self.erases = terminal.startswith(_ERASING_WITH_GROUND)
        self._size = Size()
        self._rows: list[Row] = []
        self._cursor: Offset | None = None

    @property
    def size(self) -> Size:
        """The size of what it knows, empty when it knows nothing."""
        return self._size

    def forget(self) -> None:
        """Something else wrote to the terminal: take nothing that it shows for granted."""
        self._size, self._rows, self._cursor = Size(), [], None

    def changes(self, update: Update, console: Console, cursor: Offset) -> Update:
        """What has to be sent of an update, None when nothing; other kinds are sent as they are."""
        if isinstance(update, LayoutUpdate):
            size = update.region.size
            pieces = _pieces_of_all(update)
        elif isinstance(update, ChopsUpdate):
            size = Size(update.chop_ends[0][-1], len(update.chops)) if update.chops else Size()
            pieces = _pieces(update)
        else:
            if update is not None:
                self.forget()
            return update
        if size != self._size:
            self.forget()
            self._size, self._rows = size, [[None] * size.width for _ in range(size.height)]
        colours = COLOR_SYSTEMS.get(console.color_system or "", ColorSystem.TRUECOLOR)
        rows = self._with(pieces, colours)
        text = self._written(rows, colours)
        if not text and cursor == self._cursor:
            return None

        def sent() -> None:
            self._cursor = cursor
            for y, row in rows.items():
                self._rows[y] = row

        return cast("RenderableType", Changes(text, sent))

    def _with(self, pieces: Iterable[Piece], colours: ColorSystem) -> dict[int, Row]:
        """The rows that pieces touch, as they will be."""
        rows: dict[int, Row] = {}
        for x, y, end, strips in pieces:
            row = rows.setdefault(y, self._rows[y])
            cells = row[:x]
            add_cells(cells, strips, colours)
            shown = min(len(cells), end)
            rows[y] = cells[:shown] + row[shown:]
        for y, row in rows.items():
            if row != self._rows[y]:
                mend(row)
        return rows

    def _written(self, rows: dict[int, Row], colours: ColorSystem) -> str:
        pen = Pen(erases=self.erases)
        free: list[Stroke] = []
        for y, row in rows.items():
            before, done = self._rows[y], 0
            if before == row:
                continue
            changes = list(runs(before, row))
            if colours in _DEAR and may_be_reordered(before, row, changes):
                free += strokes(y, row, changes, erases=self.erases)
                continue
            for start, end in changes:
                # Cells that nobody knows are never between: whoever writes a row writes it all.
                pen.write(start, y, row[start:end], row[done:start])
                done = end
        at, done = -1, 0
        for y, start, end, _ink in by_ink(free):
            pen.stroke(y, rows[y], start, end, done if y == at and done <= start else start)
            at, done = y, end
        return pen.text()


def _pieces_of_all(update: LayoutUpdate) -> Iterator[Piece]:
    x, end = update.region.x, update.region.right
    for y, strips in enumerate(update.strips, update.region.y):
        yield x, y, end, strips


def _pieces(update: ChopsUpdate) -> Iterator[Piece]:
    """The parts of a partial update, read as the stock painter reads them."""
    for y, first, last in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x < last and end > first:
                yield x, y, min(end, last), [strip]
