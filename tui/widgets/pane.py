"""Text beside a question, of which only the rows are drawn anew that look different."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from textual.geometry import Region
from textual.reactive import Reactive
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

from tui.table import lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.app import RenderResult
    from textual.content import Content, Span

# The place of a line and how it looks; to Textual, contents that read the same are equal.
Key: TypeAlias = "tuple[int, str, tuple[Span, ...]]"

_MOST_DRAWN = 1024


class Pane(Widget):
    """Lines of text that change with every key pressed beside them, most of them not at all."""

    DEFAULT_CSS = "Pane { height: auto; }"
    # There are none, and looking for them takes time at every key.
    auto_links: Reactive[bool] = Reactive(False)

    def __init__(self, content: Sequence[Content], *, id: str) -> None:  # noqa: A002
        """`content` are lines; those that are longer than the pane is wide are wrapped."""
        super().__init__(id=id)
        self._take(content)
        self._look: tuple[object, ...] = ()
        self._rows: list[Strip] = []
        self._empty = Strip([])
        # Who moves up and down in a list comes by the same lines again.
        self._drawn: dict[Key, list[Strip]] = {}

    def show(self, content: Sequence[Content], *, layout: bool) -> None:
        """Show other lines; with `layout` the pane becomes as high as they are."""
        keys = self._keys
        self._take(content)
        if keys == self._keys:
            return
        if layout:
            self.refresh(layout=True)
            return
        before, after = self._rows, self._up_to_date()
        width, most = self.size.width, max(len(before), len(after))
        changed = [y for y in range(most) if before[y : y + 1] != after[y : y + 1]]
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def _take(self, content: Sequence[Content]) -> None:
        self._content = content
        self._keys = [(y, line.plain, tuple(line.spans)) for y, line in enumerate(content)]
        self._is_up_to_date = False

    def render(self) -> RenderResult:
        """The text, by which Textual knows how high it is and what is marked."""
        return lines(self._content)

    def render_line(self, y: int) -> Strip:
        """An empty row, which Textual puts a frame around."""
        del y
        return Strip([])

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows with their frame, which are put together only once."""
        rows, gutter, (width, height) = self._up_to_date(), self.gutter, self.outer_size
        strips: list[Strip] = []
        for y in crop.line_range:
            if gutter.top <= y < height - gutter.bottom:
                place = y - gutter.top
                strips.append(rows[place] if place < len(rows) else self._empty)
            else:
                strips += super().render_lines(Region(0, y, width, 1))
        if crop.column_span == (0, width):
            return strips
        return [strip.crop(*crop.column_span) for strip in strips]

    def _up_to_date(self) -> list[Strip]:
        """The rows as they look now, drawn anew when anything they depend on is another."""
        look = (
            *(self.outer_size, self.size, self.visual_style, self.app.theme),
            self.text_selection,
        )
        if look != self._look or len(self._drawn) > _MOST_DRAWN:
            self._look, self._is_up_to_date = look, False
            self._drawn.clear()
            row = Region(0, self.gutter.top, self.outer_size.width, 1)
            self._empty = super().render_lines(row)[0]
        if not self._is_up_to_date:
            self._is_up_to_date = True
            self._rows = self._all_rows()
        return self._rows

    def _all_rows(self) -> list[Strip]:
        if not self.size.width:
            return []
        if self.text_selection is not None:
            text = lines(self._content)
            return self._framed(Visual.to_strips(self, text, *self.size, self.visual_style))
        rows: list[Strip] = []
        for key, line in zip(self._keys, self._content, strict=True):
            if key not in self._drawn:
                self._drawn[key] = self._framed(self._rows_of(key[0], line))
            rows += self._drawn[key]
        return rows

    def _rows_of(self, place: int, line: Content) -> Iterable[Strip]:
        """A line, wrapped; each character knows the place of its line, to be marked there."""
        style = self.visual_style
        # Textual has names only for drawing all lines of a text, the first of which is line 0.
        for row in line._wrap_and_format(self.size.width, get_style=self._get_style):  # noqa: SLF001
            row.y = place
            yield Strip(*row.to_strip(style))

    def _framed(self, rows: Iterable[Strip]) -> list[Strip]:
        """Rows as they look on an empty one."""
        left, empty, background = self.gutter.left, self._empty, self.background_colors[1]
        edge, framed = empty.crop(0, left), []
        for row in rows:
            for each in self.get_line_filters():
                row = row.apply_filter(each, background)  # noqa: PLW2901 - one after the other
            framed.append(Strip.join([edge, row, empty.crop(left + row.cell_length)]))
        return framed
