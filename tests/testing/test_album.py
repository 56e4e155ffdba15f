"""The accepted screens of a tape: named after its Screenshots, kept beside it, none left over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.tapes.frame import Frame
from tui.testing.album import Album, Screen, difference

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def album(tmp_path: Path) -> Album:
    return Album(tmp_path / "buy.tape", "de-80x24-dark")


def screen(text: str, colour: str = "green") -> Screen:
    return Screen.of(Frame.of((20, 2), [Strip([Segment(text, Style.parse(colour))])]))


def test_screens_of_one_file_are_told_apart_by_number(album: Album) -> None:
    paths = ("till.svg", "out/till.png", "till-2.svg", "till.svg")
    assert [album.page(path) for path in paths] == ["till", "till-2", "till-2-2", "till-3"]


def test_what_was_accepted_is_found_again_and_nothing_else(album: Album, tmp_path: Path) -> None:
    name = album.page("till.svg")
    assert album.accepted(name) is None
    album.accept(name, screen("Kasse"))
    assert album.accepted(name) == screen("Kasse")
    kept = {file.name for file in (tmp_path / "__screens__" / "buy").iterdir()}
    assert kept == {"till.de-80x24-dark.txt", "till.de-80x24-dark.svg"}
    assert Album(tmp_path / "buy.tape", "en-80x24-dark").accepted(name) is None


def test_what_no_screenshot_makes_is_left_over(album: Album, tmp_path: Path) -> None:
    for name in ("till", "home"):
        album.accept(name, screen(name))
    album.page("till.svg")
    assert [file.name for file in album.left()] == [
        "home.de-80x24-dark.svg",
        "home.de-80x24-dark.txt",
    ]
    assert Album(tmp_path / "buy.tape", "en-80x24-dark").left() == []


def test_a_difference_is_shown_as_text_or_left_to_the_picture() -> None:
    assert "-Kasse\n+Korb" in difference(screen("Kasse"), screen("Korb"))
    assert screen("Kasse") != screen("Kasse", "red")
    assert "see the picture" in difference(screen("Kasse"), screen("Kasse", "red"))
