"""What is made of the terminals that clients describe."""

from __future__ import annotations

import pytest

from serving.terminals import clamped, environment, farewell, terminal


@pytest.mark.parametrize(
    ("size", "made"),
    [
        ((0, 0), (80, 24)),
        ((5000, 3000), (400, 150)),
        ((1, 1), (20, 8)),
        ((100, 0), (100, 24)),
        ((80, 24), (80, 24)),
    ],
)
def test_a_size_can_always_be_drawn(size: tuple[int, int], made: tuple[int, int]) -> None:
    assert clamped(*size) == made


@pytest.mark.parametrize("name", ["", "xterm;rm", "../../x", "a" * 65, "x\ny", "-x"])
def test_a_name_that_is_none_is_not_passed_on(name: str) -> None:
    assert terminal(name, 80, 24).name == "dumb"


@pytest.mark.parametrize(
    "name", ["alacritty", "foot", "wezterm", "xterm-ghostty", "xterm-kitty", "xterm-direct"]
)
def test_terminals_that_can_do_more_than_they_say(name: str) -> None:
    assert environment(name, {}) == {"TERM": name, "COLORTERM": "truecolor"}


@pytest.mark.parametrize("name", ["linux", "screen", "vt100", "dumb"])
def test_terminals_that_cannot_do_what_colorterm_says(name: str) -> None:
    assert "COLORTERM" not in environment(name, {"COLORTERM": "truecolor"})


def test_only_what_describes_the_terminal_is_passed_on() -> None:
    sent = {
        "LANG": "de_DE.UTF-8",
        "COLORTERM": "truecolor",
        "NO_COLOR": "yes",
        "LD_PRELOAD": "/srv/x.so",
        "PYTHONPATH": "/srv",
        "TEXTUAL_DRIVER": "x:y",
        "TERM": "other",
    }
    assert environment("tmux-256color", sent) == {
        "TERM": "tmux-256color",
        "LANG": "de_DE.UTF-8",
        "COLORTERM": "truecolor",
        "NO_COLOR": "1",
    }


@pytest.mark.parametrize("value", ["", "a b", "x" * 65, "$(id)", "\x1b[31m"])
def test_a_strange_value_is_dropped(value: str) -> None:
    assert environment("xterm", {"LANG": value}) == {"TERM": "xterm"}


def test_names_are_counted_only_if_they_are_known() -> None:
    assert terminal("xterm-kitty", 80, 24).counted_as == "xterm-kitty"
    assert terminal("made-up-4711", 80, 24).counted_as == "other"


def test_a_screen_that_was_left_in_order_is_not_left_again() -> None:
    shown = terminal("xterm", 80, 24)
    assert b"?1049l" not in farewell(shown, left_in_order=True)
    assert b"?1049l" in farewell(shown, left_in_order=False)
    assert farewell(terminal("dumb", 80, 24), left_in_order=False) == b""
