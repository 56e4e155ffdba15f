"""A few alternatives on one line: „(•) SEPA-Lastschrift   ( ) Rechnung   ( ) Karte“."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import RenderResult
    from textual.geometry import Size


class RadioRow(Widget, can_focus=True):
    """One of several, changed with the arrows or Space; the choice is a sign and not a colour."""

    DEFAULT_CSS = """
    RadioRow {
        height: 1; width: auto; color: $foreground;
    }
    """
    BINDINGS = [
        Binding("right,space", "move(1)", show=False),
        Binding("left", "move(-1)", show=False),
        Binding("enter,down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    class Changed(Message):
        """Another alternative was chosen."""

        def __init__(self, row: RadioRow, chosen: str) -> None:
            super().__init__()
            self.row = row
            self.chosen = chosen

        @property
        def control(self) -> RadioRow:
            """The row, for the selectors of @on."""
            return self.row

    def __init__(
        self,
        alternatives: Sequence[tuple[str, str]],
        chosen: str,
        *,
        id: str,  # noqa: A002
    ) -> None:
        """`alternatives` are (key, label)."""
        super().__init__(id=id)
        self._alternatives = list(alternatives)
        self._chosen = chosen

    @property
    def chosen(self) -> str:
        """The key of the alternative chosen."""
        return self._chosen

    def _line(self) -> Content:
        parts = []
        for key, label in self._alternatives:
            here = key == self._chosen
            pointer = "▸" if here and self.has_focus else " "
            part = Content(f"{pointer}({'•' if here else ' '}) {label}")
            parts.append(part.stylize("bold $accent") if here and self.has_focus else part)
        return Content("  ").join(parts)

    def render(self) -> RenderResult:
        """All alternatives side by side."""
        return self._line()

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """All of them, whatever the room."""
        del container, viewport
        return self._line().cell_length

    def on_focus(self) -> None:
        """Draw the pointer."""
        self.refresh()

    def on_blur(self) -> None:
        """Take the pointer away."""
        self.refresh()

    def action_move(self, step: int) -> None:
        """Choose the next or the previous alternative."""
        keys = [key for key, _ in self._alternatives]
        self._choose(keys[(keys.index(self._chosen) + step) % len(keys)])

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        start = 0
        for key, label in self._alternatives:
            end = start + Content(label).cell_length + 5
            if start <= event.x < end:
                self._choose(key)
            start = end + 2

    def _choose(self, key: str) -> None:
        if key != self._chosen:
            self._chosen = key
            self.refresh()
            self.post_message(self.Changed(self, key))
