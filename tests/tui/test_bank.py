"""The bank asks the buyer: at the Kasse, answered once, and nothing is charged before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing.errors import PaymentActionNeeded, PaymentDeclined
from billing.payments.model import Card, DeclineReason, PaymentKind
from billing.storage.tables import order, payment_attempt
from tests.service.shop import LENA, WEBINAR, RealGateway, request
from tui.table import link
from tui.testing.terminal import said

if TYPE_CHECKING:
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener, Terminal

ASKING = "4000 0025 0000 3155"
ASKING_TOO = "4000 0000 0000 3220"
ASKING_THEN_POOR = "4000 0082 6000 3178"
GOOD = "4242 4242 4242 4242"
NUMBER = "B-2026-000001"


@pytest.fixture(autouse=True)
def one_line_in_the_cart(shop: Shop) -> None:
    shop.fill(shop.session(LENA), WEBINAR)


async def to_the_bank(t: Terminal, number: str = ASKING) -> None:
    await t.home.open_checkout()
    await t.checkout.pay_by(PaymentKind.CARD)
    await t.checkout.card(number)
    await t.checkout.place_order()
    assert t.name == "QuestionScreen"


def states(shop: Shop) -> list[str]:
    return [operation.status for operation in shop.bank.operations()]


@pytest.mark.parametrize("number", [ASKING, ASKING_TOO])
async def test_the_question_names_the_page_and_that_nothing_is_charged_before(
    open_terminal: Opener, shop: Shop, number: str
) -> None:
    async with open_terminal(LENA) as t:
        await to_the_bank(t, number)
        asked = t.read(".dialog")
        assert "Ihre Bank bittet um Bestätigung" in asked
        assert f"Bestellung {NUMBER}" in asked
        assert "Vorher wird nichts abgebucht." in asked
        assert t.read("#address").startswith("https://bank.example/confirm/")
        assert "[ Ablehnen ]" in asked
    assert states(shop) == ["requires_action"]


async def test_who_confirms_has_ordered(open_terminal: Opener, shop: Shop) -> None:
    async with open_terminal(LENA) as t:
        await to_the_bank(t)
        await t.question.answer("confirm")
        assert t.name == "ConfirmationScreen"
        assert NUMBER in t.read("#facts")
    assert states(shop) == ["succeeded"]
    assert len(shop.rows(order)) == 1


async def test_who_declines_has_the_kasse_as_it_was(open_terminal: Opener, shop: Shop) -> None:
    async with open_terminal(LENA) as t:
        await to_the_bank(t)
        await t.question.answer("decline")
        assert t.name == "CheckoutScreen"
        assert t.notice == said(PaymentDeclined(DeclineReason.AUTHENTICATION_REQUIRED))
        assert (t.value("number"), t.page.waiting) == (ASKING, False)
        await t.fill("number", GOOD)
        await t.checkout.place_order()
        assert t.name == "ConfirmationScreen"
    assert states(shop) == ["declined", "succeeded"]


async def test_a_confirmed_payment_may_still_be_declined(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        await to_the_bank(t, ASKING_THEN_POOR)
        await t.question.answer("confirm")
        assert t.name == "CheckoutScreen"
        assert t.notice == said(PaymentDeclined(DeclineReason.INSUFFICIENT_FUNDS))


async def test_enter_pressed_twice_at_the_order_does_not_answer_the_bank(
    open_terminal: Opener, shop: Shop
) -> None:
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        await t.checkout.pay_by(PaymentKind.CARD)
        await t.checkout.card(ASKING)
        await t.focus("place-order")
        t.send("enter", "enter")
        await t.settle()
        assert t.name == "QuestionScreen"
    assert states(shop) == ["requires_action"]


async def test_enter_pressed_twice_at_the_question_orders_once_and_shows_it(
    open_terminal: Opener, shop: Shop
) -> None:
    async with open_terminal(LENA) as t:
        await to_the_bank(t)
        t.send("enter", "enter")
        await t.settle()
        assert t.name == "ConfirmationScreen"
    assert states(shop) == ["succeeded"]
    assert len(shop.rows(order)) == 1


async def test_escape_leaves_the_order_waiting_and_the_button_asks_again(
    open_terminal: Opener, shop: Shop
) -> None:
    async with open_terminal(LENA) as t:
        await to_the_bank(t)
        address = t.read("#address")
        await t.press("escape")
        assert (t.name, t.page.waiting) == ("CheckoutScreen", False)
        assert t.notice.replace(" ", "") == said(PaymentActionNeeded(NUMBER, address), "!").replace(
            " ", ""
        )
        await t.press("enter")
        assert t.name == "QuestionScreen"
        await t.question.answer("confirm")
        assert t.name == "ConfirmationScreen"
    assert [row.state for row in shop.rows(payment_attempt)] == ["succeeded"]


async def test_the_kasse_says_that_an_order_waits_whenever_it_is_opened(
    open_terminal: Opener,
) -> None:
    async with open_terminal(LENA) as t:
        await to_the_bank(t)
        await t.press("escape", "escape", "enter")
        assert t.name == "CheckoutScreen"
        assert t.notice.startswith(f"! Die Bestellung {NUMBER} wartet")


async def test_a_session_dropped_at_the_question_goes_on_with_the_same_order(
    open_terminal: Opener, shop: Shop
) -> None:
    async with open_terminal(LENA) as t:
        await to_the_bank(t)
    other = shop.second()
    async with open_terminal(LENA, service=other.service) as t:
        await t.home.open_checkout()
        assert t.notice.startswith(f"! Die Bestellung {NUMBER} wartet")
        await t.checkout.pay_by(PaymentKind.CARD)
        await t.checkout.card(ASKING)
        await t.checkout.place_order()
        assert t.name == "QuestionScreen"
        await t.question.answer("confirm")
        assert NUMBER in t.read("#facts")
    assert len(shop.rows(order)) == len(shop.bank.operations()) == 1


async def test_the_question_changes_its_language(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        await to_the_bank(t)
        await t.press("f2")
        assert "Your bank asks for your confirmation" in t.text
        assert (t.name, t.focused) == ("QuestionScreen", "confirm")
        await t.press("escape")
        assert t.notice.startswith("! Your bank asks you to confirm")


async def test_an_order_that_was_settled_meanwhile_is_told_as_it_stands(
    open_terminal: Opener, shop: Shop
) -> None:
    other = shop.second()
    async with open_terminal(LENA) as t:
        await to_the_bank(t)
        session = other.session(LENA)
        other.service.confirm_at_bank(session, NUMBER, accepted=True)
        wanted = request(other.service.open_checkout(session), Card(ASKING, "12/30", "123"))
        other.service.place_order(session, wanted)
        await t.question.answer("decline")
        assert t.name == "ConfirmationScreen"
    assert states(shop) == ["succeeded"]


async def test_at_a_real_bank_the_buyer_says_when_it_is_confirmed(
    open_terminal: Opener, shop: Shop
) -> None:
    real = shop.second(gateway=RealGateway(shop))
    async with open_terminal(LENA, service=real.service) as t:
        await to_the_bank(t)
        assert "Testbank" not in t.text
        await t.question.answer("confirmed")
        assert (t.name, t.focused) == ("QuestionScreen", "confirmed")
        shop.service.confirm_at_bank(shop.session(LENA), NUMBER, accepted=True)
        await t.question.answer("confirmed")
        assert t.name == "ConfirmationScreen"
    assert states(shop) == ["succeeded"]


async def test_at_a_real_bank_the_way_back_leaves_the_order_waiting(
    open_terminal: Opener, shop: Shop
) -> None:
    real = shop.second(gateway=RealGateway(shop))
    async with open_terminal(LENA, service=real.service) as t:
        await to_the_bank(t)
        await t.question.answer("later")
        assert t.name == "CheckoutScreen"
        assert t.notice.startswith("! Ihre Bank bittet Sie")
    assert states(shop) == ["requires_action"]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "https://bank.example/\x1b]8;;https://evil.example\x1b\\"]
)
def test_an_address_that_is_no_plain_web_page_is_text_only(address: str) -> None:
    shown = link(address)
    assert shown.spans == []
    assert "\x1b" not in shown.plain
