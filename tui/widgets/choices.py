"""A list to choose one from, with a pointer in front of the line at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.binding import Binding
from textual.geometry import Region
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.widgets.shortcut import ran_own_binding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual import events
    from textual._widget_navigation import Direction
    from textual.content import Content


# Where the keys go, and where they would go on if the list had the focus.
_POINTER, _PLACE = "▸ ", "› "


class Choices(OptionList):
    """An OptionList of Content lines; where it may, a letter jumps to the next name with it."""

    DEFAULT_CSS = """
    Choices {
        height: auto; max-height: 1fr; width: 1fr; border: none; padding: 0;
        background: transparent; scrollbar-size-vertical: 1;
        &:focus { border: none; background: transparent; background-tint: transparent 0%; }
        & > .option-list--option { padding: 0; color: $foreground; }
        & > .option-list--option-highlighted {
            background: $row-blurred; color: $foreground; text-style: none;
        }
        &:focus > .option-list--option-highlighted {
            background: $row; color: $foreground; text-style: bold;
        }
        & > .option-list--option-disabled { color: $muted; }
        & > .option-list--option-hover { background: $row-blurred; }
        &:ansi { background: transparent; border: none; }
        &:ansi:focus { border: none; }
    }
    """
    BINDINGS = [Binding("space", "select", show=False)]
    highlighted: Reactive[int | None] = Reactive(None, repaint=False)

    def __init__(
        self,
        options: Iterable[tuple[str, Content, str]],
        *,
        chosen: str | None = None,
        spaced: bool = False,
        jump: bool = False,
        tells: bool = False,
        id: str,  # noqa: A002
    ) -> None:
        """Each option is (id, what is shown, the plain name); with `jump` letters lead to names.

        With `spaced` every option ends with an empty row that never looks highlighted; with `tells`
        a message tells of every move, which goes up through all that the list stands in.
        """
        listed = list(options)
        # The list begins with an option at hand, and tells that too.
        self._tells = tells
        super().__init__(*(Option(text, id=key) for key, text, _ in listed), id=id, markup=False)
        self._names = [name for _, _, name in listed]
        self._spaced, self._jump = spaced, jump
        self._start = next((i for i, (key, _, _) in enumerate(listed) if key == chosen), 0)

    def on_mount(self) -> None:
        """Start at the answer given before."""
        if self._options:
            self.highlighted = self._start

    def _watch_highlighted(self, before: int | None, highlighted: int | None) -> None:
        """Draw the rows of these two options anew, and not the whole list."""
        for index in (before, highlighted):
            if index is not None and (line := self._index_to_line.get(index)) is not None:
                self.refresh_lines(line, self._heights[index])

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Bring the option at hand into view."""
        if self._tells:
            super().watch_highlighted(highlighted)
        elif self.max_scroll_y:
            self.scroll_to_highlight()
        else:
            self._scroll_around()

    def _move_page(self, direction: Direction) -> None:
        """Move by a page, once the list has room: without any there is no row to start at."""
        if self.scrollable_content_region:
            super()._move_page(direction)

    def scroll_to_highlight(self, top: bool = False) -> None:
        """Bring the option at hand into view, also where what scrolls is around the list."""
        super().scroll_to_highlight(top)
        self._scroll_around()

    def _scroll_around(self) -> None:
        at_hand = self.highlighted
        if at_hand is None or (line := self._index_to_line.get(at_hand)) is None:
            return
        region = Region(0, line - self.scroll_offset.y, 1, self._heights[at_hand])
        within: Widget = self
        while isinstance(around := within.parent, Widget) and not around.is_dom_root:
            region = region.translate(within.virtual_region.offset)
            if around.max_scroll_y:
                if not at_hand:
                    # With the first option comes what stands above it.
                    region = Region(0, 0, 1, region.bottom)
                around.scroll_to_region(region, animate=False, immediate=True)
                return
            within = around

    @property
    def chosen(self) -> str | None:
        """The id of the line at hand."""
        return None if self.highlighted is None else self.options[self.highlighted].id

    def _get_left_gutter_width(self) -> int:
        return 2

    def render_line(self, y: int) -> Strip:
        """The line with the pointer in front of the first row of the option at hand."""
        row = self.scroll_offset.y + y
        if not 0 <= row < len(self._lines):
            return super().render_line(y)
        index, offset = self._lines[row]
        if self._spaced and offset == self._heights[index] - 1:
            blank = self.get_visual_style("option-list--option").rich_style
            return Strip.blank(self.scrollable_content_region.width, blank)
        strip = super().render_line(y)
        pointed = index == self.highlighted and offset == 0
        style = next((segment.style for segment in strip if segment.style), None)
        pointer = _POINTER if self.has_focus else _PLACE
        return Strip([Segment(pointer if pointed else "  ", style), *strip])

    async def on_key(self, event: events.Key) -> None:
        """Jump to the next name that starts with the letter typed."""
        if await ran_own_binding(self, event):
            return
        letter = event.character
        if not self._jump or not letter or not letter.isalnum():
            return
        start = self.highlighted or 0
        for step in range(1, len(self._names) + 1):
            index = (start + step) % len(self._names)
            words = self._names[index].casefold().split()
            if any(word.startswith(letter.casefold()) for word in (words[-1:] or words)):
                self.highlighted = index
                event.stop()
                return
