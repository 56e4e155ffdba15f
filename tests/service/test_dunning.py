"""Dunning: what follows when a renewal cannot be paid, and how it is made good again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, update

from billing.catalogue.model import BillingCycle
from billing.errors import (
    OrderConflict,
    PaymentActionNeeded,
    PaymentDeclined,
    PaymentUnknown,
    Problem,
    Refused,
)
from billing.ordering.model import Change
from billing.payments.model import Card, SepaDebit
from billing.payments.testgateway import Fault
from billing.storage.invoice_tables import payment_method
from billing.storage.tables import account, order, outbox, payment_attempt, subscription_event
from tests.service.life import bill, bought, lines_of, move_to, row_of, run
from tests.service.shop import GOOD_CARD, INVOICE, POOR_CARD, RESCUE, WEBINAR, request
from tests.service.subscribed import change_of
from tests.service.subscribed import held as shown

if TYPE_CHECKING:
    from tests.service.shop import Shop

# Good when typed in, declined whenever it is charged later.
FADING_CARD = Card("4000 0000 0000 0341", "12/30", "123")
# Good when typed in; later its bank wants the holder, who is not there.
ASKING_CARD = Card("4000 0027 6000 3184", "12/30", "123")
RETURNED_DEBIT = SepaDebit("DE62 3704 0044 0532 0130 01", "Anna Muster")

BOUGHT = date(2026, 11, 22)
DUE = date(2026, 12, 22)
RETRIES = [date(2026, 12, 25), date(2026, 12, 30), date(2027, 1, 6)]
EXPIRES = RETRIES[-1] + timedelta(days=30)


def test_a_declined_renewal_is_past_due_and_keeps_access(shop: Shop) -> None:
    held = _past_due(shop)
    row = row_of(shop, held)
    assert (row.state, row.failed_payments, row.next_step_on) == ("past_due", 1, RETRIES[0])
    assert row.period_start == DUE
    assert bill(shop, row.order_id).state == "open"
    assert _mails(shop) == ["payment_failed"]


def test_it_is_tried_again_after_three_five_and_seven_days_and_then_suspended(shop: Shop) -> None:
    held = _past_due(shop)
    tried = []
    for day in _days(DUE, date(2027, 1, 20)):
        move_to(shop, day)
        if run(shop).retries:
            tried.append(day)
    assert tried == RETRIES
    row = row_of(shop, held)
    assert (row.state, row.failed_payments, row.next_step_on) == ("suspended", 4, EXPIRES)
    assert _mails(shop) == ["payment_failed"] * 3 + ["suspended"]
    assert len({row.gateway_key for row in shop.rows(payment_attempt)}) == 5


def test_a_suspended_subscription_expires_thirty_days_later(shop: Shop) -> None:
    held = _suspended(shop)
    move_to(shop, EXPIRES - timedelta(days=1))
    run(shop)
    assert row_of(shop, held).state == "suspended"
    move_to(shop, EXPIRES)
    run(shop)
    row = row_of(shop, held)
    assert (row.state, row.next_step_on) == ("expired", None)


def test_no_period_is_billed_beyond_a_payment_that_failed(shop: Shop) -> None:
    held = bought(shop, RESCUE, FADING_CARD)
    move_to(shop, date(2027, 5, 1))
    run(shop)
    assert [line.period_start for line in lines_of(shop, held)] == [DUE]


def test_a_retry_that_succeeds_lets_it_run_again(shop: Shop) -> None:
    held = _past_due(shop)
    bought(shop, WEBINAR, GOOD_CARD)
    move_to(shop, RETRIES[0])
    assert run(shop).retries == 1
    row = row_of(shop, held)
    assert (row.state, row.next_step_on) == ("active", row.period_end)
    assert bill(shop, row.order_id).state == "paid"
    assert _mails(shop) == ["payment_failed", "recovered"]


def test_a_renewal_without_any_payment_method_is_a_failed_payment(shop: Shop) -> None:
    held = bought(shop, RESCUE, GOOD_CARD)
    shop.execute(delete(payment_method))
    move_to(shop, DUE)
    run(shop)
    assert row_of(shop, held).state == "past_due"
    for day in RETRIES:
        move_to(shop, day)
        run(shop)
    assert row_of(shop, held).state == "suspended"
    assert len(shop.rows(payment_attempt)) == 1


def test_a_bank_that_asks_the_absent_buyer_declines(shop: Shop) -> None:
    session = shop.session()
    wanted = request(shop.checkout(session, RESCUE), ASKING_CARD)
    with pytest.raises((PaymentActionNeeded, PaymentUnknown)):
        shop.service.place_order(session, wanted)
    (placed,) = shop.rows(order)
    shop.service.confirm_at_bank(session, placed.number, accepted=True)
    held = shop.service.place_order(session, wanted).lines[0].subscription_id
    move_to(shop, DUE)
    run(shop)
    assert row_of(shop, held).state == "past_due"
    latest = max(shop.rows(payment_attempt), key=lambda row: row.started_at)
    assert (latest.state, latest.decline_reason) == ("declined", "authentication_required")


def test_a_debit_that_comes_back_late_makes_its_subscriptions_past_due(shop: Shop) -> None:
    held = bought(shop, RESCUE, RETURNED_DEBIT)
    also = bought(shop, WEBINAR, GOOD_CARD)
    assert row_of(shop, held).state == "active"
    shop.bank.settle_debits()
    move_to(shop, BOUGHT + timedelta(days=2))
    assert run(shop).payments == 1
    row = row_of(shop, held)
    assert (row.state, row.next_step_on) == ("past_due", BOUGHT + timedelta(days=5))
    assert row_of(shop, also).state == "active"
    move_to(shop, BOUGHT + timedelta(days=5))
    assert run(shop).retries == 1
    assert row_of(shop, held).state == "active"
    assert bill(shop, row.order_id).state == "paid"
    assert len([one for one in shop.rows(order) if one.kind == "purchase"]) == 2


def test_a_late_return_of_two_lines_is_charged_again_as_one(shop: Shop) -> None:
    session = shop.session()
    wanted = request(shop.checkout(session, RESCUE, WEBINAR), RETURNED_DEBIT)
    placed = shop.service.place_order(session, wanted)
    held = [line.subscription_id for line in placed.lines]
    shop.bank.settle_debits()
    move_to(shop, BOUGHT + timedelta(days=2))
    run(shop)
    assert [row_of(shop, each).state for each in held] == ["past_due", "past_due"]
    assert _mails(shop) == ["payment_failed"]
    move_to(shop, BOUGHT + timedelta(days=5))
    assert run(shop).retries == 1
    assert [row_of(shop, each).state for each in held] == ["active", "active"]
    assert len(shop.rows(payment_attempt)) == 2
    assert _mails(shop) == ["payment_failed", "recovered"]


def test_a_debit_that_always_comes_back_ends_in_suspension(shop: Shop) -> None:
    held = bought(shop, RESCUE, RETURNED_DEBIT)
    for day in range(2, 31):
        shop.bank.settle_debits()
        move_to(shop, BOUGHT + timedelta(days=day))
        run(shop)
    row = row_of(shop, held)
    assert (row.state, row.failed_payments) == ("suspended", 4)
    assert [row.state for row in shop.rows(payment_attempt)] == ["declined"] * 4


def test_nothing_is_cancelled_or_changed_while_its_debit_may_come_back(shop: Shop) -> None:
    held = bought(shop, RESCUE, RETURNED_DEBIT)
    session, less = shop.session(), Change("rescue", 1, BillingCycle.MONTHLY)
    for refused in (
        lambda: shop.service.cancel(session, held),
        lambda: shop.service.preview_change(session, held, less),
    ):
        with pytest.raises(Refused) as caught:
            refused()
        assert caught.value.problem is Problem.PAYMENT_OPEN
    assert row_of(shop, held).state == "active"


def test_no_period_is_billed_while_a_debit_that_came_back_is_tried_again(shop: Shop) -> None:
    held = bought(shop, RESCUE, RETURNED_DEBIT)
    shop.bank.settle_debits()
    for day in (BOUGHT + timedelta(days=2), DUE - timedelta(days=1), DUE):
        move_to(shop, day)
        run(shop)
    assert (row_of(shop, held).state, lines_of(shop, held)) == ("active", [])
    shop.bank.settle_debits()
    move_to(shop, DUE + timedelta(days=1))
    run(shop)
    assert (row_of(shop, held).state, lines_of(shop, held)) == ("past_due", [])


def test_an_unpaid_invoice_gives_no_credit_beyond_the_new_price(shop: Shop) -> None:
    held = bought(shop, RESCUE, INVOICE)
    session = shop.session()
    with pytest.raises(Refused) as caught:
        shop.service.preview_change(session, held, Change("rescue", 1, BillingCycle.MONTHLY))
    assert caught.value.problem is Problem.PAYMENT_OPEN
    more = shop.service.preview_change(session, held, Change("rescue", 3, BillingCycle.MONTHLY))
    assert more.credit_left.minor == 0


def test_an_invoice_paid_with_credit_of_an_unpaid_one_gives_none_beyond_the_price_either(
    shop: Shop,
) -> None:
    held = bought(shop, RESCUE, INVOICE)
    session = shop.session()
    owed = bill(shop, row_of(shop, held).order_id)
    one_seat = owed.gross_minor // 2
    mine = account.c.account_id == session.account.account_id
    shop.execute(update(account).where(mine).values(credit_minor=one_seat))
    more = Change("rescue", 3, BillingCycle.MONTHLY)
    one = shown(shop, session, RESCUE.product)
    shop.service.change_subscription(session, change_of(shop, session, one, more))
    assert bill(shop, row_of(shop, held).order_id).state == "paid"
    with pytest.raises(Refused) as caught:
        shop.service.preview_change(session, held, Change("rescue", 1, BillingCycle.MONTHLY))
    assert caught.value.problem is Problem.PAYMENT_OPEN
    same = shop.service.preview_change(session, held, Change("rescue", 4, BillingCycle.MONTHLY))
    assert same.credit_left.minor == 0


def test_what_has_ended_cannot_be_paid_any_more(shop: Shop) -> None:
    held = _suspended(shop)
    invoice_id = bill(shop, row_of(shop, held).order_id).invoice_id
    move_to(shop, EXPIRES)
    run(shop)
    assert row_of(shop, held).state == "expired"
    assert shop.service.home(shop.session()).unpaid == ()
    with pytest.raises(Refused) as caught:
        _pay(shop, held, "k1", GOOD_CARD, invoice_id)
    assert caught.value.problem is Problem.NOTHING_TO_PAY


def test_a_clock_behind_does_not_make_a_new_card_an_old_one(shop: Shop) -> None:
    held = bought(shop, RESCUE, FADING_CARD)
    shop.clock.advance(timedelta(seconds=-2))
    bought(shop, WEBINAR, GOOD_CARD)
    move_to(shop, DUE)
    run(shop)
    assert row_of(shop, held).state == "active"


# Paying an open invoice


def test_paying_brings_a_past_due_subscription_back(shop: Shop) -> None:
    held = _past_due(shop)
    paid = _pay(shop, held, "k1", GOOD_CARD)
    assert paid.state == "paid"
    row = row_of(shop, held)
    assert (row.state, row.next_step_on) == ("active", row.period_end)


def test_paying_brings_a_suspended_subscription_back(shop: Shop) -> None:
    held = _suspended(shop)
    _pay(shop, held, "k1", GOOD_CARD)
    assert row_of(shop, held).state == "active"
    assert _mails(shop)[-1] == "recovered"


def test_what_was_paid_with_pays_the_next_renewal(shop: Shop) -> None:
    held = _past_due(shop)
    _pay(shop, held, "k1", GOOD_CARD)
    move_to(shop, date(2027, 1, 22))
    run(shop)
    row = row_of(shop, held)
    assert (row.state, bill(shop, row.order_id).state) == ("active", "paid")


def test_the_same_request_charges_once(shop: Shop) -> None:
    held = _past_due(shop)
    first = _pay(shop, held, "k1", GOOD_CARD)
    charged = len(shop.bank.operations())
    assert _pay(shop, held, "k1", GOOD_CARD, first.invoice_id) == first
    assert len(shop.bank.operations()) == charged


def test_another_request_under_the_key_is_refused(shop: Shop) -> None:
    held = _past_due(shop)
    paid = _pay(shop, held, "k1", GOOD_CARD)
    with pytest.raises(OrderConflict):
        _pay(shop, held, "k1", POOR_CARD, paid.invoice_id)


def test_nothing_is_to_pay_twice_nor_of_what_never_failed(shop: Shop) -> None:
    held = _past_due(shop)
    paid = _pay(shop, held, "k1", GOOD_CARD)
    also = bought(shop, WEBINAR, INVOICE)
    open_one = bill(shop, row_of(shop, also).order_id)
    for one, key in ((paid.invoice_id, "k2"), (open_one.invoice_id, "k3"), ("none", "k4")):
        with pytest.raises(Refused) as refused:
            _pay(shop, held, key, GOOD_CARD, one)
        assert refused.value.problem is Problem.NOTHING_TO_PAY


def test_a_decline_in_between_costs_no_retry(shop: Shop) -> None:
    held = _past_due(shop)
    before = row_of(shop, held)
    for _ in range(2):
        with pytest.raises(PaymentDeclined):
            _pay(shop, held, "k1", POOR_CARD)
    assert row_of(shop, held) == before
    assert _mails(shop) == ["payment_failed"]
    assert len([row for row in shop.rows(payment_attempt) if row.attempt_id == "k1"]) == 1
    assert _pay(shop, held, "k2", GOOD_CARD).state == "paid"


def test_an_unknown_outcome_is_asked_for_by_the_same_request(shop: Shop) -> None:
    held = _past_due(shop)
    shop.faults.authorise.append(Fault.ANSWER_LOST)
    with pytest.raises(PaymentUnknown):
        _pay(shop, held, "k1", GOOD_CARD)
    with pytest.raises(Refused) as refused:
        _pay(shop, held, "k2", GOOD_CARD)
    assert refused.value.problem is Problem.PAYMENT_OPEN
    assert _pay(shop, held, "k1", GOOD_CARD).state == "paid"
    assert row_of(shop, held).state == "active"


def test_a_payment_that_the_buyer_must_confirm_goes_on_after_it(shop: Shop) -> None:
    held = _past_due(shop)
    with pytest.raises(PaymentActionNeeded) as needed:
        _pay(shop, held, "k1", ASKING_CARD)
    shop.service.confirm_at_bank(shop.session(), needed.value.order_number, accepted=True)
    assert _pay(shop, held, "k1", ASKING_CARD).state == "paid"


def test_a_debit_brings_access_back_before_the_money_comes(shop: Shop) -> None:
    held = _past_due(shop)
    paid = _pay(shop, held, "k1", RETURNED_DEBIT)
    assert (paid.state, row_of(shop, held).state) == ("open", "active")
    shop.bank.settle_debits()
    move_to(shop, DUE + timedelta(days=2))
    run(shop)
    assert row_of(shop, held).state == "past_due"


def test_a_request_that_was_lost_is_given_up_and_another_may_follow(shop: Shop) -> None:
    held = _past_due(shop)
    shop.faults.authorise.append(Fault.REQUEST_LOST)
    with pytest.raises(PaymentUnknown):
        _pay(shop, held, "k1", GOOD_CARD)
    shop.clock.advance(timedelta(minutes=6))
    assert run(shop).payments == 1
    with pytest.raises(PaymentDeclined):
        _pay(shop, held, "k1", GOOD_CARD)
    assert _pay(shop, held, "k2", GOOD_CARD).state == "paid"


def test_every_step_is_in_the_log(shop: Shop) -> None:
    held = _suspended(shop)
    _pay(shop, held, "k1", GOOD_CARD)
    kinds = [row.kind for row in shop.rows(subscription_event) if row.subscription_id == held]
    assert kinds == [
        "started",
        "renewed",
        "payment_failed",
        "payment_failed",
        "payment_failed",
        "suspended",
        "recovered",
    ]


def _past_due(shop: Shop) -> str:
    held = bought(shop, RESCUE, FADING_CARD)
    move_to(shop, DUE)
    run(shop)
    return held


def _suspended(shop: Shop) -> str:
    held = _past_due(shop)
    for day in RETRIES:
        move_to(shop, day)
        run(shop)
    assert row_of(shop, held).state == "suspended"
    return held


def _pay(shop: Shop, held: str, key: str, payment: Any, invoice_id: str = "") -> Any:
    wanted = invoice_id or bill(shop, row_of(shop, held).order_id).invoice_id
    return shop.service.pay_open_invoice(shop.session(), wanted, key, payment)


def _mails(shop: Shop) -> list[str]:
    """The kinds of the mails of dunning, in the order they were written."""
    about = {"payment_failed", "suspended", "recovered"}
    return [row.kind for row in _in_order(shop) if row.kind in about]


def _in_order(shop: Shop) -> list[Any]:
    return sorted(shop.rows(outbox), key=lambda row: (row.written_at, row.mail_id))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
