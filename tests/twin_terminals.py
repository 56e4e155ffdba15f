"""Two emulated terminals: one gets what Textual would send, the other what the painter sends.

pyte knows nothing of dim, concealed or doubly underlined text, and stops at characters without a
width that combine with nothing; those are looked at as sequences instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Offset

from tests.terminal.harness import EmulatedScreen
from tui.painter import Painter

if TYPE_CHECKING:
    from rich.console import Console


class TwinTerminals:
    """Shows every update on both sides and says where they differ."""

    def __init__(self, width: int, height: int) -> None:
        self.painter = Painter()
        self.start(width, height)
        self.stock_bytes = self.painter_bytes = 0

    def start(self, width: int, height: int) -> None:
        """Two fresh terminals of another size."""
        self.size = width, height
        self.stock, self.painted = (
            EmulatedScreen(width, height, reply=lambda _: None) for _ in range(2)
        )
        self.painter.forget()

    def show(self, update: Any, console: Console) -> str:
        """Send an update to both; what the painter sent."""
        assert isinstance(update, LayoutUpdate | ChopsUpdate)
        everything = update.render_segments(console)
        changes: Any = self.painter.changes(update, console, Offset(0, 0))
        sent = changes.render_segments(console) if changes is not None else ""
        self.stock.feed(everything.replace("\n", "").encode())
        self.painted.feed(sent.encode())
        self.stock_bytes += len(everything.encode())
        self.painter_bytes += len(sent.encode())
        return sent

    def compare_with(self, whole: LayoutUpdate, console: Console) -> None:
        """Show the whole screen on the side of Textual, whatever came of its parts."""
        self.stock.feed(whole.render_segments(console).replace("\n", "").encode())

    def differences(self) -> list[tuple[int, int, object, object]]:
        """Row, column and the two cells, wherever somebody could see a difference.

        Rows that neither side has written to since the last time look as they did then.
        """
        written = sorted(self.stock.screen.dirty | self.painted.screen.dirty)
        self.stock.screen.dirty.clear()
        self.painted.screen.dirty.clear()
        return [
            (y, x, stock, painted)
            for y in written
            for x in range(self.size[0])
            if (stock := _seen(self.stock, y, x)) != (painted := _seen(self.painted, y, x))
        ]


def _is_wide(character: str) -> bool:
    return not character.isascii() and cell_len(character) == 2


def _seen(terminal: EmulatedScreen, y: int, x: int) -> tuple[object, ...]:
    row = terminal.screen.buffer[y]
    cell = row[x]
    # Half a wide character is nothing in a real terminal; pyte lets it stand.
    if (cell.data == "" and not _is_wide(row[x - 1].data)) or (
        _is_wide(cell.data) and row[x + 1].data
    ):
        cell = cell._replace(data=" ")
    link = terminal.screen.links.get((y, x), "")
    if cell.data == " " and not (cell.underscore or cell.strikethrough or cell.reverse):
        return (" ", cell.bg, link)
    return (*cell, link)
