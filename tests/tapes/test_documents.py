"""What the documents say of tapes is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.tapes.conftest import shots
from tui.tapes.actions import ACTIONS, PICTURES
from tui.tapes.keys import NAMED
from tui.tapes.parse import OUTPUTS, parse
from tui.tapes.shelf import shipped

if TYPE_CHECKING:
    from tui.tapes.stage import Stage

ROOT = Path(__file__).parents[2]
TAPES = (ROOT / "docs" / "tapes.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")


async def test_the_example_plays(stage: Stage) -> None:
    (example,) = re.findall(r"```elixir\n(.*?)```", TAPES, re.DOTALL)
    assert parse(example, "example.tape").remarks == ()
    (shot,) = await shots(example, stage)
    assert "Which plan tier would you like?" in shot.frame.text


def test_every_command_key_and_ending_is_described() -> None:
    names = {*ACTIONS, *OUTPUTS, *PICTURES, *(key for key in NAMED if not key.startswith("F"))}
    assert {name for name in names if f"`{name}" not in TAPES} == set()


def test_every_shipped_tape_is_named() -> None:
    assert {name for name in shipped() if f"| `{name}` |" not in README} == set()
