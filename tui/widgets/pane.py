"""Text beside a question, of which only the rows are drawn anew that look different."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from rich.style import Style
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
        self._content, self._keys = content, _keys(content)
        self._look: tuple[object, ...] = ()
        self._rows: list[Strip] | None = None
        self._empty = Strip([])
        # Who moves up and down in a list comes by the same lines again.
        self._drawn: dict[Key, list[Strip]] = {}

    def show(self, content: Sequence[Content], *, layout: bool) -> None:
        """Show other lines; with `layout` the pane becomes as high as they are."""
        keys = _keys(content)
        if keys == self._keys:
            return
        before = self._up_to_date()
        self._content, self._keys, self._rows = content, keys, None
        if layout:
            self.refresh(layout=True)
            return
        after = self._up_to_date()
        width, most = self.size.width, max(len(before), len(after))
        changed = [y for y in range(most) if before[y : y + 1] != after[y : y + 1]]
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def prepare(self, content: Sequence[Content]) -> None:
        """Draw lines that are likely to be shown next."""
        self._up_to_date()
        self._rows_of(content, _keys(content))

    def render(self) -> RenderResult:
        """The text, by which Textual knows how high it is and what is marked."""
        return lines(self._content)

    def render_line(self, y: int) -> Strip:
        """An empty row, which Textual puts a frame around."""
        del y
        return Strip.blank(self.size.width, self.visual_style.rich_style)

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
        marked = self.text_selection
        look = (self.outer_size, self.size, self.visual_style, self.app.theme, marked)
        if look != self._look or len(self._drawn) > _MOST_DRAWN:
            self._look, self._rows = look, None
            self._drawn.clear()
            row = Region(0, self.gutter.top, self.outer_size.width, 1)
            self._empty = super().render_lines(row)[0]
        if self._rows is None and marked is not None:
            text = lines(self._content)
            self._rows = self._framed(Visual.to_strips(self, text, *self.size, self.visual_style))
        elif self._rows is None:
            self._rows = self._rows_of(self._content, self._keys)
        return self._rows

    def _rows_of(self, content: Sequence[Content], keys: Sequence[Key]) -> list[Strip]:
        rows: list[Strip] = []
        for key, line in zip(keys, content, strict=True):
            if key not in self._drawn:
                self._drawn[key] = self._framed(self._wrapped(key[0], line))
            rows += self._drawn[key]
        return rows

    def _wrapped(self, place: int, line: Content) -> Iterable[Strip]:
        """The rows of a line; each character knows the place of its line, to be marked there."""
        width, style = self.size.width, self.visual_style
        if not width:
            return
        # Textual has names only for drawing all lines of a text, the first of which is line 0.
        for row in line._wrap_and_format(width, get_style=self._get_style):  # noqa: SLF001
            row.y = place
            yield Strip(*row.to_strip(style))

    def _framed(self, rows: Iterable[Strip]) -> list[Strip]:
        """Rows as Textual would frame them; what stands around an empty one goes around each."""
        base, background = self.background_colors
        ground = (base + background).rich_color
        left, width, empty = self.gutter.left, self.size.width, self._empty
        before, behind, framed = empty.crop(0, left), empty.crop(left + width), []
        for row in rows:
            full = row.adjust_cell_length(width, Style.from_color(bgcolor=ground))
            for each in self.get_line_filters():
                full = full.apply_filter(each, background)
            framed.append(Strip.join([before, full, behind]))
        return framed


def _keys(content: Sequence[Content]) -> list[Key]:
    return [(place, line.plain, tuple(line.spans)) for place, line in enumerate(content)]
