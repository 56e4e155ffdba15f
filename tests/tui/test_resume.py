"""A dropped session loses nothing: the next sign-in goes on where it stood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing.catalogue.model import BillingCycle, Offer
from billing.payments.model import PaymentKind
from billing.storage.tables import draft as draft_table
from billing.storage.tables import order
from tests.service.shop import ANNA, INVOICE, LENA, RESCUE, WEBINAR, request
from tui.flow import Step
from tui.messages import OpenHome
from tui.testing.sight import shown_text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.service.shop import Shop
    from tui.testing.terminal import Opener, Terminal


async def walk(t: Terminal, steps: int) -> None:
    """That many answers of GoTo Webinar, Pro, 5, jährlich."""
    ways: list[Callable[[], Awaitable[None]]] = [
        lambda: t.product.choose("goto-webinar"),
        t.offer.buy,
        lambda: t.tier.choose("pro"),
        lambda: t.seats.set(5),
        lambda: t.cycle.choose(BillingCycle.ANNUAL),
    ]
    await t.home.add_subscription()
    for way in ways[:steps]:
        await way()


async def test_the_start_page_stands_before_the_question_covers_it(
    open_terminal: Opener, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below another page nothing is drawn any more."""
    async with open_terminal(ANNA) as t:
        await walk(t, 2)
    seen: list[str] = []
    async with open_terminal(service=shop.second().service) as t:
        monkeypatch.setattr(
            "tui.handling.entrance.offer_to_resume",
            lambda *_: seen.append(shown_text(t.page.query_one("#subscriptions"))),
        )
        await t.login.sign_in(ANNA)
    assert ["GoTo Meeting" in each and "2.304,00" in each for each in seen] == [True]


@pytest.mark.parametrize(
    ("steps", "page", "label"),
    [
        (1, "OfferScreen", "Kaufen / Testen"),
        (2, "TierScreen", "Abostufe"),
        (3, "SeatsScreen", "Benutzerlizenzen"),
        (4, "CycleScreen", "Abrechnung"),
        (5, "CheckoutScreen", "Kasse"),
    ],
)
async def test_a_session_dropped_at_a_step_goes_on_at_it(
    open_terminal: Opener, shop: Shop, steps: int, page: str, label: str
) -> None:
    async with open_terminal(LENA) as t:
        await walk(t, steps)
        assert t.name == page
        before = t.lines()[2:-4]
    async with open_terminal(LENA, service=shop.second().service) as t:
        assert (t.name, t.focused) == ("QuestionScreen", "resume")
        assert "GoTo Webinar" in t.text
        assert label in t.text
        await t.press("enter")
        assert t.name == page
        assert t.lines()[2:-4] == before


async def test_a_session_dropped_in_the_cart_goes_on_there(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), RESCUE)
    async with open_terminal(LENA) as t:
        await walk(t, 5)
        assert t.name == "CartScreen"
    async with open_terminal(LENA, service=shop.second().service) as t:
        await t.question.answer("resume")
        assert t.name == "CartScreen"
        assert "GoTo Webinar · Pro · Jährlich" in t.text
        assert "LogMeIn Rescue" in t.text


async def test_a_resumed_checkout_orders_once(open_terminal: Opener, shop: Shop) -> None:
    async with open_terminal(LENA) as t:
        await walk(t, 5)
    other = shop.second()
    async with open_terminal(LENA, service=other.service) as t:
        await t.question.answer("resume")
        await t.checkout.pay_by(PaymentKind.INVOICE)
        await t.checkout.place_order()
        assert t.name == "ConfirmationScreen"
    behind = shop.second()
    assert len(behind.rows(order)) == 1
    assert behind.rows(draft_table) == []


async def test_an_order_that_came_through_is_not_offered_again(
    open_terminal: Opener, shop: Shop
) -> None:
    async with open_terminal(LENA) as t:
        await walk(t, 5)
    other = shop.second()
    session = other.session(LENA)
    other.service.place_order(session, request(other.service.open_checkout(session), INVOICE))
    async with open_terminal(LENA, service=other.service) as t:
        assert t.name == "HomeScreen"
        assert "GoTo Webinar" in t.text


async def test_later_asks_again_next_time_and_discard_does_not(
    open_terminal: Opener, shop: Shop
) -> None:
    async with open_terminal(LENA) as t:
        await walk(t, 3)
    async with open_terminal(LENA, service=shop.second().service) as t:
        await t.question.answer("later")
        assert t.name == "HomeScreen"
    async with open_terminal(LENA, service=shop.second().service) as t:
        await t.press("escape")
        assert t.name == "HomeScreen"
    async with open_terminal(LENA, service=shop.second().service) as t:
        await t.question.answer("discard")
        assert t.name == "HomeScreen"
    async with open_terminal(LENA, service=shop.second().service) as t:
        assert t.name == "HomeScreen"


async def test_a_resumed_step_goes_back_as_well(open_terminal: Opener, shop: Shop) -> None:
    async with open_terminal(LENA) as t:
        await walk(t, 4)
    async with open_terminal(LENA, service=shop.second().service) as t:
        await t.question.answer("resume")
        await t.press("escape")
        assert t.seats.shown == "5"


async def test_a_product_bought_elsewhere_meanwhile_is_not_resumed_into_a_dead_end(
    open_terminal: Opener, shop: Shop
) -> None:
    async with open_terminal(LENA) as t:
        await walk(t, 3)
    other = shop.second()
    session = other.session(LENA)
    checkout = other.checkout(session, WEBINAR)
    other.service.place_order(session, request(checkout, INVOICE))
    async with open_terminal(LENA, service=other.service) as t:
        if t.name == "QuestionScreen":
            await t.question.answer("resume")
            assert t.name == "ProductScreen"
        else:
            assert t.name == "HomeScreen"


async def test_a_session_dropped_in_the_checkout_reached_from_the_start_page_goes_on_there(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        assert t.name == "CheckoutScreen"
    async with open_terminal(LENA, service=shop.second().service) as t:
        assert "Warenkorb (1)" in t.text
        assert t.name in {"QuestionScreen", "HomeScreen"}


async def test_a_trial_half_chosen_goes_on_as_a_trial(open_terminal: Opener, shop: Shop) -> None:
    async with open_terminal(LENA) as t:
        await t.begin(Step.OFFER, product="goto-webinar")
        await t.offer.try_it()
    async with open_terminal(LENA, service=shop.second().service) as t:
        await t.question.answer("resume")
        assert t.name == "TierScreen"
        flow = t.app.visit.flow
        assert flow is not None
        assert flow.draft.offer is Offer.TRIAL


@pytest.mark.parametrize(
    "leave",
    [
        lambda t: t.send("ctrl+q"),
        lambda t: t.send("ctrl+c", "enter"),
        lambda t: t.app.call_from_signal(),
    ],
    ids=["quit", "asked", "signal"],
)
async def test_a_number_typed_when_the_program_is_left_is_there_again(
    open_terminal: Opener, shop: Shop, leave: Callable[[Terminal], None]
) -> None:
    async with open_terminal(LENA) as t:
        await walk(t, 3)
        await t.press("4", "2")
        leave(t)
        await t.gone()
    async with open_terminal(LENA, service=shop.second().service) as t:
        await t.question.answer("resume")
        assert (t.name, t.seats.shown) == ("SeatsScreen", "42")


async def test_a_typed_number_that_is_wrong_is_not_taken_for_an_answer(
    open_terminal: Opener, shop: Shop
) -> None:
    async with open_terminal(LENA) as t:
        await walk(t, 3)
        await t.press("9", "9", "9", "9")
        t.send("ctrl+q")
        await t.gone()
    async with open_terminal(LENA, service=shop.second().service) as t:
        await t.question.answer("resume")
        assert (t.name, t.seats.shown) == ("SeatsScreen", "1")


async def test_a_number_typed_when_the_flow_is_left_is_stored(
    open_terminal: Opener, shop: Shop
) -> None:
    async with open_terminal(LENA) as t:
        await walk(t, 3)
        await t.press("4", "2")
        t.page.post_message(OpenHome())
        await t.settle()
        stored = shop.service.home(shop.session(LENA)).draft
        assert stored is not None
        assert (stored.draft.seats, stored.place) == (42, Step.SEATS)
