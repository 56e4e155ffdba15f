"""A dropped connection loses nothing: kill -9 anywhere, sign in again, go on, order once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.terminal.buyer import ANNA, CYCLE, OFFER, PRODUCT, SEATS, TIER, Buyer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.terminal.machine import Machine
    from tests.terminal.records import Records

pytestmark = pytest.mark.terminal

CART, CHECKOUT = "Cart", "Checkout"
PLACES = (PRODUCT, OFFER, TIER, SEATS, CYCLE, CART, CHECKOUT)


def _answers(buyer: Buyer) -> list[tuple[str, Callable[[], None]]]:
    return [
        (PRODUCT, lambda: buyer.choose_product("GoTo Webinar")),
        (OFFER, lambda: buyer.choose_offer("Buy")),
        (TIER, lambda: buyer.choose_tier("Pro")),
        (SEATS, lambda: buyer.choose_seats(5)),
        (CYCLE, lambda: buyer.choose_cycle("Annual")),
    ]


def _go_to(buyer: Buyer, place: str) -> None:
    """From the start page to a place, each step before it answered."""
    buyer.begin()
    answers = _answers(buyer)
    if place == PRODUCT:
        # Nothing is there to resume before the first answer, so it is given and taken back.
        answers[0][1]()
        buyer.at(OFFER)
        buyer.terminal.press("f3")
        buyer.at(PRODUCT)
        return
    for step, answer in answers:
        if step == place:
            buyer.at(step)
            return
        answer()
    buyer.at_checkout()
    if place == CART:
        for step in (CYCLE, SEATS, TIER, OFFER, PRODUCT):
            buyer.terminal.press("f3")
            buyer.at(step)
        buyer.terminal.press("f3")
        buyer.at_cart()


def _finish(buyer: Buyer, place: str) -> None:
    """From a place to the confirmation."""
    answers = _answers(buyer)
    steps = [step for step, _ in answers]
    for _, answer in answers[steps.index(place) if place in steps else len(steps) :]:
        answer()
    if place == CART:
        buyer.at_cart()
        buyer.terminal.press("enter")
    buyer.pay_by_sepa()
    buyer.place_order()


def _assert_ordered_once(records: Records) -> None:
    assert len(records.order_numbers()) == 1
    assert records.charges() == records.totals() == [14_208_60]
    assert records.subscriptions("goto-webinar") == [("goto-webinar", "pro", 5, "active", "annual")]
    assert [kind for kind, _ in records.outbox()] == ["confirmation"]
    assert records.rows("SELECT place FROM draft") == []


@pytest.mark.parametrize(
    ("language", "place"),
    [("de", place) for place in PLACES] + [("en", SEATS), ("en", CHECKOUT)],
)
def test_killed_at_any_place_and_finished(machine: Machine, language: str, place: str) -> None:
    machine.language = language
    database = str(machine.with_database())
    killed = machine.demo("--database", database, "--as", ANNA)
    buyer = Buyer(killed, language)
    buyer.at_home()
    _go_to(buyer, place)
    killed.kill9()
    assert killed.signal_status == 9

    buyer = Buyer(machine.demo("--database", database), language)
    buyer.sign_in(ANNA)
    buyer.terminal.wait_for(buyer.words("Continue where you left off?"))
    assert buyer.terminal.shows(buyer.words(place))
    buyer.resume()
    _finish(buyer, place)
    _assert_ordered_once(machine.records)
    assert len(machine.records.subjects()) == 1


@pytest.mark.parametrize("said", [False, True], ids=["at once", "when it says so"])
def test_killed_while_the_order_is_placed(machine: Machine, *, said: bool) -> None:
    database = str(machine.with_database())
    killed = machine.demo("--database", database, "--as", ANNA)
    buyer = Buyer(killed, "de")
    buyer.at_home()
    buyer.buy_webinar()
    buyer.pay_by_sepa()
    buyer.focus_button(buyer.words("Place Order"))
    killed.press("enter")
    if said:
        placing, done = buyer.words("Placing the order …"), buyer.words("Order number")
        killed.wait_until(lambda: killed.shows(placing) or killed.shows(done), "no order")
    killed.kill9()

    buyer = Buyer(machine.demo("--database", database), "de")
    buyer.sign_in(ANNA)
    resume = buyer.words("Continue where you left off?")
    bought = re.compile("GoTo Webinar +Pro")
    terminal = buyer.terminal
    terminal.wait_until(
        lambda: terminal.shows(resume) or terminal.shows(bought), "neither draft nor order"
    )
    if terminal.shows(resume):
        buyer.resume()
        _finish(buyer, CHECKOUT)
    _assert_ordered_once(machine.records)


@pytest.mark.parametrize("language", ["de", "en"])
def test_ticks_are_there_again_after_the_terminal_is_taken_away(
    machine: Machine, language: str
) -> None:
    machine.language = language
    database = str(machine.with_database())
    buyer = Buyer(machine.demo("--database", database, "--as", ANNA), language)
    buyer.at_home()
    buyer.terminal.press("l")
    buyer.terminal.wait_for(buyer.words("Users"))
    buyer.terminal.press("enter", "space")
    buyer.terminal.wait_for("*")
    buyer.terminal.hang_up()
    buyer.terminal.wait_exit()
    buyer = Buyer(machine.demo("--database", database, "--as", ANNA), language)
    buyer.at_home()
    buyer.terminal.press("l")
    names = buyer.words("Not saved yet: the ticks of {names}.", names="Anna Muster")
    buyer.terminal.wait_for(names)
