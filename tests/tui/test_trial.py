"""Testen: at once, without payment data, once for each product and account."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing.catalogue.model import Offer
from billing.errors import Problem, Refused
from billing.storage.tables import order, trial_use
from tests.service.shop import LENA, RESCUE
from tui.flow import Step
from tui.testing.terminal import said

if TYPE_CHECKING:
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener

ANSWERS = {"product": "goto-webinar", "offer": Offer.TRIAL, "tier": "pro", "seats": 2}


async def test_a_trial_starts_at_once_and_asks_for_no_payment(
    open_terminal: Opener, shop: Shop
) -> None:
    async with open_terminal(LENA) as t:
        await t.begin(Step.SEATS, **ANSWERS)
        pane = t.read("#pane")
        assert "ab heute, 22.11.2026 endet 29.11.2026" in pane
        assert "€" not in pane
        await t.press("enter")
        facts = t.read("#facts")
        assert "GoTo Webinar · Pro" in facts
        assert "29.11.2026" in facts
        assert "Begrüßungs-E-Mail gesendet an lena@huber.example" in facts
        assert "Fälliger Gesamtbetrag" not in facts
        await t.push("home")
        assert "Testversion" in t.read("#subscriptions")
        assert "29.11.2026" in t.read("#subscriptions")
    (message,) = shop.post.messages
    assert LENA in message["To"]


async def test_a_trial_leaves_the_cart_alone(open_terminal: Opener, shop: Shop) -> None:
    cart = shop.fill(shop.session(LENA), RESCUE)
    async with open_terminal(LENA) as t:
        await t.begin(Step.SEATS, **ANSWERS)
        await t.press("enter")
        assert t.name == "ConfirmationScreen"
        assert shop.service.cart(shop.session(LENA)).lines == cart.lines


async def test_a_second_trial_of_the_product_is_refused_wherever_it_was_begun(
    open_terminal: Opener, shop: Shop
) -> None:
    other = shop.second()
    session = other.session(LENA)
    async with open_terminal(LENA) as t:
        await t.begin(Step.SEATS, **ANSWERS)
        draft = t.app.visit.flow.draft if t.app.visit.flow else None
        assert draft is not None
        elsewhere = other.service.new_draft(session)
        again = replace(draft, draft_id=elsewhere.draft_id, key=elsewhere.key)
        other.service.start_trial(session, again)
        await t.press("enter")
        assert t.name == "SeatsScreen"
        assert t.notice == said(Refused(Problem.TRIAL_USED, product="GoTo Webinar"))
        assert not t.page.waiting
    assert len(shop.second().rows(trial_use)) == 2


async def test_enter_pressed_twice_starts_one_trial(open_terminal: Opener, shop: Shop) -> None:
    before = len(shop.rows(trial_use))
    async with open_terminal(LENA) as t:
        await t.begin(Step.SEATS, **ANSWERS)
        t.send("enter", "enter")
        await t.settle()
        assert t.name == "ConfirmationScreen"
    behind = shop.second()
    assert len(behind.rows(trial_use)) == before + 1
    assert len(behind.rows(order)) == 1


async def test_trying_after_all_takes_the_line_out_of_the_cart(
    open_terminal: Opener, shop: Shop
) -> None:
    session = shop.session(LENA)
    shop.fill(session, RESCUE)
    async with open_terminal(LENA) as t:
        await t.home.open_cart()
        await t.push("edit")
        await t.press("escape", "down", "enter", "enter")
        assert t.name == "ConfirmationScreen"
    assert shop.service.cart(session).lines == ()
