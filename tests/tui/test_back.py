"""One step back: wherever it is pressed, it loses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing.catalogue.model import BillingCycle, Offer
from billing.payments.model import PaymentKind
from tests.service.shop import LENA, RESCUE, WEBINAR
from tui.flow import Step

if TYPE_CHECKING:
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener

STEPS = ["ProductScreen", "OfferScreen", "TierScreen", "SeatsScreen", "CycleScreen"]


@pytest.mark.parametrize("key", ["escape", "f3"])
async def test_back_from_the_checkout_to_the_start_and_forth_again_keeps_every_answer(
    open_terminal: Opener, shop: Shop, key: str
) -> None:
    async with open_terminal(LENA) as t:
        await t.begin(
            Step.CYCLE, product="goto-webinar", offer=Offer.BUY, tier="pro", seats=5, cycle=None
        )
        await t.cycle.choose(BillingCycle.MONTHLY)
        seen = []
        for _ in STEPS:
            await t.press(key)
            seen.append(t.name)
        assert seen == STEPS[::-1]
        await t.press(*["enter"] * len(STEPS))
        assert t.name == "CheckoutScreen"
        assert "GoTo Webinar · Pro · Monatlich" in t.text
        assert "5 × 249,00 €" in t.text
        assert len(shop.service.cart(shop.session(LENA)).lines) == 1


async def test_back_from_the_checkout_keeps_the_payment_details(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        await t.fill("iban", "AT61 1904 3002 3457 3201")
        await t.fill("holder", "Lena Huber")
        await t.checkout.pay_by(PaymentKind.CARD)
        await t.checkout.card("4242 4242 4242 4242")
        await t.press("escape")
        assert t.name == "CartScreen"
        await t.press("enter")
        assert "(•) Karte" in t.text
        assert t.value("number") == "4242 4242 4242 4242"
        assert (t.value("iban"), t.value("holder")) == ("AT61 1904 3002 3457 3201", "Lena Huber")


async def test_back_from_the_cart_leads_to_the_start_page(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR, RESCUE)
    async with open_terminal(LENA) as t:
        await t.home.open_cart()
        await t.press("f3")
        assert t.name == "HomeScreen"
        assert "Warenkorb (2)" in t.read("#title")


async def test_back_closes_help_and_leaves_the_page_as_it_was(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        await t.begin(Step.SEATS, product="goto-webinar", offer=Offer.BUY, tier="pro")
        await t.press("7", "f1")
        assert t.name == "HelpScreen"
        await t.press("escape")
        assert (t.name, t.seats.shown) == ("SeatsScreen", "7")


async def test_back_keeps_a_number_that_was_typed(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        await t.begin(Step.SEATS, product="goto-webinar", offer=Offer.BUY, tier="pro")
        await t.press("4", "2", "escape")
        assert t.name == "TierScreen"
        await t.press("enter")
        assert (t.name, t.seats.shown) == ("SeatsScreen", "42")


async def test_an_order_is_not_taken_back_by_a_key(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        await t.begin(Step.SEATS, product="goto-webinar", offer=Offer.TRIAL, tier="pro", seats=2)
        await t.press("enter", "escape")
        assert t.name == "HomeScreen"
        assert "GoTo Webinar" in t.read("#subscriptions")
