"""Keys that come faster than the pages they are meant for, and two sessions at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.terminal.buyer import ANNA, PASSWORD, Buyer

if TYPE_CHECKING:
    from tests.terminal.machine import Machine

pytestmark = pytest.mark.terminal


def test_a_sign_in_that_arrives_at_once(machine: Machine) -> None:
    buyer = Buyer(machine.demo(), "de")
    buyer.at_login()
    buyer.terminal.together(*ANNA, "enter", *PASSWORD, "enter")
    buyer.at_home()


def test_a_sign_in_typed_before_the_first_screen_is_there(machine: Machine) -> None:
    buyer = Buyer(machine.demo(), "de")
    buyer.terminal.wait_until(lambda: buyer.terminal.output, "nothing shown")
    buyer.terminal.together(*ANNA, "enter", *PASSWORD, "enter")
    buyer.at_home()


def test_a_sign_in_typed_before_the_program_has_the_terminal(machine: Machine) -> None:
    buyer = Buyer(machine.demo(), "de")
    buyer.terminal.together(*ANNA, "enter", *PASSWORD, "enter")
    buyer.at_home()


def test_a_flow_that_arrives_at_once(machine: Machine) -> None:
    buyer = Buyer(machine.demo("--as", ANNA), "de")
    buyer.at_home()
    flow = ["enter", "enter", "enter", "down", "down", "enter", "5", "enter", "enter"]
    buyer.terminal.together(*flow)
    buyer.at_checkout()
    assert buyer.terminal.shows("GoTo Webinar · Pro · Jährlich")
    assert buyer.terminal.shows("5 Organisatoren")


def test_enter_pressed_twice_orders_once_and_shows_the_confirmation(machine: Machine) -> None:
    buyer = Buyer(machine.demo("--database", str(machine.with_database()), "--as", ANNA), "de")
    buyer.at_home()
    buyer.buy_webinar()
    buyer.pay_by_sepa()
    buyer.focus_button(buyer.words("Place Order"))
    buyer.terminal.together("enter", "enter")
    buyer.terminal.wait_for(buyer.words("Order number"))
    buyer.terminal.wait_quiet()
    assert len(machine.records.order_numbers()) == 1
    assert machine.records.charges() == [14_208_60]
    assert buyer.terminal.shows(buyer.words("Order number"))


def test_the_same_account_in_two_sessions_orders_once(machine: Machine) -> None:
    database = str(machine.with_database())
    buyers = [Buyer(machine.demo("--database", database, "--as", ANNA), "de") for _ in range(2)]
    first, second = buyers
    for buyer in buyers:
        buyer.at_home()
    first.buy_webinar()
    first.at_checkout()
    # The second session began before the line was in the cart, and meets it at its end.
    second.buy_webinar()
    second.terminal.wait_for(
        second.words(
            "The cart was changed in another session. It is shown as it is now; please check it."
        )
    )
    second.at_cart()
    second.terminal.press("enter")
    second.pay_by_sepa()
    first.pay_by_sepa()
    first.place_order()
    second.focus_button(second.words("Place Order"))
    second.terminal.press("enter")
    # Be it a refusal or the confirmation again: it names the order that there is.
    (number,) = machine.records.order_numbers()
    second.terminal.wait_for(number)
    assert len(machine.records.order_numbers()) == 1
    assert machine.records.charges() == [14_208_60]
