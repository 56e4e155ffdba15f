"""Frames: compared by what is to be seen, drawn row by row, with a corner laid over."""

from __future__ import annotations

import pyte
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.tapes.frame import Frame
from tui.tapes.paint import CLEAR, Painter

RED = Style(color="#ff0000", bold=True)


def frame(*rows: str, style: Style | None = None) -> Frame:
    return Frame.of((10, 3), [Strip([Segment(row, style)]) for row in rows])


def test_a_frame_is_as_large_as_its_screen() -> None:
    found = frame("a", "b", "c", "d")
    assert found.lines == ("a", "b", "c")
    assert [row.cell_length for row in found.rows] == [10, 10, 10]


def test_links_and_what_a_click_would_do_make_no_difference() -> None:
    linked = [Style(link="https://muster.example", meta={"@click": name}) for name in ("a", "b")]
    assert frame("x", style=linked[0]) == frame("x", style=linked[1])
    assert frame("x", style=RED) != frame("x")


def test_a_frame_is_drawn_whole_once_and_then_where_it_differs() -> None:
    painter = Painter()
    assert painter.draw(frame("a", "b", "c")).startswith(CLEAR)
    changed = painter.draw(frame("a", "x", "c"))
    assert changed.startswith("\x1b[2;1H")
    assert changed.count("\x1b[") == changed.count("\x1b[2;1H")
    assert painter.draw(frame("a", "x", "c")) == ""
    painter.forget()
    assert painter.draw(frame("a", "x", "c")).startswith(CLEAR)


def test_a_terminal_shows_what_was_drawn() -> None:
    screen = pyte.Screen(10, 3)
    stream, painter = pyte.Stream(screen), Painter()
    for rows in (("one", "two", "three"), ("one", "zwei", "three"), ("", "zwei", "")):
        stream.feed(painter.draw(frame(*rows)))
    assert [row.rstrip() for row in screen.display] == ["", "zwei", ""]


def test_a_terminal_of_few_colours_is_told_no_others() -> None:
    assert "38;2;255;0;0" in Painter().draw(frame("x", style=RED))
    few = Painter(ColorSystem.STANDARD).draw(frame("x", style=RED))
    assert "38;2" not in few
    assert "\x1b[1;31m" in few


def test_a_corner_covers_the_end_of_the_last_row() -> None:
    corner = Strip([Segment("KEYS")])
    assert frame("a", "b", "0123456789").with_corner(corner).lines == ("a", "b", "012345KEYS")


def test_a_picture_names_no_server() -> None:
    picture = frame("x & <y>").svg()
    assert "url(http" not in picture.replace(" ", "").replace('"', "")
    assert "x&#160;&amp;&#160;&lt;y&gt;" in picture
