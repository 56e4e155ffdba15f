"""Warenkorb: its lines and sum, changing and removing, and „Bestellung ändern“."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.widgets import Static

from billing.catalogue.model import BillingCycle
from billing.errors import CartChanged
from billing.ordering.model import Selection
from tests.service.shop import ANNA, INVOICE, LENA, RESCUE, WEBINAR, request
from tui.testing.terminal import said

if TYPE_CHECKING:
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener


async def test_every_line_shows_what_it_is_costs_and_renews(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR, RESCUE)
    async with open_terminal(LENA) as t:
        await t.home.open_cart()
        shown = t.read("#lines")
        assert "GoTo Webinar · Pro · Jährlich 11.940,00 €" in shown
        assert "5 Organisatoren · 5 × 2.388,00 €" in shown
        assert "22.11.2026 – 21.11.2027 · nächste Rechnung 22.11.2027" in shown
        assert "LogMeIn Rescue · Rescue · Monatlich 218,00 €" in shown
        assert t.read("#sum") == "Zwischensumme (netto) · Musterpreise 12.158,00 €"


async def test_the_sum_stays_in_sight_however_many_lines_there_are(
    open_terminal: Opener, shop: Shop
) -> None:
    everything = [
        Selection(each.id, each.tiers[0].id, each.tiers[0].min_seats, BillingCycle.ANNUAL)
        for each in shop.catalogue.products
    ]
    shop.fill(shop.session(LENA), *everything)
    for size in ((80, 24), (60, 18)):
        async with open_terminal(LENA, size=size) as t:
            await t.home.open_cart()
            assert "Zwischensumme (netto)" in t.text, size
            await t.press("shift+tab", "end")
            assert shop.catalogue.products[-1].name in t.text, size
            assert "Zwischensumme (netto)" in t.text, size


async def test_an_empty_cart_says_so_and_offers_the_way_to_fill_it(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), RESCUE)
    async with open_terminal(LENA) as t:
        await t.home.open_cart()
        await t.press("x")
        await t.question.answer("remove")
        assert t.read("#empty") == "Der Warenkorb ist leer."
        await t.push("new")
        assert t.name == "ProductScreen"


async def test_a_cart_that_another_session_has_ordered_is_shown_empty(
    open_terminal: Opener, shop: Shop
) -> None:
    session = shop.session(LENA)
    shop.fill(session, RESCUE)
    async with open_terminal(LENA) as t:
        await t.home.open_cart()
        checkout = shop.service.open_checkout(session, None)
        shop.service.place_order(session, request(checkout, INVOICE))
        await t.push("checkout")
        assert t.read("#empty") == "Der Warenkorb ist leer."
        assert t.notice == said(CartChanged(checkout.cart), "!")
        assert "Warenkorb (" not in t.text


async def test_a_checkout_whose_cart_another_session_emptied_shows_it_empty(
    open_terminal: Opener, shop: Shop
) -> None:
    session = shop.session(LENA)
    shop.fill(session, RESCUE)
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        cart = shop.service.cart(session)
        shop.service.remove_line(session, cart.version, cart.lines[0].line_id)
        await t.focus("vat-id")
        await t.clear()
        await t.press("tab")
        assert t.read("#empty") == "Der Warenkorb ist leer."


async def test_removing_asks_and_the_harmless_answer_comes_first(
    open_terminal: Opener, shop: Shop
) -> None:
    session = shop.session(LENA)
    shop.fill(session, WEBINAR, RESCUE)
    async with open_terminal(LENA) as t:
        await t.home.open_cart()
        await t.cart.point_at(1)
        await t.press("x")
        assert (t.name, t.focused) == ("QuestionScreen", "keep")
        assert "LogMeIn Rescue" in t.text
        await t.press("enter")
        assert len(shop.service.cart(session).lines) == 2
        await t.press("x", "escape")
        assert len(shop.service.cart(session).lines) == 2
        await t.cart.point_at(1)
        await t.press("x")
        await t.question.answer("remove")
        assert [line.selection for line in shop.service.cart(session).lines] == [WEBINAR]
        assert "LogMeIn Rescue" not in t.text
        assert "11.940,00 €" in t.read("#sum")


async def test_a_question_asked_at_once_leaves_the_cart_behind_it_as_wide_as_the_window(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), RESCUE)
    async with open_terminal(LENA, size=(120, 36)) as t:
        await t.press("w", "x")
        assert t.name == "QuestionScreen"
        behind = str(t.app.page.query_one("#sum", Static).content)
        await t.press("escape")
        assert behind == str(t.page.query_one("#sum", Static).content)


async def test_a_changed_line_takes_the_place_of_the_old_one(
    open_terminal: Opener, shop: Shop
) -> None:
    session = shop.session(LENA)
    shop.fill(session, WEBINAR, RESCUE)
    async with open_terminal(LENA) as t:
        await t.home.open_cart()
        await t.cart.point_at(1)
        await t.press("e")
        assert t.name == "SeatsScreen"
        assert t.seats.shown == "2"
        await t.seats.set(4)
        await t.press("enter")
        assert t.name == "CartScreen"
        chosen = [line.selection for line in shop.service.cart(session).lines]
        assert chosen == [WEBINAR, replace(RESCUE, seats=4)]


async def test_changing_the_only_line_leads_straight_into_the_flow_with_its_values(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        await t.push("edit")
        assert t.name == "TierScreen"
        assert "Bestellung ändern" in t.read("#title")
        assert "GoTo Webinar · Pro" in t.read("#pane")
        await t.press("enter")
        assert t.seats.shown == "5"
        await t.press("enter")
        assert "[ Zur Kasse ]" in t.text
        await t.press("enter")
        assert t.name == "CheckoutScreen"
        assert len(shop.service.cart(shop.session(LENA)).lines) == 1


async def test_changing_a_line_that_another_session_ordered_says_so(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        other = shop.second()
        session = other.session(LENA)
        checkout = other.service.open_checkout(session, "")
        other.service.place_order(session, request(checkout, INVOICE))
        await t.push("edit")
        assert t.name == "CartScreen"
        assert t.notice == said(CartChanged(checkout.cart), "!")
        assert t.read("#empty") == "Der Warenkorb ist leer."


async def test_changing_one_of_several_lines_asks_which(open_terminal: Opener, shop: Shop) -> None:
    shop.fill(shop.session(LENA), WEBINAR, RESCUE)
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        await t.push("edit")
        assert t.name == "CartScreen"
        assert t.notice.endswith("Welche Position möchten Sie ändern?")


async def test_an_edited_line_can_become_another_product(open_terminal: Opener, shop: Shop) -> None:
    session = shop.session(LENA)
    shop.fill(session, RESCUE)
    async with open_terminal(LENA) as t:
        await t.home.open_cart()
        await t.push("edit")
        await t.press("escape", "escape")
        await t.product.choose("logmein-resolve")
        await t.press("enter", "enter", "enter", "enter")
        assert t.name == "CheckoutScreen"
        lines = shop.service.cart(session).lines
        assert [(each.selection.product, each.selection.seats) for each in lines] == [
            ("logmein-resolve", 2)
        ]


async def test_the_cart_is_reached_from_the_start_page_and_counted_there(
    open_terminal: Opener, shop: Shop
) -> None:
    async with open_terminal(ANNA) as t:
        await t.press("w")
        assert t.name == "HomeScreen"
    shop = shop.second()
    shop.fill(shop.session(ANNA), RESCUE)
    async with open_terminal(ANNA, service=shop.service) as t:
        assert "Warenkorb (1)" in t.read("#title")
        await t.push("cart")
        assert t.name == "CartScreen"
