"""What a tape yields: pictures, text, recordings; the same bytes every time."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pyte
import pytest

from tui.tapes import convert
from tui.tapes.convert import CannotConvert
from tui.tapes.house import SampleHouse
from tui.tapes.outputs import record
from tui.tapes.parse import parse
from tui.tapes.stage import Stage

if TYPE_CHECKING:
    from pathlib import Path

TAPE = """
Output all.cast
Output all.txt
Output last.svg
Set TypingSpeed 100ms
Type "billing-center demo --as lena@huber.example"
Enter
Wait /Huber/
Sleep 2s
Screenshot pictures/home.svg
Screenshot home.txt
Type "n"
Down@500ms 2
Hide
Type@1s "xyz"
Enter
Show
Screenshot offer.txt
Sleep 1s
"""
LAUNCH = len("billing-center demo --as lena@huber.example")
SECONDS = (LAUNCH + len("⏎n")) * 0.1 + 2 + 2 * 0.5 + 1


async def test_every_file_that_a_tape_names_is_written(stage: Stage, tmp_path: Path) -> None:
    written = await record(parse(TAPE, "a.tape"), stage, tmp_path)
    names = ["pictures/home.svg", "home.txt", "offer.txt", "all.cast", "all.txt", "last.svg"]
    assert [path.relative_to(tmp_path).as_posix() for path in written] == names
    assert "Huber &amp; Co." in (tmp_path / "pictures/home.svg").read_text().replace("&#160;", " ")
    assert "Huber & Co. KG" in (tmp_path / "home.txt").read_text()
    assert (tmp_path / "last.svg").read_text().startswith("<svg ")


async def test_two_plays_give_the_same_bytes(tmp_path: Path) -> None:
    found = []
    for name in ("first", "second"):
        with SampleHouse() as house:
            paths = await record(
                parse(TAPE, "a.tape"), Stage(house, language="de"), tmp_path / name
            )
        found.append([path.read_bytes() for path in paths])
    assert found[0] == found[1]


async def test_a_recording_is_an_asciicast_of_the_tapes_own_time(
    stage: Stage, tmp_path: Path
) -> None:
    await record(parse(TAPE, "a.tape"), stage, tmp_path)
    header, *events = map(json.loads, (tmp_path / "all.cast").read_text("utf-8").splitlines())
    assert (header["version"], header["width"], header["height"]) == (2, 80, 24)
    assert all(kind == "o" and isinstance(text, str) for _, kind, text in events)
    moments = [moment for moment, _, _ in events]
    assert moments == sorted(moments)
    assert moments[-1] == pytest.approx(SECONDS)


async def test_a_terminal_that_plays_a_recording_shows_the_screens(
    stage: Stage, tmp_path: Path
) -> None:
    await record(parse(TAPE, "a.tape"), stage, tmp_path)
    terminal = pyte.Screen(80, 24)
    stream = pyte.Stream(terminal)
    for line in (tmp_path / "all.cast").read_text("utf-8").splitlines()[1:]:
        stream.feed(json.loads(line)[2])
    shown = [row.replace("\N{NO-BREAK SPACE}", " ").rstrip() for row in terminal.display]
    assert shown == (tmp_path / "offer.txt").read_text("utf-8").split("\n")[:24]


async def test_what_is_hidden_is_neither_seen_nor_takes_time(stage: Stage, tmp_path: Path) -> None:
    hidden = 'Hide\nType@5s "secret"\nShow\nSleep 1s\nHide\nBackspace@9s 6\nShow\n'
    await record(parse(f"Output a.txt\nOutput a.cast\n{hidden}", "a.tape"), stage, tmp_path)
    first, second, rest = (tmp_path / "a.txt").read_text("utf-8").split(f"{'─' * 80}\n")
    assert ("secret" in first, "secre" in second, rest) == (True, False, "")
    last = (tmp_path / "a.cast").read_text("utf-8").splitlines()[-1]
    assert json.loads(last)[0] == 1


async def test_a_missing_converter_is_named_before_anything_is_played(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name, path: None)
    with pytest.raises(CannotConvert, match=r"pip install 'billing-center\[gif\]'"):
        await record(parse("Output a.gif\nScreenshot a.svg", "a.tape"), stage, tmp_path)
    with pytest.raises(CannotConvert, match="rsvg-convert"):
        await record(parse("Screenshot a.png", "a.tape"), stage, tmp_path)
    assert not (tmp_path / "a.svg").exists()


async def test_a_gif_is_made_of_the_recording(stage: Stage, tmp_path: Path) -> None:
    _need("a.gif")
    try:
        await record(parse("Output a.gif\nSleep 1s\nDown\nSleep 1s", "a.tape"), stage, tmp_path)
    except CannotConvert as error:
        if "font" not in str(error):
            raise
        pytest.skip(str(error))
    assert (tmp_path / "a.gif").read_bytes().startswith(b"GIF89a")


async def test_a_png_is_made_of_the_picture(stage: Stage, tmp_path: Path) -> None:
    _need("a.png")
    await record(parse("Output b.png\nScreenshot a.png", "a.tape"), stage, tmp_path)
    first, second = ((tmp_path / name).read_bytes() for name in ("a.png", "b.png"))
    assert first.startswith(b"\x89PNG")
    assert first == second


async def test_a_converter_that_fails_says_why(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = shutil.which("false")
    monkeypatch.setattr(shutil, "which", lambda _name, path: failing)
    with pytest.raises(CannotConvert, match="false failed: "):
        await record(parse("Screenshot a.png", "a.tape"), stage, tmp_path)


def _need(name: str) -> None:
    try:
        convert.require(name)
    except CannotConvert as error:
        pytest.skip(str(error))
