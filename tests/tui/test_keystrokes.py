"""From Abrechnung to the confirmation in at most 25 key presses beside the payment data."""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from billing.storage.tables import order, order_line
from tests.service.shop import ADA, LENA
from tui import typeahead

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing.service import BillingService
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener

MOST = 25
TO_THE_CHECKOUT = ["n", "w", "enter", "enter", "p", "enter", "5", "enter", "enter"]
ON_INVOICE = ["right", "tab", "tab", "enter"]
"""The way to pay is payment data too, and counted all the same."""


def _slow_down(monkeypatch: pytest.MonkeyPatch, service: BillingService, *methods: str) -> None:
    """Let these take long, as on a machine with much else to do."""

    def slow(method: Callable[..., object], *arguments: object) -> object:
        time.sleep(0.1)
        return method(*arguments)

    for name in methods:
        monkeypatch.setattr(service, name, partial(slow, getattr(service, name)))


@pytest.mark.parametrize("mail", [LENA, ADA])
async def test_webinar_pro_five_yearly_on_invoice(
    open_terminal: Opener, shop: Shop, mail: str
) -> None:
    # In dollars the invoice is the first way to pay, and no VAT id is asked for.
    keys = [*TO_THE_CHECKOUT, *(ON_INVOICE if mail == LENA else ("tab", "enter"))]
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


async def test_a_slow_machine_changes_nothing_of_what_keys_do(
    open_terminal: Opener, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typeahead, "PATIENCE_SECONDS", 0.01)
    async with open_terminal(LENA) as t:
        _slow_down(monkeypatch, shop.service, "availability", "save_draft", "put_line")
        t.send(*TO_THE_CHECKOUT)
        await t.settle()
        assert t.name == "CheckoutScreen"
        assert "5 × 2.388,00 €" in t.read("#order-lines")


async def test_keys_typed_during_the_sign_in_of_the_launcher_are_meant_for_what_follows(
    open_terminal: Opener, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    _slow_down(monkeypatch, shop.service, "sign_in_as")
    async with open_terminal(LENA, settled=False) as t:
        t.send("enter", "w")
        await t.settle()
        assert t.name == "ProductScreen"


async def test_what_ends_the_program_does_not_wait_for_ever(
    open_terminal: Opener, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typeahead, "PATIENCE_SECONDS", 0.01)
    go_on = threading.Event()
    monkeypatch.setattr(shop.service, "availability", lambda *_: go_on.wait(5) and ())
    async with open_terminal(LENA) as t:
        t.send("n", "enter", "ctrl+c")
        await t.until(lambda: type(t.app.screen).__name__ == "QuestionScreen")
        t.send("enter")
        await t.until(lambda: t.app._exit)
        go_on.set()


async def test_enter_held_down_never_answers_two_questions_at_once(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        await t.press("n")
        t.send(*["enter"] * 5)
        await t.settle()
        assert t.name == "CheckoutScreen"
        assert "GoTo Meeting · Professional · Jährlich" in t.text
