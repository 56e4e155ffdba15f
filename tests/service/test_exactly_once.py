"""One order, one charge, one mail: under double submits, lost answers, declines and crashes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from billing.errors import OrderConflict, PaymentDeclined, PaymentUnknown
from billing.payments.model import Card, DeclineReason
from billing.payments.testgateway import Fault, TestGateway
from billing.storage.tables import account, cart_line, idempotency, order, outbox, payment_attempt
from billing.storage.tables import subscription as subscription_table
from tests.service.shop import (
    ANNA,
    GOOD_CARD,
    IBAN,
    POOR_CARD,
    RESCUE,
    WEBINAR,
    repriced,
    request,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing.accounts.model import Session
    from billing.ordering.model import Confirmation, OrderRequest
    from billing.payments.check import CheckedPayment
    from billing.payments.gateway import GatewayAnswer
    from billing.payments.model import PaymentInput, StoredMethod
    from billing.rating.money import Money
    from tests.service.shop import Shop

OTHER_CARD = Card("5555 5555 5555 4444", "12/30", "123")


class Killed(BaseException):
    """The process ends here."""


class KillingGateway(TestGateway):
    """Ends the process before or after it has taken the money."""

    def __init__(self, shop: Shop, *, paid: bool) -> None:
        super().__init__(shop.file.with_suffix(".ledger"), clock=shop.clock)
        self._paid = paid

    def authorise(
        self, *, key: str, amount: Money, payment: CheckedPayment | StoredMethod, capture: bool
    ) -> GatewayAnswer:
        if self._paid:
            super().authorise(key=key, amount=amount, payment=payment, capture=capture)
        raise Killed

    def ask(self, key: str) -> GatewayAnswer | None:
        raise Killed


class SlowGateway(TestGateway):
    """Lets something happen before its first request arrives."""

    def __init__(self, shop: Shop, before: Callable[[], object]) -> None:
        super().__init__(shop.file.with_suffix(".ledger"), clock=shop.clock)
        self._before: Callable[[], object] | None = before

    def authorise(
        self, *, key: str, amount: Money, payment: CheckedPayment | StoredMethod, capture: bool
    ) -> GatewayAnswer:
        if self._before is not None:
            before, self._before = self._before, None
            before()
        return super().authorise(key=key, amount=amount, payment=payment, capture=capture)


def assert_ordered_once(shop: Shop, number: str = "B-2026-000001") -> None:
    fulfilled = [row.number for row in shop.rows(order) if row.state == "fulfilled"]
    assert fulfilled == [number]
    accepted = [line for line in shop.bank.operations() if line.status != "declined"]
    assert len(accepted) == 1
    assert len(shop.rows(outbox)) == 1
    webinars = [row for row in shop.rows(subscription_table) if row.product == "goto-webinar"]
    assert [row.state for row in webinars] == ["active"]
    assert shop.rows(cart_line) == []


def both_at_once(
    first: Shop, second: Shop, session: Session, asked: OrderRequest
) -> list[Confirmation]:
    with ThreadPoolExecutor(2) as pool:
        running = [
            pool.submit(shop.service.place_order, session, asked) for shop in (first, second)
        ]
        return [run.result(timeout=60) for run in running]


def test_two_enters_in_one_service_order_once(shop: Shop) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR))
    told = both_at_once(shop, shop, session, asked)
    assert sorted(each.replayed for each in told) == [False, True]
    assert {each.order_id for each in told} == {shop.rows(order)[0].order_id}
    assert_ordered_once(shop)


def test_two_services_on_one_file_order_once(shop: Shop) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR), GOOD_CARD)
    told = both_at_once(shop, shop.second(), session, asked)
    assert sorted(each.replayed for each in told) == [False, True]
    assert_ordered_once(shop)


def test_two_that_are_at_the_gateway_together_order_once(shop: Shop) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR))
    # Nobody leaves the gateway before both have arrived there, whichever call they make first.
    meeting = Barrier(2, timeout=60)
    met: list[None] = []

    def meet() -> None:
        if len(met) < 2:
            met.append(None)
            meeting.wait()

    told = both_at_once(shop.second(delay=meet), shop.second(delay=meet), session, asked)
    assert sorted(each.replayed for each in told) == [False, True]
    assert_ordered_once(shop)


@pytest.mark.parametrize("fault", [Fault.REQUEST_LOST, Fault.ANSWER_LOST])
def test_an_unknown_payment_is_asked_again_and_finished(shop: Shop, fault: Fault) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR))
    shop.faults.authorise = [fault]
    with pytest.raises(PaymentUnknown) as caught:
        shop.service.place_order(session, asked)
    assert caught.value.order_number == "B-2026-000001"
    assert [row.state for row in shop.rows(order)] == ["awaiting_payment"]
    assert [row.state for row in shop.rows(payment_attempt)] == ["unknown"]
    assert (shop.rows(outbox), len(shop.rows(cart_line))) == ([], 1)
    told = shop.service.place_order(session, asked)
    assert (told.order_number, told.replayed) == ("B-2026-000001", False)
    assert_ordered_once(shop)
    assert len(shop.rows(payment_attempt)) == 1


def test_a_payment_that_stays_unknown_stays_one(shop: Shop) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR))
    shop.faults.authorise = [Fault.ANSWER_LOST]
    shop.faults.ask = [Fault.REQUEST_LOST, Fault.ANSWER_LOST]
    for _ in range(3):
        with pytest.raises(PaymentUnknown):
            shop.service.place_order(session, asked)
    shop.second().service.place_order(session, asked)
    assert_ordered_once(shop)


@pytest.mark.parametrize("paid", [False, True])
def test_after_a_crash_at_the_gateway_the_order_is_finished(shop: Shop, *, paid: bool) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR))
    killed = shop.second(gateway=KillingGateway(shop, paid=paid))
    with pytest.raises(Killed):
        killed.service.place_order(session, asked)
    assert [row.state for row in shop.rows(payment_attempt)] == ["created"]
    restarted = shop.second()
    # What a new process knows: the checkout it opens, with the key that was stored.
    reopened = restarted.service.open_checkout(restarted.session())
    assert reopened.key == asked.key
    told = restarted.service.place_order(restarted.session(), request(reopened))
    assert (told.order_number, told.replayed) == ("B-2026-000001", False)
    assert_ordered_once(shop)


def test_after_a_crash_and_a_night_the_paid_order_is_found(shop: Shop) -> None:
    session = shop.session()
    killed = shop.second(gateway=KillingGateway(shop, paid=True))
    with pytest.raises(Killed):
        killed.service.place_order(session, request(shop.checkout(session, WEBINAR)))
    shop.clock.advance(timedelta(days=1))
    told = shop.service.place_order(session, request(shop.service.open_checkout(session)))
    assert told.order_number == "B-2026-000001"
    assert told.lines[0].renews_on == shop.rows(order)[0].placed_on.replace(year=2027)
    assert_ordered_once(shop)


def test_after_a_crash_and_a_night_an_unpaid_order_is_placed_anew(shop: Shop) -> None:
    session = shop.session()
    killed = shop.second(gateway=KillingGateway(shop, paid=False))
    with pytest.raises(Killed):
        killed.service.place_order(session, request(shop.checkout(session, WEBINAR)))
    shop.clock.advance(timedelta(days=1))
    later = shop.second(catalogue=repriced(shop.catalogue, "goto-webinar", 2))
    asked = request(later.service.open_checkout(session))
    told = later.service.place_order(session, asked)
    assert (told.order_number, told.total) == ("B-2026-000002", asked.quote.total_due)
    assert [row.state for row in shop.rows(order)] == ["failed", "fulfilled"]
    assert [row.state for row in shop.rows(payment_attempt)] == ["lost", "processing"]
    assert_ordered_once(shop, "B-2026-000002")
    assert later.service.place_order(session, asked) == replace(told, replayed=True)


def test_another_payment_waits_while_the_first_may_be_on_its_way(shop: Shop) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR))
    shop.faults.authorise = [Fault.REQUEST_LOST]
    with pytest.raises(PaymentUnknown):
        shop.service.place_order(session, asked)
    before = shop.everything()
    with pytest.raises(PaymentUnknown):
        shop.service.place_order(session, replace(asked, payment=GOOD_CARD))
    assert shop.everything() == before
    shop.clock.advance(timedelta(minutes=5))
    told = shop.service.place_order(session, replace(asked, payment=GOOD_CARD))
    assert told.order_number == "B-2026-000002"
    assert_ordered_once(shop, "B-2026-000002")


def test_another_payment_finds_the_first_one_paid(shop: Shop) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR))
    shop.faults.authorise = [Fault.ANSWER_LOST]
    with pytest.raises(PaymentUnknown):
        shop.service.place_order(session, asked)
    with pytest.raises(OrderConflict) as caught:
        shop.service.place_order(session, replace(asked, payment=GOOD_CARD))
    assert caught.value.order_number == "B-2026-000001"
    assert_ordered_once(shop)


@pytest.mark.parametrize(
    ("payment", "state", "refunds"),
    [(IBAN, "processing", 0), (POOR_CARD, "lost", 0), (GOOD_CARD, "refunded", 1)],
)
def test_a_payment_that_comes_after_the_order_was_given_up_pays_for_nothing(
    shop: Shop, payment: PaymentInput, state: str, refunds: int
) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR), payment)
    shop.faults.authorise = [Fault.REQUEST_LOST]
    with pytest.raises(PaymentUnknown):
        shop.service.place_order(session, asked)
    (attempt,) = shop.rows(payment_attempt)

    def order_anew() -> None:
        shop.clock.advance(timedelta(minutes=5))
        shop.service.place_order(session, replace(asked, payment=OTHER_CARD))

    with pytest.raises((PaymentUnknown, PaymentDeclined)):
        shop.second(gateway=SlowGateway(shop, order_anew)).service.place_order(session, asked)
    assert [row.state for row in shop.rows(order)] == ["failed", "fulfilled"]
    states = {row.attempt_id: row.state for row in shop.rows(payment_attempt)}
    assert states.pop(attempt.attempt_id) == state
    assert list(states.values()) == ["succeeded"]
    assert len([line for line in shop.bank.operations() if line.kind == "refund"]) == refunds
    assert len(shop.rows(outbox)) == 1


def test_a_declined_payment_keeps_the_cart_and_the_next_one_succeeds(shop: Shop) -> None:
    session = shop.session()
    checkout = shop.checkout(session, WEBINAR)
    with pytest.raises(PaymentDeclined) as caught:
        shop.service.place_order(session, request(checkout, POOR_CARD))
    assert caught.value.reason is DeclineReason.INSUFFICIENT_FUNDS
    assert [row.state for row in shop.rows(order)] == ["failed"]
    assert shop.rows(outbox) == []
    cart = shop.service.cart(session)
    assert (cart.version, cart.lines) == (1, checkout.cart.lines)
    assert cart.key not in (None, checkout.key)
    told = shop.service.place_order(
        session, request(shop.service.open_checkout(session), GOOD_CARD)
    )
    assert told.order_number == "B-2026-000002"
    assert_ordered_once(shop, "B-2026-000002")


def test_a_declined_request_sent_twice_is_declined_twice_and_asked_once(shop: Shop) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR), POOR_CARD)
    for _ in range(2):
        with pytest.raises(PaymentDeclined):
            shop.service.place_order(session, asked)
    assert len(shop.bank.operations()) == len(shop.rows(order)) == 1


def test_another_card_under_the_declined_key_is_a_new_order(shop: Shop) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR), POOR_CARD)
    with pytest.raises(PaymentDeclined):
        shop.service.place_order(session, asked)
    retry = replace(asked, payment=GOOD_CARD)
    told = shop.service.place_order(session, retry)
    assert told.order_number == "B-2026-000002"
    assert shop.service.place_order(session, retry) == replace(told, replayed=True)
    assert {row.order_id for row in shop.rows(idempotency)} == {told.order_id}
    assert_ordered_once(shop, "B-2026-000002")


def test_another_card_twice_under_the_declined_key_is_one_new_order(shop: Shop) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR), POOR_CARD)
    with pytest.raises(PaymentDeclined):
        shop.service.place_order(session, asked)
    retry = replace(asked, payment=GOOD_CARD)
    shop.faults.authorise = [Fault.ANSWER_LOST]
    with pytest.raises(PaymentUnknown):
        shop.service.place_order(session, retry)
    assert shop.second().service.place_order(session, retry).order_number == "B-2026-000002"
    assert_ordered_once(shop, "B-2026-000002")


def test_credit_taken_for_a_declined_order_comes_back(shop: Shop) -> None:
    session = shop.session()
    shop.execute(
        update(account)
        .where(account.c.account_id == session.account.account_id)
        .values(credit_minor=50_000)
    )
    asked = request(shop.checkout(session, WEBINAR), POOR_CARD)
    with pytest.raises(PaymentDeclined):
        shop.service.place_order(session, asked)
    assert shop.service.home(session).credit_balance.minor == 50_000
    shop.service.place_order(session, request(shop.service.open_checkout(session), GOOD_CARD))
    assert shop.service.home(session).credit_balance.minor == 0
    assert shop.rows(order)[-1].total_minor == 1_370_860


def test_lines_added_while_a_payment_is_unknown_stay_in_the_cart(shop: Shop) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR))
    shop.faults.authorise = [Fault.ANSWER_LOST]
    with pytest.raises(PaymentUnknown):
        shop.service.place_order(session, asked)
    shop.service.put_line(session, 1, RESCUE)
    shop.service.place_order(session, asked)
    cart = shop.service.cart(session)
    assert [line.selection for line in cart.lines] == [RESCUE]
    assert cart.key is None


def test_two_sessions_with_different_carts_of_different_accounts_do_not_meet(shop: Shop) -> None:
    anna, lena = shop.session(ANNA), shop.session("lena@huber.example")
    asked = request(shop.checkout(anna, WEBINAR), IBAN)
    theirs = request(shop.checkout(lena, RESCUE), GOOD_CARD)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(shop.service.place_order, anna, asked)
        second = pool.submit(shop.second().service.place_order, lena, theirs)
        numbers = [first.result(timeout=60).order_number, second.result(timeout=60).order_number]
    assert numbers == ["B-2026-000001", "B-2026-000001"]
    assert len(shop.bank.operations()) == 2
