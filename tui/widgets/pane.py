"""Text beside a question, of which only the rows are drawn anew that look different."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Region
from textual.reactive import Reactive
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.app import RenderResult
    from textual.content import Content

_MOST_DRAWN = 32


class Pane(Widget):
    """Lines of text that change with every key pressed beside them, most of them not at all."""

    DEFAULT_CSS = "Pane { height: auto; }"
    # There are none, and looking for them takes time at every key.
    auto_links: Reactive[bool] = Reactive(False)

    def __init__(self, content: Content, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._take(content)
        self._look: tuple[object, ...] = ()
        self._rows: list[Strip] = []
        # Who moves up and down in a list comes by the same texts again.
        self._drawn: dict[object, list[Strip]] = {}

    def show(self, content: Content, *, layout: bool) -> None:
        """Show another text; with `layout` the pane becomes as high as the text."""
        if content.is_same(self._content):
            return
        self._take(content)
        if layout:
            self.refresh(layout=True)
            return
        before, after = self._rows, self._up_to_date()
        width, most = self.size.width, max(len(before), len(after))
        changed = [y for y in range(most) if before[y : y + 1] != after[y : y + 1]]
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def _take(self, content: Content) -> None:
        self._content = content
        # Contents that read the same are equal, whatever they look like.
        self._content_key = (content.plain, *content.spans)

    def render(self) -> RenderResult:
        """The text."""
        return self._content

    def render_line(self, y: int) -> Strip:
        """A row of the text, or an empty one below it."""
        rows = self._up_to_date()
        if y < len(rows):
            return rows[y]
        return Strip.blank(self.size.width, self.visual_style.rich_style)

    def _up_to_date(self) -> list[Strip]:
        """The rows as they look now, drawn anew when anything they depend on is another."""
        style, theme = self.visual_style, self.app.theme
        look = (self.size, style, theme, self.text_selection)
        if look != self._look:
            self._look = look
            self._drawn.clear()
        if (rows := self._drawn.get(self._content_key)) is None:
            rows = Visual.to_strips(self, self._content, *self.size, style)
            if len(self._drawn) == _MOST_DRAWN:
                self._drawn.clear()
            self._drawn[self._content_key] = rows
        self._rows = rows
        return rows
