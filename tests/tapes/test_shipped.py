"""The tapes that ship with the program play in both languages; the README shows their pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.tapes.conftest import shots
from tui.i18n import LANGUAGES
from tui.tapes.house import SampleHouse
from tui.tapes.outputs import record
from tui.tapes.shelf import load, load_shipped, shipped
from tui.tapes.stage import Stage

if TYPE_CHECKING:
    from tui.tapes.player import Shot

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"

LAST = {
    "buy": {"de": "14.208,60 €", "en": "€14,208.60"},
    "corporate": {"de": "Corporate Billing Portal", "en": "Corporate Billing Portal"},
    "declined-card": {"de": "Visa •••• 4242", "en": "Visa •••• 4242"},
    "language": {"de": "Bestellung aufgeben", "en": "Place Order"},
    "resumed": {"de": "B-2026-000001", "en": "B-2026-000001"},
    "reverse-charge": {"de": "11.940,00 €", "en": "€11,940.00"},
    "trial": {"de": "29.11.2026, ohne Kosten", "en": "Nov 29, 2026, without a charge"},
    "two-lines": {"de": "15.622,32 €", "en": "€15,622.32"},
}


def test_all_flows_are_there() -> None:
    assert set(shipped()) == set(LAST)


@pytest.mark.parametrize(
    ("name", "language"), zip(sorted(LAST), LANGUAGES * len(LAST), strict=False)
)
async def test_a_shipped_tape_plays_to_its_end(
    name: str, language: str, house: SampleHouse
) -> None:
    found: list[Shot] = await shots(load_shipped(name), Stage(house, language=language))
    assert LAST[name][language] in found[-1].frame.text


@pytest.mark.parametrize("name", sorted(LAST))
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
