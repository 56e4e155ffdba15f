"""A product is no longer sold: who has it keeps it, and a cart with it says what to do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing.errors import Problem, Refused
from tests.service.shop import ANNA, LENA, RESCUE, WEBINAR, without
from tui.testing.terminal import said

if TYPE_CHECKING:
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener


def gone(product: str) -> str:
    """What is said of a product in the cart."""
    return said(Refused(Problem.NO_LONGER_SOLD, product=product))


async def test_what_an_account_holds_of_it_stays_on_every_page(
    open_terminal: Opener, shop: Shop
) -> None:
    fewer = shop.second(catalogue=without(shop.catalogue, "goto-meeting"))
    async with open_terminal(ANNA, service=fewer.service) as t:
        assert "goto-meeting business 12 (3 frei) Jährlich 14.03.2027" in t.read("#subscriptions")
        await t.press("l")
        assert "goto-meeting" in t.read("#ticks")
        await t.press("escape")
        await t.home.add_subscription()
        assert "goto-meeting" not in t.text


async def test_a_tier_that_is_gone_is_named_by_its_id(open_terminal: Opener, shop: Shop) -> None:
    products = [
        replace(product, tiers=product.tiers[:1]) if product.id == "goto-meeting" else product
        for product in shop.catalogue.products
    ]
    fewer = shop.second(catalogue=replace(shop.catalogue, products=tuple(products)))
    async with open_terminal(ANNA, service=fewer.service) as t:
        assert "GoTo Meeting business 12" in t.read("#subscriptions")
        await t.home.add_subscription()
        await t.point_at("products", "goto-meeting")
        assert "business, 12 Lizenzen" in t.read("#pane")


async def test_a_cart_with_it_points_at_the_line_and_can_be_ordered_without_it(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), RESCUE, WEBINAR)
    fewer = shop.second(catalogue=without(shop.catalogue, "goto-webinar"))
    async with open_terminal(LENA, service=fewer.service) as t:
        await t.home.open_cart()
        assert t.notice == gone("goto-webinar")
        assert not t.app.screen.query("#checkout, #sum")
        assert "goto-webinar · pro · Jährlich 5 Lizenzen" in t.read("#lines")
        await t.press("x")
        await t.question.answer("remove")
        assert t.notice == ""
        await t.push("checkout")
        assert "LogMeIn Rescue" in t.text
    assert [line.selection for line in fewer.service.cart(fewer.session(LENA)).lines] == [RESCUE]


async def test_its_line_is_changed_from_the_first_question_on(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    fewer = shop.second(catalogue=without(shop.catalogue, "goto-webinar"))
    async with open_terminal(LENA, service=fewer.service) as t:
        await t.home.open_cart()
        await t.press("enter")
        assert t.name == "ProductScreen"
        await t.product.choose("gotomypc")
        await t.press("enter", "enter", "enter", "enter")
        assert "GoToMyPC" in t.text
    (line,) = fewer.service.cart(fewer.session(LENA)).lines
    assert line.selection.product == "gotomypc"


async def test_who_stood_at_the_checkout_with_it_is_led_to_the_cart(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), RESCUE)
    async with open_terminal(LENA) as t:
        await t.home.add_subscription()
        await t.product.choose("gotomypc")
        await t.press("enter", "enter", "enter")
        assert t.name == "CheckoutScreen"
    fewer = shop.second(catalogue=without(shop.catalogue, "logmein-rescue"))
    async with open_terminal(LENA, service=fewer.service) as t:
        await t.question.answer("resume")
        assert t.name == "CartScreen"
        assert t.notice == gone("logmein-rescue")
