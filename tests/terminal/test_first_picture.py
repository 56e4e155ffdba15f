"""A second start shows the first page before the program is loaded, the very same page."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import pytest

from tests.terminal.buyer import ANNA, PASSWORD, Buyer
from tests.terminal.harness import EmulatedScreen, is_stopped
from tests.terminal.machine import COMMAND, TODAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.terminal.harness import Terminal
    from tests.terminal.machine import Machine

pytestmark = pytest.mark.terminal

# With these the program enters the second screen, and takes the terminal over.
ENTERS, TAKES_OVER = b"\x1b[?1049h", b"\x1b[?1000h"
TRUE_COLOUR = {"COLORTERM": "truecolor"}


def _has_started_once(
    machine: Machine, environment: Mapping[str, str | None] | None = None
) -> None:
    terminal = machine.demo(environment=environment)
    Buyer(terminal, machine.language).at_login()
    terminal.wait_quiet()
    terminal.press("ctrl+q")
    assert terminal.wait_exit() == 0


def _picture(terminal: Terminal) -> EmulatedScreen:
    """The screen as it was before the program took the terminal over."""
    screen = EmulatedScreen(80, 24, reply=lambda _: None)
    screen.feed(bytes(terminal.output).split(TAKES_OVER)[0])
    return screen


@pytest.mark.parametrize("environment", [{}, TRUE_COLOUR, {"NO_COLOR": "1"}, {"TERM": "screen"}])
def test_it_looks_as_the_page_does(machine: Machine, environment: dict[str, str | None]) -> None:
    _has_started_once(machine, environment)
    terminal = machine.demo(environment=environment)
    Buyer(terminal, machine.language).at_login()
    terminal.wait_until(lambda: TAKES_OVER in terminal.output, "never taken over")
    picture = _picture(terminal)
    terminal.wait_quiet()
    assert picture.text() == terminal.screen_text()
    shown = picture.screen
    assert terminal.look() == [
        [tuple(shown.buffer[row][column]) for column in range(80)] for row in range(24)
    ]
    # Some terminals clear the second screen whenever it is entered.
    assert terminal.output.count(ENTERS) == 1


@pytest.mark.parametrize("arguments", [("--lang", "en"), ("--as", ANNA)])
def test_a_start_that_begins_otherwise_has_none(
    machine: Machine, arguments: tuple[str, ...]
) -> None:
    _has_started_once(machine)
    terminal = machine.demo(*arguments)
    terminal.wait_until(lambda: TAKES_OVER in terminal.output, "never taken over")
    assert _picture(terminal).text().strip() == ""


def test_what_is_typed_on_it_reaches_the_page(machine: Machine) -> None:
    _has_started_once(machine)
    buyer = Buyer(machine.demo(), machine.language)
    buyer.terminal.wait_for(buyer.words("Sign in to billing"))
    buyer.terminal.together(*ANNA, "enter", *PASSWORD, "enter")
    buyer.at_home()


def test_nothing_typed_is_kept_with_it(machine: Machine) -> None:
    terminal = machine.demo()
    terminal.together(*ANNA)
    terminal.wait_for(re.compile(rf"E-Mail +{ANNA}"))
    terminal.press("ctrl+q")
    assert terminal.wait_exit() == 0
    for file in (machine.home / "cache").rglob("first-page"):
        assert ANNA not in file.read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_meanwhile_leaves_the_terminal_as_it_was(
    machine: Machine, number: signal.Signals
) -> None:
    _has_started_once(machine)
    terminal = machine.demo()
    terminal.wait_for("Billing Center")
    terminal.kill(number)
    terminal.wait_exit()
    terminal.assert_reset()
    assert b"Traceback" not in terminal.output
    assert machine.log() == ""


def test_ctrl_c_meanwhile_asks_as_on_the_page(machine: Machine) -> None:
    _has_started_once(machine)
    terminal = machine.demo()
    terminal.wait_for("Billing Center")
    terminal.press("ctrl+c")
    Buyer(terminal, machine.language).wait_for_button("Beenden")
    terminal.press("enter")
    assert terminal.wait_exit() == 0
    terminal.assert_reset()


def test_where_the_program_cannot_be_seen_nothing_is_shown(machine: Machine) -> None:
    _has_started_once(machine)
    words = " ".join((*COMMAND, "demo", "--today", TODAY))
    terminal = machine.start(command=("/bin/sh", "-c", f"exec {words} 2>/dev/null"))
    terminal.wait_until(lambda: not terminal.is_as_before, "never taken over")
    terminal.press("ctrl+q")
    assert terminal.wait_exit() == 0
    assert terminal.output == b""
    terminal.assert_reset()


def test_a_question_over_the_page_is_no_part_of_it(machine: Machine) -> None:
    terminal = machine.demo()
    # Until then Ctrl+C is an interrupt, and no key.
    terminal.wait_until(lambda: not terminal.is_as_before, "never taken over")
    terminal.press("ctrl+c")
    Buyer(terminal, machine.language).wait_for_button("Beenden")
    terminal.press("enter")
    assert terminal.wait_exit() == 0
    for file in (machine.home / "cache").rglob("first-page"):
        assert "Beenden?" not in file.read_text()


def test_what_is_suspended_leaves_the_terminal_as_it_was(machine: Machine) -> None:
    _has_started_once(machine)
    terminal = machine.demo()
    Buyer(terminal, machine.language).at_login()
    terminal.wait_until(lambda: TAKES_OVER in terminal.output, "never taken over")
    terminal.wait_quiet()
    terminal.kill(signal.SIGTSTP)
    terminal.wait_until(lambda: is_stopped(terminal.pid), "not stopped")
    assert terminal.is_as_before
    terminal.kill(signal.SIGCONT)
    terminal.wait_until(lambda: terminal.output.count(ENTERS) == 2, "not gone on with")
