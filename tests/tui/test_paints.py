"""A walk through all pages looks the same, cell by cell, as Textual itself would have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual._compositor import Compositor, CompositorUpdate, LayoutUpdate

from billing.sample_people import SAMPLE_PASSWORD
from tests.service.shop import ANNA
from tests.twin_terminals import TwinTerminals
from tui.themes import LIGHT, TERMINAL

if TYPE_CHECKING:
    from textual.screen import Screen

    from tui.testing.terminal import Opener, Terminal

TO_THE_CHECKOUT = ("n", "down", "up", "enter", "enter", "v", "f3", "down", "down", "enter")
AT_THE_CHECKOUT = ("5", "plus", "minus", "enter", "enter", "tab", "tab", "right", "left", "left")
AWAY_AND_BACK = ("ctrl+c", "tab", "enter", "f1", "down", "pagedown", "f3", "f2", "f2", "ctrl+p")
SIZES = {(80, 24): (60, 18), (120, 36): (80, 24)}


def put_together_by_textual(screen: Screen[Any]) -> LayoutUpdate:
    """A whole screen as the stock compositor would have it, whatever has changed."""
    compositor, region = screen._compositor, screen.size.region
    chops = Compositor._render_chops(compositor, region, lambda _: True)
    return LayoutUpdate([list(row.values()) for row in chops], region)


class Watched:
    """A running program whose updates are shown on both terminals."""

    def __init__(self, terminal: Terminal, patch: pytest.MonkeyPatch) -> None:
        self.t = terminal
        self.twins = TwinTerminals(*terminal.app.size)
        self.paints = 0
        self.seen: set[str] = set()
        self.differences: list[object] = []
        patch.setattr(terminal.app, "_display", self._display)

    def _display(self, _screen: Screen[Any], renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate) and not self.t.app._batch_count:
            self.twins.show(renderable, self.t.app.console)
            self.differences += self.twins.differences()
            self.paints += 1

    async def press(self, *keys: str) -> None:
        """Press keys one by one; each may lead to several paints."""
        for key in keys:
            await self.t.press(key)
            self.seen.add(self.t.name)
            whole = put_together_by_textual(self.t.app.screen)
            self.twins.compare_with(whole, self.t.app.console)
            self.differences += self.twins.differences()
            assert self.differences == [], f"after {key!r}:\n{self.t.text}"

    async def resize(self, width: int, height: int) -> None:
        """Another window, which shows nothing yet."""
        self.twins.start(width, height)
        await self.t.resize(width, height)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["de", "en"])
async def test_a_walk_through_the_pages_looks_the_same(
    open_terminal: Opener, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], language: str
) -> None:
    async with open_terminal(size=size, language=language) as t:
        watched = Watched(t, monkeypatch)
        t.app.screen.refresh()
        await t.type(ANNA)
        await watched.press("enter")
        await t.type(SAMPLE_PASSWORD)
        await watched.press("enter", "down", "l", "down", "enter", "f3")
        await watched.press(*TO_THE_CHECKOUT)
        await watched.resize(*SIZES[size])
        await watched.press("left", "v", "f3")
        await watched.resize(*size)
        await watched.press("f3", "enter", *AT_THE_CHECKOUT, *AWAY_AND_BACK, "escape")
        await watched.resize(40, 10)
        await watched.resize(*size)
        await watched.press("right", "right", "right")
        t.app.theme = LIGHT
        await watched.press("tab", "f3", "f3")
        t.app.theme = TERMINAL
        await watched.press("f3", "enter")
        assert len(watched.seen) > 10, watched.seen
        assert watched.paints > 100
        assert watched.twins.painter_bytes < watched.twins.stock_bytes / 5
