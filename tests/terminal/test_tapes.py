"""A tape in a real terminal: the presenter holds it up, takes it step by step, and ends it."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.terminal.harness import Terminal
    from tests.terminal.machine import Machine

pytestmark = pytest.mark.terminal

PAUSED = "Paused · Space goes on · → one step · Esc ends"
# Nothing happens for an hour, unless the presenter wants it.
HELD = 'Sleep 1h\nType "lena"\nSleep 1h\nDown\nSleep 1h\n'.replace("1h", "60m")


@pytest.fixture
def speaking_english(machine: Machine) -> Machine:
    machine.language = "en"
    return machine


def played(machine: Machine, text: str, *arguments: str, **options: object) -> Terminal:
    """A tape on the screen."""
    (machine.folder / "a.tape").write_text(text, "utf-8")
    terminal = machine.start("play", "a.tape", *arguments, **options)  # type: ignore[arg-type]
    terminal.wait_for("Sign in to billing")
    return terminal


def test_a_shipped_tape_plays_to_its_end(machine: Machine) -> None:
    terminal = machine.start("demo", "--tape", "trial", "--speed", "1000")
    terminal.wait_for("Das Tape ist zu Ende")
    assert terminal.shows("B-2026-000001")
    terminal.press("x")
    assert terminal.wait_exit() == 0
    terminal.assert_reset()
    assert list(machine.throw_away.iterdir()) == []


def test_steps_play_a_command_each(speaking_english: Machine) -> None:
    terminal = played(speaking_english, HELD)
    terminal.press("right", "right")
    terminal.wait_for(PAUSED)
    terminal.wait_for(re.compile("Mail +lena"))
    terminal.press("escape")
    assert terminal.wait_exit() == 0
    terminal.assert_reset()


def test_space_holds_a_tape_up_and_lets_it_go_on(speaking_english: Machine) -> None:
    terminal = played(speaking_english, HELD)
    terminal.press("space")
    terminal.wait_for(PAUSED)
    terminal.press("space")
    terminal.wait_gone(PAUSED)
    terminal.press("q")
    assert terminal.wait_exit() == 0


def test_keys_stand_in_the_corner_and_below_where_there_is_room(speaking_english: Machine) -> None:
    terminal = played(speaking_english, 'Type "ab"\nDown\nSleep 60m', size=(100, 30))
    terminal.wait_until(lambda: terminal.rows()[29].endswith("a b ↓"), "no keys")
    assert "F1 Help" in terminal.rows()[23]
    terminal.resize(80, 24)
    terminal.wait_until(lambda: terminal.rows()[23].endswith("a b ↓"), "no keys")
    terminal.resize(70, 20)
    terminal.wait_for("Please enlarge the window to 80 × 24.")


def test_a_loop_begins_anew_until_it_is_ended(speaking_english: Machine) -> None:
    terminal = played(speaking_english, 'Type "lena"\nEnter', "--loop", "--speed", "1000")
    terminal.wait_for("a ⏎ l e n a")
    terminal.press("escape")
    assert terminal.wait_exit() == 0
    terminal.assert_reset()


def test_what_never_comes_ends_a_play_with_the_screen(speaking_english: Machine) -> None:
    terminal = played(speaking_english, "Wait@10ms /Kasse/")
    assert terminal.wait_exit() == 1
    assert "a.tape:1:1: /Kasse/ did not come within 0.01 s" in terminal.screen_text()
    terminal.assert_reset()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_play_and_leaves_the_terminal_as_it_was(
    speaking_english: Machine, number: signal.Signals
) -> None:
    terminal = played(speaking_english, HELD)
    terminal.kill(number)
    assert terminal.wait_exit() == 0
    terminal.assert_reset()
    assert list(speaking_english.throw_away.iterdir()) == []


def test_a_terminal_that_goes_away_ends_a_play(speaking_english: Machine) -> None:
    terminal = played(speaking_english, HELD)
    terminal.hang_up()
    assert terminal.wait_exit() == 0
    assert list(speaking_english.throw_away.iterdir()) == []
    assert speaking_english.log() == ""


def test_few_colours_and_none_are_enough(speaking_english: Machine) -> None:
    terminal = played(speaking_english, HELD, environment={"NO_COLOR": "1"})
    assert terminal.colours <= {"39", "49", "39;49"}
    terminal = played(speaking_english, HELD, environment={"TERM": "linux"})
    assert all("38" not in style and "48" not in style for style in terminal.colours)
