"""Answers that the gateway gives by itself: applied once, whatever came before them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from billing.errors import PaymentUnknown, Problem, Refused
from billing.ordering.refunds import refund_lost
from billing.payments.gateway import GatewayAnswer, GatewayStatus
from billing.payments.model import DeclineReason, SepaDebit
from billing.payments.testgateway import Fault, Notice, TestGateway
from billing.storage.invoice_tables import invoice
from billing.storage.tables import (
    audit_event,
    order,
    order_line,
    outbox,
    payment_attempt,
    subscription,
)
from billing.worker.payments import ask_again
from billing.worker.trial_ends import Ending, end
from tests.service.shop import GOOD_CARD, IBAN, POOR_CARD, WEBINAR, request

if TYPE_CHECKING:
    from billing.payments.model import PaymentInput
    from billing.rating.money import Money
    from tests.service.shop import Shop

FAILING_LATER = SepaDebit("DE62370400440532013001", "Anna Muster")
REFUSED = GatewayAnswer(GatewayStatus.DECLINED, "test", DeclineReason.DEBIT_FAILED)
PAID = GatewayAnswer(GatewayStatus.SUCCEEDED, "test")


def deliver(shop: Shop, *notices: Notice) -> None:
    account_id = shop.session().account.account_id
    for notice in notices:
        shop.service.gateway_answered(account_id, notice.key, notice.answer)


def ordered(shop: Shop, payment: PaymentInput, fault: Fault | None = None) -> Any:
    """The attempt of an order that was placed, or whose answer did not come."""
    session = shop.session()
    shop.faults.authorise = [fault]
    asked = request(shop.checkout(session, WEBINAR), payment)
    if fault in {None, Fault.ANSWERED_TWICE}:
        shop.service.place_order(session, asked)
    else:
        with pytest.raises(PaymentUnknown):
            shop.service.place_order(session, asked)
    return attempt_of(shop)


def attempt_of(shop: Shop) -> Any:
    (attempt,) = shop.rows(payment_attempt)
    return attempt


def actions(shop: Shop) -> list[str]:
    return [row.action for row in shop.rows(audit_event)]


def all_but_the_audit(shop: Shop) -> dict[str, list[tuple[object, ...]]]:
    rows = shop.everything()
    del rows["audit_event"]
    return rows


def webinar(shop: Shop) -> Any:
    return next(row for row in shop.rows(subscription) if row.product == "goto-webinar")


def given_up(shop: Shop, payment: PaymentInput) -> Any:
    """An attempt that was paid, and whose order was given up without anybody knowing of that."""
    attempt = ordered(shop, payment, Fault.ANSWER_LATE)
    shop.execute(
        update(payment_attempt)
        .where(payment_attempt.c.attempt_id == attempt.attempt_id)
        .values(state="lost", next_ask_at=None)
    )
    shop.execute(update(order).where(order.c.order_id == attempt.order_id).values(state="failed"))
    return attempt


def test_a_late_answer_fulfils_the_order_nobody_waits_for_any_more(shop: Shop) -> None:
    ordered(shop, GOOD_CARD, Fault.ANSWER_LATE)
    deliver(shop, *shop.bank.notices)
    assert [row.state for row in shop.rows(order)] == ["fulfilled"]
    assert [row.state for row in shop.rows(invoice)] == ["paid"]
    assert len(shop.rows(outbox)) == 1
    assert webinar(shop).state == "active"


def test_a_payment_for_a_trial_that_has_ended_meanwhile_gives_access_all_the_same(
    shop: Shop,
) -> None:
    session = shop.session()
    account_id = session.account.account_id
    trial = next(row for row in shop.rows(subscription) if row.state == "trialing")
    bought = replace(WEBINAR, product=trial.product, tier="starter", seats=1)
    shop.faults.authorise = [Fault.ANSWER_LATE]
    with pytest.raises(PaymentUnknown):
        shop.service.place_order(session, request(shop.checkout(session, bought), GOOD_CARD))
    shop.clock.move_to(shop.clock.now() + timedelta(days=30))
    assert end(shop.service._context, account_id, trial.subscription_id) is Ending.ENDED
    deliver(shop, *shop.bank.notices)
    assert [row.state for row in shop.rows(order)] == ["fulfilled"]
    held = [row for row in shop.rows(subscription) if row.product == trial.product]
    assert sorted((row.state, row.seats) for row in held) == [("active", 1), ("expired", 2)]
    (line,) = shop.rows(order_line)
    assert line.subscription_id == next(row.subscription_id for row in held if row.seats == 1)


def test_an_answer_that_comes_twice_changes_nothing_and_is_audited(shop: Shop) -> None:
    ordered(shop, GOOD_CARD, Fault.ANSWERED_TWICE)
    before = all_but_the_audit(shop)
    deliver(shop, *shop.bank.notices * 2)
    assert all_but_the_audit(shop) == before
    assert actions(shop)[-2:] == ["payment_answer_repeated"] * 2


def test_a_decline_that_comes_after_success_changes_nothing_and_is_audited(shop: Shop) -> None:
    attempt = ordered(shop, GOOD_CARD)
    before = all_but_the_audit(shop)
    deliver(shop, Notice(attempt.gateway_key, REFUSED))
    assert all_but_the_audit(shop) == before
    assert actions(shop)[-1] == "payment_answer_ignored"


@pytest.mark.parametrize("order_of", list(permutations(range(3))))
def test_the_answers_to_a_debit_make_the_same_in_any_order(
    shop: Shop, order_of: tuple[int, ...]
) -> None:
    attempt = ordered(shop, IBAN, Fault.ANSWER_LATE)
    shop.bank.settle_debits()
    processing, known = shop.bank.notices
    three = (processing, known, known)
    deliver(shop, *(three[index] for index in order_of))
    assert (attempt_of(shop).state, attempt_of(shop).next_ask_at) == ("succeeded", None)
    assert attempt_of(shop).captured_minor == attempt.amount_minor
    assert [row.state for row in shop.rows(order)] == ["fulfilled"]
    assert [row.state for row in shop.rows(invoice)] == ["paid"]
    assert len(shop.rows(outbox)) == 1


def test_a_debit_that_arrives_days_later_pays_the_invoice(shop: Shop) -> None:
    ordered(shop, IBAN)
    assert [row.state for row in shop.rows(invoice)] == ["open"]
    shop.bank.settle_debits()
    deliver(shop, *shop.bank.notices)
    assert [row.state for row in shop.rows(invoice)] == ["paid"]
    assert actions(shop)[-1] == "payment_arrived"


def test_a_debit_that_comes_back_leaves_the_subscription_past_due_once(shop: Shop) -> None:
    ordered(shop, FAILING_LATER)
    shop.bank.settle_debits()
    deliver(shop, *shop.bank.notices * 2)
    assert (attempt_of(shop).state, attempt_of(shop).captured_minor) == ("declined", None)
    assert [row.state for row in shop.rows(order)] == ["fulfilled"]
    assert [row.state for row in shop.rows(invoice)] == ["open"]
    assert (webinar(shop).state, webinar(shop).failed_payments) == ("past_due", 1)


def test_a_late_decline_fails_the_order_that_waits(shop: Shop) -> None:
    ordered(shop, POOR_CARD, Fault.ANSWER_LATE)
    deliver(shop, *shop.bank.notices)
    assert [row.state for row in shop.rows(order)] == ["failed"]
    assert shop.rows(outbox) == []


@pytest.mark.parametrize("mail", ["lena@huber.example", "anna@muster.example"])
def test_a_payment_that_the_account_did_not_make_is_refused(shop: Shop, mail: str) -> None:
    attempt = ordered(shop, GOOD_CARD, Fault.ANSWER_LATE)
    key = attempt.gateway_key if mail.startswith("lena") else "unheard of"
    before = shop.everything()
    with pytest.raises(Refused) as caught:
        shop.service.gateway_answered(shop.session(mail).account.account_id, key, PAID)
    assert (caught.value.problem, caught.value.facts) == (Problem.UNKNOWN_PAYMENT, {"key": key})
    assert shop.everything() == before


def test_money_for_an_order_that_was_given_up_goes_back_once(shop: Shop) -> None:
    attempt = given_up(shop, GOOD_CARD)
    deliver(shop, *shop.bank.notices * 2)
    paid, back = shop.bank.operations()
    assert (back.kind, back.amount_minor) == ("refund", paid.amount_minor)
    assert (attempt_of(shop).state, attempt_of(shop).next_ask_at) == ("refunded", None)
    assert [row.state for row in shop.rows(order)] == ["failed"]
    assert actions(shop)[-3:] == [
        "payment_after_failure",
        "payment_refunded",
        "payment_answer_ignored",
    ]
    refund_lost(shop.service._context, attempt.account_id, attempt.attempt_id)
    assert len(shop.bank.operations()) == 2


def test_two_who_give_money_back_at_once_tell_of_it_once(shop: Shop) -> None:
    attempt = given_up(shop, GOOD_CARD)
    shop.execute(
        update(payment_attempt)
        .where(payment_attempt.c.attempt_id == attempt.attempt_id)
        .values(state="refund_due")
    )
    context = shop.service._context

    class Overtaken(TestGateway):
        """While it answers, somebody else gives the money back."""

        def refund(self, key: str, refund_key: str, amount: Money) -> GatewayAnswer:
            answer = shop.bank.refund(key, refund_key, amount)
            refund_lost(context, attempt.account_id, attempt.attempt_id)
            return answer

    overtaken = replace(context, gateway=Overtaken())
    refund_lost(overtaken, attempt.account_id, attempt.attempt_id)
    assert attempt_of(shop).state == "refunded"
    assert [row.kind for row in shop.bank.operations()] == ["authorise", "refund"]
    assert actions(shop).count("payment_refunded") == 1


def test_a_debit_for_an_order_that_was_given_up_goes_back_when_it_has_come(shop: Shop) -> None:
    given_up(shop, IBAN)
    deliver(shop, *shop.bank.notices)
    assert attempt_of(shop).state == "processing"
    assert len(shop.bank.operations()) == 1
    shop.bank.settle_debits()
    deliver(shop, shop.bank.notices[-1])
    assert attempt_of(shop).state == "refunded"
    assert [row.kind for row in shop.bank.operations()] == ["authorise", "refund"]


def test_a_debit_that_came_back_by_itself_is_not_given_back(shop: Shop) -> None:
    given_up(shop, FAILING_LATER)
    deliver(shop, *shop.bank.notices)
    shop.bank.settle_debits()
    deliver(shop, shop.bank.notices[-1])
    assert attempt_of(shop).state == "declined"
    assert (len(shop.bank.operations()), len(shop.rows(outbox))) == (1, 0)


@pytest.mark.parametrize("fault", [Fault.REQUEST_LOST, Fault.ANSWER_LOST])
def test_a_refund_without_an_answer_is_tried_again_and_made_once(shop: Shop, fault: Fault) -> None:
    attempt = given_up(shop, GOOD_CARD)
    shop.faults.refund = [fault]
    deliver(shop, *shop.bank.notices)
    due = attempt_of(shop)
    assert (due.state, due.next_ask_at) == ("refund_due", shop.clock.now() + timedelta(hours=1))
    ask_again(shop.service._context, attempt.account_id, attempt.attempt_id)
    assert attempt_of(shop).state == "refunded"
    assert [row.kind for row in shop.bank.operations()] == ["authorise", "refund"]


def test_a_refund_that_the_bank_refuses_stays_due_for_a_person(shop: Shop) -> None:
    class Refusing(TestGateway):
        def refund(self, key: str, refund_key: str, amount: Money) -> GatewayAnswer:
            return REFUSED

    attempt = given_up(shop, GOOD_CARD)
    refusing = shop.second(gateway=Refusing(shop.file.with_suffix(".ledger")))
    (notice,) = shop.bank.notices
    refusing.service.gateway_answered(attempt.account_id, notice.key, notice.answer)
    assert (attempt_of(shop).state, attempt_of(shop).next_ask_at) == ("refund_due", None)
    assert actions(shop)[-1] == "refund_declined"


def test_a_success_that_the_gateway_knows_nothing_of_gives_nothing_back(shop: Shop) -> None:
    attempt = ordered(shop, POOR_CARD, Fault.ANSWER_LATE)
    deliver(shop, *shop.bank.notices, Notice(attempt.gateway_key, PAID))
    assert actions(shop)[-1] == "nothing_to_refund"
    assert len(shop.bank.operations()) == 1
    assert [row.state for row in shop.rows(order)] == ["failed"]
