"""An open invoice paid by several at once, and beside the worker that tries again: one charge."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from billing.payments.model import Card
from billing.storage.invoice_tables import invoice
from billing.storage.tables import subscription
from tests.processes.crew import race
from tests.processes.jobs import pay, work
from tests.service.audit import audit
from tests.service.books import Books
from tests.service.life import bought, only, row_of, run
from tests.service.shop import ANNA, GOOD_CARD, RESCUE

if TYPE_CHECKING:
    from tests.processes.premises import Premises
    from tests.service.shop import Shop

# Accepted when it is typed in, declined whenever it is charged later.
DECLINED_LATER = Card("4000 0000 0000 0341", "12/30", "123")
RETRY_AFTER = timedelta(days=3)


@pytest.fixture
def rescue(shop: Shop) -> str:
    """A subscription whose renewal was declined."""
    subscription_id = bought(shop, RESCUE, DECLINED_LATER)
    shop.clock.advance(timedelta(days=30))
    run(shop)
    assert row_of(shop, subscription_id).state == "past_due"
    return subscription_id


def open_invoice(shop: Shop) -> str:
    found: str = only(row.invoice_id for row in shop.rows(invoice) if row.state == "open")
    return found


def key(number: int) -> str:
    return f"00000000-0000-7000-8000-{number:012}"


def assert_paid_once(shop: Shop) -> None:
    assert {row.state for row in shop.rows(invoice)} == {"paid"}
    taken = [line.taken_minor for line in shop.bank.operations() if line.status == "succeeded"]
    assert taken == [row.total_minor for row in sorted(shop.rows(invoice), key=_number)]
    states = {row.state for row in shop.rows(subscription) if row.product == RESCUE.product}
    assert states == {"active"}
    audit(Books(shop))


def _number(row: object) -> str:
    return str(getattr(row, "number", ""))


def test_several_who_pay_an_invoice_pay_it_once(
    premises: Premises, shop: Shop, rescue: str
) -> None:
    now, wanted = replace(premises, moment=shop.clock.now()), open_invoice(shop)
    came = race(now, [pay(ANNA, wanted, key(number), GOOD_CARD) for number in range(4)])
    assert Counter(one.refusal or one.answer for one in came) == {"paid": 1, "Refused": 3}
    assert {one.told for one in came} <= {"", "payment_open", "nothing_to_pay"}
    assert_paid_once(shop)


def test_one_request_sent_by_several_pays_once(premises: Premises, shop: Shop, rescue: str) -> None:
    now, wanted = replace(premises, moment=shop.clock.now()), open_invoice(shop)
    came = race(now, [pay(ANNA, wanted, key(1), GOOD_CARD)] * 4)
    assert Counter(one.kind for one in came) == {"done": 4}
    assert {one.answer for one in came} == {"paid"}
    assert_paid_once(shop)


def test_a_buyer_who_pays_while_the_worker_tries_again_pays_once(
    premises: Premises, shop: Shop, rescue: str
) -> None:
    shop.clock.advance(RETRY_AFTER)
    now, wanted = replace(premises, moment=shop.clock.now()), open_invoice(shop)
    payment, _ = race(now, [pay(ANNA, wanted, key(1), GOOD_CARD), work()])
    assert payment.kind in {"done", "Refused payment_open"}
    if payment.refusal:
        shop.service.pay_open_invoice(shop.session(ANNA), wanted, key(1), GOOD_CARD)
    run(shop)
    assert_paid_once(shop)
