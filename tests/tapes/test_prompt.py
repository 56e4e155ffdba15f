"""The prompt before and behind the program."""

from __future__ import annotations

import pytest

from tui.tapes.parse import parse
from tui.tapes.prompt import CannotStart, Prompt, launch, launches


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ('Type "billing-center demo"', True),
        ('Hide\nSleep 1s\nType "billing-center" Enter', True),
        ('Type "anna@muster.example"', False),
        ('Type "billing-centers"', False),
        ('Enter\nType "billing-center"', False),
        ("Screenshot a.svg", False),
    ],
)
def test_a_tape_launches_the_program_with_its_first_keys_or_not_at_all(
    text: str, *, starts: bool
) -> None:
    assert launches(parse(text, "a.tape")) is starts


def test_a_line_can_be_edited_before_enter_gives_it() -> None:
    prompt = Prompt()
    prompt.type("xx")
    assert prompt.press("ctrl+u") is None
    prompt.type("exitt")
    assert (prompt.press("backspace"), prompt.press("space")) == (None, None)
    assert prompt.press("enter") == "exit "


def test_lines_stay_above_until_they_are_cleared() -> None:
    prompt = Prompt()
    for line in ("exit", "clear", "exit"):
        prompt.type(line)
        prompt.press("enter")
    prompt.type("bill")
    assert prompt.frame((20, 5)).lines == ("$ exit", "$ bill", "", "", "")


def test_the_last_lines_are_those_that_are_seen() -> None:
    prompt = Prompt()
    for _ in range(10):
        prompt.press("enter")
    prompt.type("bill")
    assert prompt.frame((20, 3)).lines == ("$", "$", "$ bill")


def test_a_launch_line_says_language_and_sign_in() -> None:
    found = launch("billing-center demo --lang=de --as 'anna@muster.example'")
    assert found is not None
    assert (found.lang, found.sign_in_as) == ("de", "anna@muster.example")


@pytest.mark.parametrize("line", ["", "  ", "clear", "exit"])
def test_some_lines_start_nothing(line: str) -> None:
    assert launch(line) is None


@pytest.mark.parametrize(
    "line",
    [
        *("ls", "billing-center quote", "billing-center --lang fr", "billing-center --help"),
        *("billing-center demo | sh", "'billing-center", "billing-center --as ''"),
    ],
)
def test_every_other_line_is_refused(line: str) -> None:
    with pytest.raises(CannotStart):
        launch(line)
