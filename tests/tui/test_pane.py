"""Beside a question only what changed is drawn anew, and nothing that changed is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App, ComposeResult
from textual.content import Content

from tui.widgets.pane import Pane

if TYPE_CHECKING:
    from textual.geometry import Region

THREE = Content("one\ntwo\nthree")


class Watched(Pane):
    """A pane that notes what it is asked to draw anew."""

    drawn: list[Region]

    def refresh(self, *regions: Region, **how: bool) -> Watched:
        """Note the rows."""
        self.drawn.extend(regions)
        return super().refresh(*regions, **how)

    def rows(self) -> list[str]:
        """The rows that stand there."""
        return [self.render_line(y).text.rstrip() for y in range(self.size.height)]


class Host(App[None]):
    """A pane and nothing else."""

    def compose(self) -> ComposeResult:
        """The pane."""
        self.pane = Watched(THREE, id="pane")
        self.pane.drawn = []
        self.pane.styles.height = 4
        yield self.pane

    def drawn_for(self, content: Content) -> list[int]:
        """The rows drawn anew for a content."""
        self.pane.drawn.clear()
        self.pane.show(content, layout=False)
        return sorted(region.y for region in self.pane.drawn)


async def test_only_rows_that_changed_are_drawn_anew() -> None:
    host = Host()
    async with host.run_test(size=(20, 6)):
        assert host.pane.rows() == ["one", "two", "three", ""]
        assert host.drawn_for(Content("one\n2\nthree")) == [1]
        assert host.pane.rows() == ["one", "2", "three", ""]
        assert host.drawn_for(Content("one")) == [1, 2]
        assert host.pane.rows() == ["one", "", "", ""]
        assert host.drawn_for(THREE) == [1, 2]
        assert host.drawn_for(Content("one\ntwo\nthree")) == []


async def test_a_row_that_reads_the_same_and_looks_different_is_drawn_anew() -> None:
    host = Host()
    async with host.run_test(size=(20, 6)):
        before = host.pane.render_line(2)
        assert host.drawn_for(THREE.stylize("bold", 8)) == [2]
        assert host.pane.render_line(2) != before


async def test_another_width_wraps_anew() -> None:
    host = Host()
    async with host.run_test(size=(20, 6)) as pilot:
        host.drawn_for(Content("some words to wrap"))
        await pilot.resize_terminal(10, 6)
        await pilot.pause()
        assert host.pane.rows() == ["some words", "to wrap", "", ""]
