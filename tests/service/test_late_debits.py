"""A debit that was given up as lost, and that the bank had after all, beside what paid instead."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from billing.errors import PaymentUnknown
from billing.payments.check import check_payment
from billing.payments.gateway import GatewayStatus
from billing.payments.model import Card
from billing.payments.testgateway import Fault
from billing.rating.money import Money
from billing.storage.tables import payment_attempt
from tests.service.life import bill, bought, move_to, only, row_of, run
from tests.service.shop import GOOD_CARD, IBAN, RESCUE

if TYPE_CHECKING:
    from tests.service.shop import Shop

# Good when typed in, declined whenever it is charged later.
FADING_CARD = Card("4000 0000 0000 0341", "12/30", "123")
DUE = date(2026, 12, 22)


@pytest.fixture
def held(shop: Shop) -> str:
    """A subscription whose renewal was declined, and then asked of a bank that was not reached."""
    found = bought(shop, RESCUE, FADING_CARD)
    move_to(shop, DUE)
    run(shop)
    shop.faults.authorise.append(Fault.REQUEST_LOST)
    with pytest.raises(PaymentUnknown):
        _pay(shop, found, "k1", IBAN)
    shop.clock.advance(timedelta(minutes=6))
    run(shop)
    assert _lost(shop).state == "lost"
    return found


def test_what_another_payment_paid_meanwhile_goes_back_when_the_debit_comes_in(
    shop: Shop, held: str
) -> None:
    lost = _lost(shop)
    assert _pay(shop, held, "k2", GOOD_CARD).state == "paid"
    _arrives_after_all(shop, lost)
    shop.clock.advance(timedelta(days=4))
    shop.bank.settle_debits()
    run(shop)
    line = only(one for one in shop.bank.operations() if one.key == lost.gateway_key)
    assert line.status == GatewayStatus.SUCCEEDED
    assert line.refunded_minor == line.taken_minor == lost.amount_minor
    assert _lost(shop).state == "refunded"
    assert bill(shop, row_of(shop, held).order_id).state == "paid"


def test_with_nothing_paid_meanwhile_it_pays(shop: Shop, held: str) -> None:
    lost = _lost(shop)
    _arrives_after_all(shop, lost)
    shop.clock.advance(timedelta(days=4))
    run(shop)
    row = row_of(shop, held)
    assert (row.state, bill(shop, row.order_id).state) == ("active", "paid")
    assert sum(one.taken_minor - one.refunded_minor for one in shop.bank.operations()) == (
        2 * lost.amount_minor
    )


def _pay(shop: Shop, held: str, key: str, payment: Any) -> Any:
    owed = bill(shop, row_of(shop, held).order_id).invoice_id
    return shop.service.pay_open_invoice(shop.session(), owed, key, payment)


def _lost(shop: Shop) -> Any:
    return only(row for row in shop.rows(payment_attempt) if row.attempt_id == "k1")


def _arrives_after_all(shop: Shop, lost: Any) -> None:
    """The bank has the request now, and says so by itself."""
    answer = shop.bank.authorise(
        key=lost.gateway_key,
        amount=Money.from_minor(lost.amount_minor, lost.currency),
        payment=check_payment(IBAN, DUE),
        capture=True,
    )
    assert answer.status is GatewayStatus.PROCESSING
    shop.service.gateway_answered(lost.account_id, lost.gateway_key, answer)
