"""Payment attempts: when they are asked after, what was taken, and which may not be made."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from billing.errors import PaymentActionNeeded, PaymentDeclined, PaymentUnknown, Problem, Refused
from billing.ordering.attempts import (
    Attempt,
    ask_later,
    create_attempt,
    find_attempt,
    last_attempt,
    read_attempt,
    store_capture,
)
from billing.ordering.orders import read_order
from billing.payments.gateway import GatewayAnswer, GatewayStatus
from billing.payments.model import Card, DeclineReason, PaymentKind
from billing.payments.testgateway import Fault
from billing.rating.money import Money
from billing.storage.invoice_tables import invoice
from billing.storage.tables import payment_attempt
from tests.service.shop import GOOD_CARD, IBAN, POOR_CARD, WEBINAR, request

if TYPE_CHECKING:
    from billing.payments.model import PaymentInput
    from tests.service.shop import Shop

ASKING = Card("4000 0025 0000 3155", "12/30", "123")
NET = Money(Decimal("11940.00"), "EUR")


def tried(shop: Shop, payment: PaymentInput, fault: Fault | None = None) -> Any:
    session = shop.session()
    shop.faults.authorise = [fault]
    asked = request(shop.checkout(session, WEBINAR), payment)
    with suppress(PaymentActionNeeded, PaymentDeclined, PaymentUnknown):
        shop.service.place_order(session, asked)
    return row_of(shop)


def row_of(shop: Shop) -> Any:
    (row,) = shop.rows(payment_attempt)
    return row


def attempt_of(shop: Shop) -> Attempt:
    row = row_of(shop)
    return shop.database.read(
        lambda connection: read_attempt(connection, row.account_id, row.attempt_id)
    )


def again(shop: Shop, **changed: Any) -> Attempt:
    """A further attempt to pay the order, as a retry makes it."""
    row = row_of(shop)

    def step(connection: Any) -> Attempt:
        record = read_order(connection, row.account_id, row.order_id)
        kind = PaymentKind.CARD
        return create_attempt(connection, record, "second", kind, **changed)

    return shop.database.work(row.account_id, step)


@pytest.mark.parametrize(
    ("payment", "fault", "state", "wait"),
    [
        (GOOD_CARD, Fault.ANSWER_LOST, "unknown", timedelta(minutes=5)),
        (ASKING, None, "requires_action", timedelta(minutes=5)),
        (IBAN, None, "processing", timedelta(days=1)),
        (GOOD_CARD, None, "succeeded", None),
        (POOR_CARD, None, "declined", None),
    ],
)
def test_what_is_not_known_is_asked_after(
    shop: Shop, payment: PaymentInput, fault: Fault | None, state: str, wait: timedelta | None
) -> None:
    row = tried(shop, payment, fault)
    assert row.state == state
    assert row.next_ask_at == (None if wait is None else shop.clock.now() + wait)


def test_an_attempt_that_nobody_answered_is_asked_after_ever_less_often(shop: Shop) -> None:
    start = tried(shop, GOOD_CARD, Fault.ANSWER_LOST).started_at
    asks = [row_of(shop).next_ask_at - start]
    for _ in range(4):
        shop.clock.move_to(row_of(shop).next_ask_at)
        shop.database.work(
            row_of(shop).account_id,
            lambda connection: ask_later(connection, attempt_of(shop), shop.clock.now()),
        )
        asks.append(row_of(shop).next_ask_at - start)
    minutes, hours, days = (
        timedelta(minutes=5),
        timedelta(hours=1),
        timedelta(days=1),
    )
    waits = [later - earlier for earlier, later in zip([timedelta(0), *asks], asks, strict=False)]
    assert waits == [minutes, hours, days, days, days]


@pytest.mark.parametrize(
    ("payment", "taken"), [(GOOD_CARD, True), (IBAN, True), (POOR_CARD, False), (ASKING, False)]
)
def test_what_was_taken_is_known(shop: Shop, payment: PaymentInput, *, taken: bool) -> None:
    row = tried(shop, payment)
    assert row.captured_minor == (row.amount_minor if taken else None)


@pytest.mark.parametrize(
    ("status", "taken", "wait"),
    [
        (GatewayStatus.SUCCEEDED, NET.minor, None),
        (GatewayStatus.PROCESSING, NET.minor, timedelta(days=1)),
        (GatewayStatus.DECLINED, None, None),
    ],
)
def test_a_capture_is_stored_with_what_it_took(
    shop: Shop, status: GatewayStatus, taken: int | None, wait: timedelta | None
) -> None:
    tried(shop, GOOD_CARD)
    shop.execute(update(payment_attempt).values(state="authorised", capture=0, captured_minor=None))
    reason = DeclineReason.GENERIC_DECLINE if status is GatewayStatus.DECLINED else None
    answer = GatewayAnswer(status, "captured", reason)
    attempt, now = attempt_of(shop), shop.clock.now()
    shop.database.work(
        attempt.account_id,
        lambda connection: store_capture(connection, attempt, answer, NET, now),
    )
    row = row_of(shop)
    assert (row.state, row.captured_minor, row.gateway_reference) == (status, taken, "captured")
    assert row.next_ask_at == (None if wait is None else now + wait)
    assert row.decline_reason == (reason or "")


def test_an_order_whose_payment_is_under_way_gets_no_second_attempt(shop: Shop) -> None:
    tried(shop, GOOD_CARD, Fault.ANSWER_LOST)
    with pytest.raises(Refused) as caught:
        again(shop)
    assert caught.value.problem is Problem.PAYMENT_OPEN
    assert len(shop.rows(payment_attempt)) == 1


def test_an_order_that_is_paid_gets_no_second_attempt(shop: Shop) -> None:
    tried(shop, GOOD_CARD)
    with pytest.raises(Refused) as caught:
        again(shop)
    assert caught.value.problem is Problem.NOTHING_TO_PAY
    assert len(shop.rows(payment_attempt)) == 1


def test_an_order_with_an_open_invoice_is_tried_again_under_a_new_key(shop: Shop) -> None:
    first = tried(shop, GOOD_CARD)
    shop.execute(update(invoice).values(state="open"))
    shop.execute(update(payment_attempt).values(state="declined"))
    shop.clock.advance(timedelta(days=3))
    second = again(shop, started_at=shop.clock.now(), method_id="method")
    assert second.gateway_key != first.gateway_key
    found = shop.database.read(
        lambda connection: find_attempt(connection, first.account_id, second.gateway_key)
    )
    assert found == second
    assert (second.started_at, second.method_id) == (shop.clock.now(), "method")


def test_the_newest_attempt_is_the_last_whatever_the_clock_of_its_machine_says(shop: Shop) -> None:
    first = tried(shop, IBAN)
    shop.execute(update(payment_attempt).values(state="declined"))
    made = again(shop, started_at=first.started_at - timedelta(hours=1))
    assert made.started_at > first.started_at
    last = shop.database.read(
        lambda connection: last_attempt(connection, made.account_id, made.order_id)
    )
    assert last == made
