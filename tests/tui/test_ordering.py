"""„Bestellung aufgeben“: once, at the price shown, whatever happens at the same time."""

from __future__ import annotations

from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING

from billing.errors import CartChanged, OrderConflict, PaymentUnknown, PriceChanged
from billing.ordering.model import Cart
from billing.payments.model import PaymentKind
from billing.payments.testgateway import Fault
from billing.storage.tables import order
from tests.service.shop import INVOICE, LENA, RESCUE, WEBINAR, repriced, request
from tui.flow import Step
from tui.testing.terminal import said

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing.catalogue.model import Catalogue
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener, Terminal

IBAN = "DE89 3704 0044 0532 0130 00"
ANSWERS = {"product": "goto-webinar", "offer": "buy", "tier": "pro", "seats": 5}


async def ready_to_order(t: Terminal, kind: PaymentKind = PaymentKind.SEPA) -> None:
    """The focus on „Bestellung aufgeben“, everything filled in."""
    await t.home.open_checkout()
    await t.checkout.pay_by(kind)
    if kind is PaymentKind.SEPA:
        await t.fill("iban", IBAN)
    await t.focus("place-order")


class SlowBank:
    """A delay of the gateway that lasts until the test lets it go."""

    def __init__(self) -> None:
        self.asked, self.may_answer = Event(), Event()

    def __call__(self) -> None:
        self.asked.set()
        self.may_answer.wait(10)


async def test_enter_pressed_again_while_the_order_is_under_way_orders_once(
    open_terminal: Opener, new_shop: Callable[..., Shop]
) -> None:
    bank = SlowBank()
    shop = new_shop(delay=bank)
    shop.fill(shop.session(LENA), WEBINAR)
    async with open_terminal(LENA, service=shop.service) as t:
        await ready_to_order(t)
        t.send("enter", "enter")
        await t.until(bank.asked.is_set)
        t.send("enter", "space")
        bank.may_answer.set()
        await t.settle()
    assert len(shop.bank.operations()) == 1
    assert len(shop.second().rows(order)) == 1


async def test_impatient_keys_do_not_skip_the_confirmation(
    open_terminal: Opener, new_shop: Callable[..., Shop]
) -> None:
    bank = SlowBank()
    shop = new_shop(delay=bank)
    shop.fill(shop.session(LENA), WEBINAR)
    async with open_terminal(LENA, service=shop.service) as t:
        await ready_to_order(t)
        t.send("enter")
        await t.until(bank.asked.is_set)
        t.send("enter", "enter")
        bank.may_answer.set()
        await t.settle()
        assert t.name == "ConfirmationScreen"


async def test_a_second_press_does_not_come_back_after_the_user_went_on(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    async with open_terminal(LENA) as t:
        await ready_to_order(t)
        t.send("enter", "enter")
        await t.settle()
        assert t.name == "ConfirmationScreen"
        await t.press("enter")
        assert t.name == "LicencesScreen"


async def test_leaving_waits_until_the_order_is_through(
    open_terminal: Opener, new_shop: Callable[..., Shop]
) -> None:
    bank = SlowBank()
    shop = new_shop(delay=bank)
    shop.fill(shop.session(LENA), WEBINAR)
    async with open_terminal(LENA, service=shop.service) as t:
        await ready_to_order(t)
        t.send("enter")
        await t.until(bank.asked.is_set)
        before = t.notice
        t.send("ctrl+q")
        await t.until(lambda: t.notice != before)
        still_waiting = t.page.waiting
        bank.may_answer.set()
        await t.settle()
        assert still_waiting
        assert t.name == "ConfirmationScreen"


async def test_a_price_that_changed_since_the_cart_is_shown_old_and_new(
    open_terminal: Opener, shop: Shop, catalogue: Catalogue
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    dearer = shop.second(catalogue=repriced(catalogue, "goto-webinar", 2))
    async with open_terminal(LENA, service=dearer.service) as t:
        await t.home.open_cart()
        assert "GoTo Webinar" in t.notice
        assert "2.388,00 €" in t.notice
        assert "4.776,00 €" in t.notice
        await t.press("enter")
        assert "23.880,00 €" in t.read("#sums")


async def test_a_price_that_changes_at_the_checkout_stops_the_order(
    open_terminal: Opener, shop: Shop, catalogue: Catalogue
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    old = shop.service.open_checkout(shop.session(LENA)).quote
    async with open_terminal(LENA) as t:
        await ready_to_order(t, PaymentKind.INVOICE)
        dearer = repriced(catalogue, "goto-webinar", 2)
        shop.service._context = replace(shop.service._context, catalogue=dearer)
        await t.press("enter")
        new = shop.service.open_checkout(shop.session(LENA)).quote
        assert t.notice == said(PriceChanged(old, new))
        assert "23.880,00 €" in t.read("#sums")
        await t.press("enter")
        assert t.name == "ConfirmationScreen"
        assert "23.880,00 €" in t.read("#facts")


async def test_a_cart_changed_elsewhere_is_shown_as_it_is_now(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    other = shop.second()
    async with open_terminal(LENA) as t:
        await ready_to_order(t, PaymentKind.INVOICE)
        other.fill(other.session(LENA), RESCUE)
        await t.press("enter")
        assert t.name == "CartScreen"
        assert t.notice == said(CartChanged(Cart(0, ())), "!")
        assert "GoTo Webinar" in t.read("#lines")
        assert "LogMeIn Rescue" in t.read("#lines")
        await t.press("enter")
        assert t.value("vat-id") == "ATU14243102"
        assert "(•) Rechnung" in t.text
    assert shop.second().rows(order) == []


async def test_a_choice_made_while_the_cart_changed_elsewhere_is_not_lost(
    open_terminal: Opener, shop: Shop
) -> None:
    other = shop.second()
    async with open_terminal(LENA) as t:
        await t.begin(Step.CYCLE, **ANSWERS)
        other.fill(other.session(LENA), RESCUE)
        await t.press("enter")
        products = {line.selection.product for line in shop.service.cart(t.app.visit.session).lines}
        still_asked = t.app.visit.flow is not None and t.name == "CycleScreen"
        assert "goto-webinar" in products or still_asked
        assert t.notice.startswith("! ")


async def test_two_windows_of_one_account_order_once(open_terminal: Opener, shop: Shop) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    other = shop.second()
    async with (
        open_terminal(LENA) as one,
        open_terminal(LENA, service=other.service) as two,
    ):
        await ready_to_order(one, PaymentKind.INVOICE)
        await ready_to_order(two, PaymentKind.INVOICE)
        await one.press("enter")
        assert one.name == "ConfirmationScreen"
        await two.press("enter")
        assert two.name in {"ConfirmationScreen", "HomeScreen", "CartScreen"}
    assert len(shop.second().rows(order)) == 1


async def test_an_order_placed_elsewhere_with_another_payment_is_not_placed_again(
    open_terminal: Opener, shop: Shop
) -> None:
    session = shop.session(LENA)
    checkout = shop.checkout(session, WEBINAR)
    async with open_terminal(LENA) as t:
        await ready_to_order(t)
        done = shop.second().service.place_order(session, request(checkout, INVOICE))
        await t.press("enter")
        assert t.name in {"HomeScreen", "ConfirmationScreen"}
        if t.name == "HomeScreen":
            assert t.notice == said(OrderConflict(done.order_number), "!")
    assert len(shop.second().rows(order)) == 1


async def test_an_unknown_payment_is_kept_and_asked_again_with_the_next_press(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    shop.faults.authorise = [Fault.ANSWER_LOST]
    shop.faults.ask = [Fault.REQUEST_LOST, Fault.REQUEST_LOST]
    async with open_terminal(LENA) as t:
        await ready_to_order(t)
        await t.press("enter")
        (kept,) = shop.rows(order)
        assert t.notice == said(PaymentUnknown(kept.number))
        assert not t.page.waiting
        shop.faults.ask = []
        await t.press("enter")
        assert t.name == "ConfirmationScreen"
        assert kept.number in t.read("#facts")
    assert len(shop.bank.operations()) == 1
