"""However the program ends, the terminal is as it was and nothing of the demo stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.terminal.buyer import ANNA, Buyer
from tests.terminal.harness import PATIENCE
from tests.terminal.machine import COMMAND, TODAY

if TYPE_CHECKING:
    from tests.terminal.harness import Terminal
    from tests.terminal.machine import Machine

pytestmark = pytest.mark.terminal


def _assert_nothing_left(machine: Machine, terminal: Terminal) -> None:
    terminal.assert_reset()
    assert b"Traceback" not in terminal.output
    assert list(machine.throw_away.iterdir()) == []
    assert machine.log() == ""


def test_ctrl_c_asks_and_enter_leaves(speaking: Machine) -> None:
    terminal = speaking.demo()
    buyer = Buyer(terminal, speaking.language)
    buyer.at_login()
    terminal.press("ctrl+c")
    terminal.wait_for(buyer.words("Quit?"))
    buyer.wait_for_button(buyer.words("Quit"))
    terminal.press("escape")
    terminal.wait_gone(buyer.words("Quit?"))
    terminal.press("ctrl+c")
    buyer.wait_for_button(buyer.words("Quit"))
    terminal.press("enter")
    assert terminal.wait_exit() == 0
    _assert_nothing_left(speaking, terminal)


def test_ctrl_q_leaves_from_within_the_flow(machine: Machine) -> None:
    buyer = Buyer(machine.demo("--as", ANNA), "de")
    buyer.at_home()
    buyer.begin()
    buyer.terminal.press("ctrl+q")
    assert buyer.terminal.wait_exit() == 0
    _assert_nothing_left(machine, buyer.terminal)


def test_ctrl_q_leaves_before_the_database_is_there(machine: Machine) -> None:
    buyer = Buyer(machine.demo(), "de")
    buyer.at_login()
    buyer.terminal.press("ctrl+q")
    assert buyer.terminal.wait_exit() == 0
    _assert_nothing_left(machine, buyer.terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_in_order(machine: Machine, number: signal.Signals) -> None:
    buyer = Buyer(machine.demo("--as", ANNA), "de")
    buyer.at_home()
    buyer.begin()
    # It has to wake up for it.
    buyer.terminal.wait_quiet(0.5)
    buyer.terminal.kill(number)
    buyer.terminal.wait_exit()
    assert buyer.terminal.signal_status is None
    _assert_nothing_left(machine, buyer.terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_while_the_first_page_is_built_is_no_crash(
    machine: Machine, number: signal.Signals
) -> None:
    terminal = machine.demo()
    terminal.wait_until(lambda: terminal.output, "nothing shown")
    terminal.kill(number)
    terminal.wait_exit()
    _assert_nothing_left(machine, terminal)


def test_a_terminal_that_goes_away_without_a_signal_ends_it(machine: Machine) -> None:
    ours, theirs = os.openpty()
    # In a session of its own it is controlled by no terminal, so that nobody signals it.
    program = subprocess.Popen(
        (*COMMAND, "demo", "--today", TODAY),
        env=machine.environment(),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown = b""
    while b"Anmelden" not in shown:
        shown += os.read(ours, 65536)
    os.close(ours)
    try:
        program.wait(PATIENCE)
    finally:
        program.kill()
    assert list(machine.throw_away.iterdir()) == []
    assert machine.log() == ""


def test_a_terminal_that_goes_away_ends_it(machine: Machine) -> None:
    buyer = Buyer(machine.demo("--as", ANNA), "de")
    buyer.at_home()
    buyer.begin()
    buyer.terminal.hang_up()
    buyer.terminal.wait_exit()
    assert list(machine.throw_away.iterdir()) == []
    assert machine.log() == ""
