"""Windows that are too small, and windows that change while somebody types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.terminal.buyer import ANNA, PASSWORD, Buyer

if TYPE_CHECKING:
    from tests.terminal.machine import Machine

pytestmark = pytest.mark.terminal

ENLARGE = (
    "Please enlarge the window\nto {width} × {height}.\nIt is {now_width} × {now_height} now.\n"
)


def test_a_small_window_says_so_and_recovers(speaking: Machine) -> None:
    terminal = speaking.demo(size=(40, 10))
    buyer = Buyer(terminal, speaking.language)
    terminal.wait_for("40 × 10")
    assert terminal.shows("60 × 18")
    assert not terminal.shows(buyer.words("Sign in to billing"))
    terminal.resize(80, 24)
    buyer.enter(ANNA)


def test_nothing_typed_is_lost_when_the_window_changes(machine: Machine) -> None:
    terminal = machine.demo()
    buyer = Buyer(terminal, "de")
    buyer.at_login()
    terminal.type("anna@")
    terminal.resize(120, 36)
    terminal.type("muster.")
    terminal.wait_for("anna@muster.")
    terminal.resize(40, 10)
    terminal.wait_for("40 × 10")
    terminal.resize(60, 18)
    terminal.wait_gone("40 × 10")
    buyer.at_login()
    terminal.type("example")
    terminal.wait_for(ANNA)
    terminal.react("enter")
    terminal.type(PASSWORD)
    terminal.press("enter")
    buyer.at_home()


def test_an_idle_screen_sends_nothing(machine: Machine) -> None:
    terminal = machine.demo()
    Buyer(terminal, "de").at_login()
    terminal.wait_quiet(0.5)
    sent = len(terminal.output)
    terminal.wait_quiet(1.0)
    assert len(terminal.output) == sent
    reaction = terminal.react("a")
    assert 0 < reaction.first_byte <= reaction.last_byte
    assert 0 < reaction.size < 4000
