"""The tapes that ship with the program, each a test by itself; the README shows one in pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.tapes.house import SampleHouse
from tui.tapes.outputs import record
from tui.tapes.shelf import load, load_shipped, shipped
from tui.tapes.stage import Stage

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"

FLOWS = {
    *("buy", "corporate", "declined-card", "language"),
    *("resumed", "reverse-charge", "trial", "two-lines"),
}


def test_all_flows_are_there() -> None:
    assert set(shipped()) == FLOWS


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_a_shipped_tape_sets_nothing_in_vain_and_names_its_pictures_after_itself(name: str) -> None:
    tape = load_shipped(name)
    assert tape.remarks == ()
    paths = [command.path for command in tape.commands if hasattr(command, "path")]
    assert paths
    assert all(path.startswith(name) for path in paths)


async def test_the_pictures_of_the_readme_are_up_to_date(tmp_path: Path) -> None:
    tape = load(ROOT / "tui" / "tapes" / "shipped" / "buy.tape")
    with SampleHouse() as house:
        written = await record(tape, Stage(house, language="de"), tmp_path)
    old = [p.name for p in written if (PICTURES / p.name).read_bytes() != p.read_bytes()]
    assert not old, "out of date; mend it with make pictures, and look at them"
    assert {path.name for path in PICTURES.iterdir()} == {path.name for path in written}


def test_the_readme_shows_pictures_that_there_are() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    named = [part.split(")")[0] for part in readme.split("](docs/pictures/")[1:]]
    assert named
    assert all((PICTURES / name).is_file() for name in named)
