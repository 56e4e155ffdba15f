"""What goes over the line: a key sends what changed, and the whole screen comes when it must.

Unlike times, bytes are the same on every machine.
"""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from tests.terminal.buyer import ANNA, CYCLE, OFFER, PRODUCT, SEATS, TIER, Buyer
from tests.terminal.harness import EmulatedScreen, is_stopped

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.terminal.harness import Terminal
    from tests.terminal.machine import Machine

pytestmark = pytest.mark.terminal

TRUE_COLOUR = {"COLORTERM": "truecolor"}
# Beside the pointer, ten lines of the product's description change.
PRODUCT_BYTES = 550
# Two options of two rows each.
CHOICE_BYTES = 400
STEPPER_BYTES = 140
TAB_BYTES = 400
STEP_BYTES = 3000


def sent_by(terminal: Terminal, key: str) -> int:
    """The bytes that a key leads to."""
    terminal.wait_quiet()
    return terminal.react(key).size


def test_keys_of_a_purchase_send_little(machine: Machine) -> None:
    terminal = machine.demo("--as", ANNA, environment=TRUE_COLOUR)
    buyer = Buyer(terminal, "de")
    buyer.at_home()
    assert sent_by(terminal, "enter") <= STEP_BYTES
    buyer.at(PRODUCT)
    assert max(sent_by(terminal, key) for key in ("home", "down", "down", "down")) <= PRODUCT_BYTES
    buyer.point_at("GoTo Webinar")
    assert sent_by(terminal, "enter") <= STEP_BYTES
    buyer.at(OFFER)
    assert max(sent_by(terminal, key) for key in ("down", "up")) <= CHOICE_BYTES
    assert sent_by(terminal, "enter") <= STEP_BYTES
    buyer.at(TIER)
    buyer.point_at("Pro")
    assert sent_by(terminal, "enter") <= STEP_BYTES
    buyer.at(SEATS)
    assert max(sent_by(terminal, key) for key in "+++-") <= STEPPER_BYTES
    assert sent_by(terminal, "enter") <= STEP_BYTES
    buyer.at(CYCLE)
    assert sent_by(terminal, "f3") <= STEP_BYTES
    buyer.at(SEATS)
    terminal.press("enter")
    buyer.choose_cycle("Annual")
    buyer.at_checkout()
    assert max(sent_by(terminal, "tab") for _ in range(8)) <= TAB_BYTES


@pytest.fixture
def at_the_product(machine: Machine) -> Terminal:
    terminal = machine.demo("--as", ANNA, environment=TRUE_COLOUR)
    buyer = Buyer(terminal, "de")
    buyer.at_home()
    buyer.begin()
    terminal.wait_quiet()
    return terminal


def comes_again(terminal: Terminal, happens: Callable[[], None]) -> None:
    """Fail unless all that is on the screen is sent anew, to a terminal that shows nothing."""
    before, sent = terminal.screen_text(), len(terminal.output)
    happens()
    fresh = EmulatedScreen(80, 24, reply=lambda _: None)

    def shown_again() -> bool:
        nonlocal sent
        fresh.feed(bytes(terminal.output[sent:]))
        sent = len(terminal.output)
        return fresh.text() == before

    terminal.wait_until(shown_again, "not all was sent again")


def test_ctrl_l_sends_everything_again(at_the_product: Terminal) -> None:
    comes_again(at_the_product, lambda: at_the_product.press("\x0c"))


def test_coming_back_from_the_shell_sends_everything_again(at_the_product: Terminal) -> None:
    def away_and_back() -> None:
        at_the_product.kill(signal.SIGTSTP)
        at_the_product.wait_until(lambda: b"\x1b[?1049l" in at_the_product.output, "not away")
        # The screen is given back a moment before the program stops itself.
        at_the_product.wait_until(lambda: is_stopped(at_the_product.pid), "not stopped")
        at_the_product.kill(signal.SIGCONT)

    comes_again(at_the_product, away_and_back)


def test_a_window_that_changes_and_changes_back_is_painted_anew(at_the_product: Terminal) -> None:
    def there_and_back() -> None:
        at_the_product.resize(100, 30)
        at_the_product.wait_quiet()
        at_the_product.resize(80, 24)

    comes_again(at_the_product, there_and_back)


def test_a_window_that_changed_for_a_moment_only_is_painted_anew(at_the_product: Terminal) -> None:
    comes_again(at_the_product, lambda: at_the_product.kill(signal.SIGWINCH))
