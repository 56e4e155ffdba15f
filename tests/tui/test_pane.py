"""Beside a question only what changed is drawn anew, and nothing that changed is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App, ComposeResult
from textual.content import Content
from textual.geometry import Offset, Region
from textual.selection import Selection
from textual.widgets import Static

from tui.table import lines
from tui.widgets.pane import Pane

if TYPE_CHECKING:
    from textual.strip import Strip
    from textual.widget import Widget

WORDS = ("one", "two", "three")


def content(*words: str) -> list[Content]:
    """A line for each."""
    return [Content(word) for word in words]


def drawn(widget: Widget) -> list[Strip]:
    """All rows of a widget, its frame among them."""
    return widget.render_lines(Region(0, 0, *widget.outer_size))


class Watched(Pane):
    """A pane that notes what it is asked to draw anew."""

    drawn: list[Region]

    def refresh(self, *regions: Region, **how: bool) -> Watched:
        """Note the rows."""
        self.drawn.extend(regions)
        return super().refresh(*regions, **how)

    def rows(self) -> list[str]:
        """The rows that stand there."""
        return [strip.text.rstrip() for strip in drawn(self)]


class Host(App[None]):
    """A pane and nothing else."""

    def compose(self) -> ComposeResult:
        """The pane."""
        self.pane = Watched(content(*WORDS), id="pane")
        self.pane.drawn = []
        self.pane.styles.height = 4
        yield self.pane

    def drawn_for(self, lines_of: list[Content]) -> list[int]:
        """The rows drawn anew for a content."""
        self.pane.drawn.clear()
        self.pane.show(lines_of, layout=False)
        return sorted(region.y for region in self.pane.drawn)


async def test_only_rows_that_changed_are_drawn_anew() -> None:
    host = Host()
    async with host.run_test(size=(20, 6)):
        assert host.pane.rows() == ["one", "two", "three", ""]
        assert host.drawn_for(content("one", "2", "three")) == [1]
        assert host.pane.rows() == ["one", "2", "three", ""]
        assert host.drawn_for(content("one")) == [1, 2]
        assert host.pane.rows() == ["one", "", "", ""]
        assert host.drawn_for(content(*WORDS)) == [1, 2]
        assert host.drawn_for(content(*WORDS)) == []


async def test_a_row_that_reads_the_same_and_looks_different_is_drawn_anew() -> None:
    host = Host()
    async with host.run_test(size=(20, 6)):
        before = drawn(host.pane)[2]
        one, two, three = content(*WORDS)
        assert host.drawn_for([one, two, three.stylize("bold")]) == [2]
        assert drawn(host.pane)[2] != before


async def test_another_width_wraps_anew() -> None:
    host = Host()
    async with host.run_test(size=(20, 6)) as pilot:
        host.drawn_for(content("some words to wrap"))
        await pilot.resize_terminal(10, 6)
        await pilot.pause()
        assert host.pane.rows() == ["some words", "to wrap", "", ""]


class Twins(App[None]):
    """A pane beside what Textual makes of the same lines."""

    CSS = """
    #pane, #stock {
        width: 20; height: 9; color: $error; background: $panel;
        border-left: solid $accent; padding: 1 2 0 1;
    }
    """
    LINES = (
        Content("a line that is too long for one row"),
        Content(""),
        Content.assemble(("part", "bold $success"), " of it"),
    )

    def compose(self) -> ComposeResult:
        """Both."""
        self.pane, self.stock = Pane(self.LINES, id="pane"), Static(lines(self.LINES), id="stock")
        yield self.pane
        yield self.stock

    def look(self, widget: Widget) -> list[list[tuple[object, ...]]]:
        """Every character, how it looks, and where in the text a mouse would take it to be."""
        return [
            [
                (
                    letter,
                    style.bgcolor,
                    style.meta,
                    *((style.color, style.bold) if letter > " " else ()),
                )
                for text, style, _ in strip
                if style
                for letter in text
            ]
            for strip in drawn(widget)
        ]


async def test_a_pane_is_what_textual_would_draw() -> None:
    twins = Twins()
    async with twins.run_test(size=(40, 24)) as pilot:
        assert twins.look(twins.pane) == twins.look(twins.stock)
        twins.theme = "textual-light"
        await pilot.pause()
        assert twins.look(twins.pane) == twins.look(twins.stock)


async def test_what_is_marked_looks_so_and_can_be_copied() -> None:
    twins = Twins()
    async with twins.run_test(size=(40, 24)) as pilot:
        marked = Selection(Offset(2, 0), Offset(4, 2))
        before = twins.look(twins.pane)
        twins.screen.selections = {twins.pane: marked, twins.stock: marked}
        await pilot.pause()
        assert twins.look(twins.pane) == twins.look(twins.stock) != before
        assert twins.pane.get_selection(marked) == twins.stock.get_selection(marked)
