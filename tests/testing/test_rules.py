"""Every rule sees the screen that breaks it, and nothing wrong with one that is as it should be."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from rich.color import ColorType
from rich.segment import Segment
from textual.app import App
from textual.containers import Container, ScrollableContainer, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Static

from tui.testing.rules import SIXTEEN, coloured, flaws
from tui.themes import DARK, THEMES
from tui.widgets.choices import Choices
from tui.widgets.entry import Entry
from tui.widgets.lines import KeyLine
from tui.widgets.push_button import PushButton

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from textual.widget import Widget


class MadeUp(Screen[None]):
    """A screen of the widgets that a test names."""

    def __init__(self, widgets: list[Widget]) -> None:
        super().__init__()
        self._made = widgets

    def compose(self) -> list[Widget]:
        return self._made


class Kasse(MadeUp):
    place = "checkout"


@asynccontextmanager
async def shown(screen: MadeUp, css: str = "") -> AsyncIterator[MadeUp]:
    """A made-up screen in a small terminal."""
    app: App[None] = type("MadeUpApp", (App,), {"CSS": css})()
    for theme in THEMES:
        app.register_theme(theme)
    app.theme = DARK
    async with app.run_test(size=(40, 10)) as pilot:
        await app.push_screen(screen)
        await pilot.pause()
        yield screen


async def broken(screen: MadeUp, css: str = "") -> set[str]:
    """The rules that it breaks."""
    async with shown(screen, css):
        return {flaw.rule for flaw in flaws(screen)}


class Torn(Static):
    """Says that its rows are longer than they are."""

    def render_line(self, y: int) -> Strip:
        return Strip([Segment("Zeile")], cell_length=self.size.width)


def good() -> list[Widget]:
    return [
        Static("Wie viele?"),
        Choices([("a", Content("Fünf"), "Fünf"), ("b", Content("Zehn"), "Zehn")], id="list"),
        PushButton("Weiter", id="next"),
    ]


async def test_a_screen_as_it_should_be_breaks_none() -> None:
    assert await broken(MadeUp(good())) == set()


@pytest.mark.parametrize(
    ("rule", "css", "widgets"),
    [
        ("cut", "#a { width: 9; height: 1; }", lambda: [Static("Fälliger Betrag", id="a")]),
        ("cut", "#a { width: 12; }", lambda: [PushButton("Bestellung aufgeben", id="a")]),
        ("cut", "", lambda: [Static("Eins …und")]),
        ("outside", "#a { offset: 35 0; width: 20; }", lambda: [Static("IBAN"), Entry(id="a")]),
        (
            "outside",
            "MadeUp { overflow: hidden; }",
            lambda: [Static("Zeile\n" * 20), PushButton("Weiter", id="a")],
        ),
        ("outside", "#a { width: 0; }", lambda: [Static("IBAN"), Entry(id="a")]),
        ("scrolled", "Static { width: 80; }", lambda: [ScrollableContainer(Static("x" * 80))]),
        (
            "overlapping",
            "Static { width: 8; } #b { offset: 2 -1; }",
            lambda: [Static("Preis"), Static("Betrag", id="b")],
        ),
        ("empty", "", lambda: [Static(""), KeyLine()]),
        ("empty", "#a { height: 1; }", lambda: [Static("Welches?"), Choices([], id="a")]),
        ("empty", "", lambda: [Static("Weiter?"), PushButton("", id="a")]),
        ("torn", "", lambda: [Torn("Zeile")]),
        ("unreadable", "#a { color: #123; background: #123; }", lambda: [Static("IBAN", id="a")]),
    ],
)
async def test_a_rule_sees_what_breaks_it(
    rule: str, css: str, widgets: Callable[[], list[Widget]]
) -> None:
    assert rule in await broken(MadeUp(widgets()), css)


async def test_at_the_kasse_nothing_may_scroll() -> None:
    def long() -> list[Widget]:
        return [VerticalScroll(Static("Zeile\n" * 30))]

    assert "scrolled" in await broken(Kasse(long()))
    assert "scrolled" not in await broken(MadeUp(long()))


async def test_what_scrolling_brings_is_not_cut_but_what_is_beside_the_window_is() -> None:
    def below() -> list[Widget]:
        return [VerticalScroll(Static("Zeile\n" * 9), Static("Fälliger Gesamtbetrag", id="a"))]

    framed = "#a { border: round red; }"
    assert await broken(MadeUp(below()), framed) == set()
    narrow = "VerticalScroll { width: 12; } #a { width: 21; height: 1; }"
    assert await broken(MadeUp(below()), narrow) == {"cut"}


async def test_what_is_not_displayed_breaks_nothing() -> None:
    hidden = Container(Static("Fälliger Gesamtbetrag", id="a"), id="hidden")
    css = "#a { width: 3; } #hidden { display: none; }"
    assert await broken(MadeUp([*good(), hidden]), css) == set()


async def test_colours_that_the_terminal_does_not_have_are_seen() -> None:
    async with shown(MadeUp([Static("Rot", id="a")]), "#a { color: #ff0000; }") as screen:
        assert any(flaw.seen == "Rot" for flaw in coloured(screen, SIXTEEN))
        assert not list(coloured(screen, frozenset(ColorType)))
