"""What is owed: which invoices the start page offers to pay, and under which key."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from billing.accounts.model import EntryKind
from billing.errors import NotAllowed, PaymentActionNeeded, PaymentUnknown, Problem, Refused
from billing.payments.model import Card, SepaDebit
from billing.payments.testgateway import Fault
from billing.storage.tables import account, payment_attempt
from tests.service.life import bill, bought, row_of, run
from tests.service.shop import GOOD_CARD, INVOICE, MAX, RESCUE, WEBINAR

if TYPE_CHECKING:
    from tests.service.shop import Shop

# Good when typed in, declined whenever it is charged later.
FADING_CARD = Card("4000 0000 0000 0341", "12/30", "123")
ASKING_CARD = Card("4000 0025 0000 3155", "12/30", "123")
DEBIT = SepaDebit("DE89 3704 0044 0532 0130 00", "Anna Muster")


@pytest.fixture
def owed(shop: Shop) -> str:
    """The invoice of a renewal that could not be paid."""
    held = bought(shop, RESCUE, FADING_CARD)
    shop.clock.advance(timedelta(days=30))
    run(shop)
    return str(bill(shop, row_of(shop, held).order_id).invoice_id)


def unpaid(shop: Shop) -> list[str]:
    return [one.invoice_id for one in shop.service.home(shop.session()).unpaid]


def test_an_invoice_whose_payment_failed_is_unpaid_until_it_is_paid(shop: Shop, owed: str) -> None:
    assert unpaid(shop) == [owed]
    due = shop.service.due_invoice(shop.session(), owed)
    assert (due.invoice.invoice_id, due.begun) == (owed, False)
    shop.service.pay_open_invoice(shop.session(), owed, due.key, GOOD_CARD)
    assert unpaid(shop) == []
    with pytest.raises(Refused) as refused:
        shop.service.due_invoice(shop.session(), owed)
    assert refused.value.problem is Problem.NOTHING_TO_PAY


@pytest.mark.parametrize("payment", [INVOICE, DEBIT])
def test_what_a_debit_or_a_bank_transfer_will_pay_is_not_unpaid(
    shop: Shop, owed: str, payment: SepaDebit
) -> None:
    bought(shop, WEBINAR, payment)
    assert unpaid(shop) == [owed]
    shop.service.pay_open_invoice(shop.session(), owed, "k1", payment)
    assert unpaid(shop) == []


def test_every_opening_has_a_key_of_its_own(shop: Shop, owed: str) -> None:
    session = shop.session()
    keys = {shop.service.due_invoice(session, owed).key for _ in range(3)}
    assert len(keys) == 3


def test_a_payment_that_waits_is_gone_on_with_under_its_own_key(shop: Shop, owed: str) -> None:
    session = shop.session()
    with pytest.raises(PaymentActionNeeded) as needed:
        shop.service.pay_open_invoice(session, owed, "k1", ASKING_CARD)
    assert unpaid(shop) == [owed]
    due = shop.second().service.due_invoice(session, owed)
    assert (due.key, due.begun) == ("k1", True)
    shop.service.confirm_at_bank(session, needed.value.order_number, accepted=True)
    assert shop.service.pay_open_invoice(session, owed, due.key, ASKING_CARD).state == "paid"


def test_a_payment_that_the_worker_waits_for_is_nothing_to_go_on_with(shop: Shop) -> None:
    held = bought(shop, RESCUE, FADING_CARD)
    shop.clock.advance(timedelta(days=30))
    shop.faults.authorise = [Fault.ANSWER_LOST]
    run(shop)
    invoice_id = bill(shop, row_of(shop, held).order_id).invoice_id
    assert unpaid(shop) == []
    with pytest.raises(Refused) as refused:
        shop.service.due_invoice(shop.session(), invoice_id)
    assert refused.value.problem is Problem.PAYMENT_OPEN


def test_an_unknown_payment_may_be_gone_on_with(shop: Shop, owed: str) -> None:
    shop.faults.authorise = [Fault.ANSWER_LOST]
    with pytest.raises(PaymentUnknown):
        shop.service.pay_open_invoice(shop.session(), owed, "k1", GOOD_CARD)
    assert shop.service.due_invoice(shop.session(), owed).key == "k1"


def test_an_expired_account_may_pay_and_confirm_what_it_owes(shop: Shop, owed: str) -> None:
    yesterday = shop.service.today(shop.session()) - timedelta(days=1)
    shop.execute(update(account).values(expired_on=yesterday))
    session = shop.session()
    assert session.entry.kind is EntryKind.EXPIRED
    key = shop.service.due_invoice(session, owed).key
    with pytest.raises(PaymentActionNeeded) as needed:
        shop.service.pay_open_invoice(session, owed, key, ASKING_CARD)
    shop.service.confirm_at_bank(session, needed.value.order_number, accepted=True)
    assert shop.service.pay_open_invoice(session, owed, key, ASKING_CARD).state == "paid"


def test_only_who_may_pay_is_told_a_key(shop: Shop, owed: str) -> None:
    with pytest.raises(NotAllowed):
        shop.service.due_invoice(shop.session(MAX), owed)
    assert len(shop.rows(payment_attempt)) == 2
