"""Payments that the bank asks the buyer to confirm: the order waits, and goes on or fails once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from billing.errors import (
    NotAllowed,
    PaymentActionNeeded,
    PaymentDeclined,
    PaymentUnknown,
    Problem,
    Refused,
)
from billing.payments.model import Card, DeclineReason
from billing.payments.testgateway import Fault
from billing.storage.tables import cart_line, order, outbox, payment_attempt
from tests.service.shop import GOOD_CARD, IBAN, MAX, WEBINAR, RealGateway, request

if TYPE_CHECKING:
    from billing.accounts.model import Session
    from billing.ordering.model import OrderRequest
    from tests.service.shop import Shop

ASKING = Card("4000 0025 0000 3155", "12/30", "123")
ASKING_THEN_POOR = Card("4000 0082 6000 3178", "12/30", "123")
NUMBER = "B-2026-000001"


def waiting(shop: Shop, card: Card = ASKING) -> tuple[Session, OrderRequest]:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR), card)
    with pytest.raises(PaymentActionNeeded) as caught:
        shop.service.place_order(session, asked)
    assert caught.value.order_number == NUMBER
    assert caught.value.address.startswith("https://")
    return session, asked


def test_an_order_waits_for_the_buyer_and_goes_on_after_that(shop: Shop) -> None:
    session, asked = waiting(shop)
    assert [row.state for row in shop.rows(payment_attempt)] == ["requires_action"]
    assert (shop.rows(outbox), len(shop.rows(cart_line))) == ([], 1)
    shop.service.confirm_at_bank(session, NUMBER, accepted=True)
    told = shop.second().service.place_order(session, asked)
    assert (told.order_number, told.replayed) == (NUMBER, False)
    assert [row.state for row in shop.rows(payment_attempt)] == ["succeeded"]
    assert len(shop.bank.operations()) == len(shop.rows(outbox)) == 1


def test_the_same_request_before_the_buyer_answered_is_told_the_same(shop: Shop) -> None:
    session, asked = waiting(shop)
    with pytest.raises(PaymentActionNeeded):
        shop.service.place_order(session, asked)
    assert len(shop.rows(order)) == len(shop.bank.operations()) == 1


def test_a_buyer_who_says_no_keeps_the_cart(shop: Shop) -> None:
    session, asked = waiting(shop)
    shop.service.confirm_at_bank(session, NUMBER, accepted=False)
    with pytest.raises(PaymentDeclined) as caught:
        shop.service.place_order(session, asked)
    assert caught.value.reason is DeclineReason.AUTHENTICATION_REQUIRED
    told = shop.service.place_order(
        session, request(shop.service.open_checkout(session), GOOD_CARD)
    )
    assert told.order_number == "B-2026-000002"


def test_the_checkout_names_the_order_that_waits_for_the_buyer(shop: Shop) -> None:
    session, asked = waiting(shop)
    assert shop.second().service.open_checkout(session).to_confirm == NUMBER
    shop.service.confirm_at_bank(session, NUMBER, accepted=False)
    with pytest.raises(PaymentDeclined):
        shop.service.place_order(session, asked)
    assert shop.service.open_checkout(session).to_confirm == ""


def test_a_confirmed_payment_may_still_be_declined(shop: Shop) -> None:
    session, asked = waiting(shop, ASKING_THEN_POOR)
    shop.service.confirm_at_bank(session, NUMBER, accepted=True)
    with pytest.raises(PaymentDeclined) as caught:
        shop.service.place_order(session, asked)
    assert caught.value.reason is DeclineReason.INSUFFICIENT_FUNDS


def test_a_page_that_nobody_answered_ends_the_order_after_an_hour(shop: Shop) -> None:
    session, asked = waiting(shop)
    shop.clock.advance(timedelta(hours=1))
    with pytest.raises(PaymentDeclined):
        shop.service.place_order(session, asked)
    assert [row.state for row in shop.rows(order)] == ["failed"]


def test_only_a_payment_that_waits_can_be_confirmed(shop: Shop) -> None:
    session = shop.session()
    with pytest.raises(Refused) as caught:
        shop.service.confirm_at_bank(session, NUMBER, accepted=True)
    assert caught.value.problem is Problem.NOTHING_TO_CONFIRM
    shop.service.place_order(session, request(shop.checkout(session, WEBINAR), IBAN))
    with pytest.raises(Refused) as caught:
        shop.service.confirm_at_bank(session, NUMBER, accepted=True)
    assert caught.value.problem is Problem.NOTHING_TO_CONFIRM


def test_a_payment_that_never_reached_the_bank_cannot_be_confirmed(shop: Shop) -> None:
    session = shop.session()
    shop.faults.authorise = [Fault.REQUEST_LOST]
    with pytest.raises(PaymentUnknown):
        shop.service.place_order(session, request(shop.checkout(session, WEBINAR), ASKING))
    with pytest.raises(Refused) as caught:
        shop.service.confirm_at_bank(session, NUMBER, accepted=True)
    assert caught.value.problem is Problem.NOTHING_TO_CONFIRM


def test_a_real_banks_page_cannot_be_played(shop: Shop) -> None:
    session, _asked = waiting(shop)
    real = shop.second(gateway=RealGateway(shop))
    with pytest.raises(Refused) as caught:
        real.service.confirm_at_bank(session, NUMBER, accepted=True)
    assert caught.value.problem is Problem.CONFIRMED_ELSEWHERE


def test_only_who_may_order_may_confirm(shop: Shop) -> None:
    waiting(shop)
    with pytest.raises(NotAllowed):
        shop.service.confirm_at_bank(shop.session(MAX), NUMBER, accepted=True)
