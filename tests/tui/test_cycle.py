"""Monatlich oder Jährlich, and what the last button says and leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.catalogue.model import BillingCycle, Offer
from tests.service.shop import LENA, RESCUE
from tui.flow import Step

if TYPE_CHECKING:
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener

ANSWERS = {"product": "goto-webinar", "offer": Offer.BUY, "tier": "pro", "seats": 5}


async def test_yearly_says_what_it_saves_and_both_when_the_next_invoice_comes(
    open_terminal: Opener,
) -> None:
    async with open_terminal(LENA) as t:
        await t.begin(Step.CYCLE, **ANSWERS)
        monthly, yearly = t.read("#cycles").split("Jährlich")
        assert "1.245,00 €" in monthly
        assert "22.12.2026" in monthly
        assert "11.940,00 €" in yearly
        assert "3.000,00 €" in yearly
        assert "20 %" in yearly
        assert "22.11.2027" in yearly


async def test_with_an_empty_cart_the_last_button_leads_to_the_checkout(
    open_terminal: Opener,
) -> None:
    async with open_terminal(LENA) as t:
        await t.begin(Step.CYCLE, **ANSWERS)
        assert "[ Zur Kasse ]" in t.text
        await t.cycle.choose(BillingCycle.ANNUAL)
        assert t.name == "CheckoutScreen"


async def test_with_something_in_the_cart_it_leads_there(open_terminal: Opener, shop: Shop) -> None:
    shop.fill(shop.session(LENA), RESCUE)
    async with open_terminal(LENA) as t:
        await t.begin(Step.CYCLE, **ANSWERS)
        assert "[ In den Warenkorb ]" in t.text
        assert "[ Zur Kasse ]" not in t.text
        await t.cycle.choose(BillingCycle.MONTHLY)
        assert t.name == "CartScreen"
        assert "GoTo Webinar · Pro · Monatlich" in t.text
        assert "LogMeIn Rescue" in t.text


async def test_a_trial_starts_with_its_last_step(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        await t.begin(Step.SEATS, **(ANSWERS | {"offer": Offer.TRIAL, "seats": 2}))
        assert "[ Testversion starten ]" in t.text
        assert "Abrechnung" not in t.read("#progress")
        await t.press("enter")
        assert t.name == "ConfirmationScreen"
