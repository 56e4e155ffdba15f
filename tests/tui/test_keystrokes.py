"""From Abrechnung to the confirmation in at most 25 key presses beside the payment data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing.storage.tables import order, order_line
from tests.service.shop import ADA, LENA

if TYPE_CHECKING:
    from tests.service.shop import Shop
    from tests.tui.driver import Opener

MOST = 25
TO_THE_CHECKOUT = ["n", "w", "enter", "enter", "p", "enter", "5", "enter", "enter"]
ON_INVOICE = ["right", "tab", "tab", "enter"]
"""The way to pay is payment data too, and counted all the same."""


@pytest.mark.parametrize("mail", [LENA, ADA])
async def test_webinar_pro_five_yearly_on_invoice(
    open_terminal: Opener, shop: Shop, mail: str
) -> None:
    keys = (
        [*TO_THE_CHECKOUT, *ON_INVOICE]
        if mail == LENA
        else [*TO_THE_CHECKOUT, *ON_INVOICE[:2], "enter"]
    )
    async with open_terminal(mail) as t:
        await t.press(*keys)
        assert t.name == "ConfirmationScreen"
        assert "GoTo Webinar · Pro" in t.read("#facts")
        assert t.keys_pressed == len(keys) <= MOST
    behind = shop.second()
    (line,) = behind.rows(order_line)
    assert (line.product, line.tier, line.seats, line.cycle) == (
        "goto-webinar",
        "pro",
        5,
        "annual",
    )
    assert len(behind.rows(order)) == 1


async def test_the_arrows_alone_stay_within_the_bound(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        await t.press("enter", "down", "enter", "enter", "down", "down", "enter")
        await t.press("plus", "plus", "plus", "plus", "enter", "enter")
        assert "5 × 2.388,00 €" in t.read("#order-lines")
        await t.press(*ON_INVOICE)
        assert t.name == "ConfirmationScreen"
        assert t.keys_pressed <= MOST


async def test_the_same_keys_in_one_burst_do_the_same(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        t.send(*TO_THE_CHECKOUT)
        await t.settle()
        assert t.name == "CheckoutScreen"
        assert "5 × 2.388,00 €" in t.read("#order-lines")


async def test_enter_held_down_never_answers_two_questions_at_once(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        await t.press("n")
        t.send(*["enter"] * 5)
        await t.settle()
        assert t.name == "CheckoutScreen"
        assert "GoTo Meeting · Professional · Jährlich" in t.text
