"""Bugs that other billing engines shipped, in what is done; each is a test named after it.

Those in what is reckoned (periods, shares, taxes) are in `tests/unit/rating/test_their_bugs.py`.
Parts that cannot happen here: there are no coupons (lago 5980, polar 13622), so the tests are about
account credit, the one thing that is used up; and no smallest sum of a currency below which a
payment is skipped (the second half of polar 13268): whatever is more than nothing is charged.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from billing.accounts.model import VatIdState
from billing.catalogue.model import BillingCycle, Offer
from billing.errors import (
    BillingError,
    OrderConflict,
    PaymentActionNeeded,
    PaymentDeclined,
    PaymentUnknown,
    Problem,
    Refused,
)
from billing.ordering.model import Draft, Selection
from billing.ordering.waiting import resolve_waiting
from billing.payments.model import Card
from billing.payments.testgateway import Fault
from billing.storage.invoice_tables import invoice, invoice_line, invoice_tax
from billing.storage.tables import account, order, outbox, payment_attempt
from billing.worker.report import WorkerReport
from tests.service.audit import audit
from tests.service.books import Books
from tests.service.life import bought, lines_of, move_to, row_of, run
from tests.service.shop import (
    GOOD_CARD,
    INVOICE,
    POOR_CARD,
    RESCUE,
    WEBINAR,
    repriced,
    request,
)
from tests.service.subscribed import change_of, events_of, held, with_changes
from tests.service.tax_office import TaxOffice, context_of, waiting_order

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.service.shop import Shop

# Good when typed in, declined whenever it is charged later.
FADING_CARD = Card("4000 0000 0000 0341", "12/30", "123")
# Its bank asks the buyer first.
ASKING_CARD = Card("4000 0025 0000 3155", "12/30", "123")
BOUGHT, DUE = date(2026, 11, 22), date(2026, 12, 22)
FIRST_RETRY = date(2026, 12, 25)


def at_once(*calls: Callable[[], object]) -> list[object]:
    """What calls answer, or refuse, that begin together."""

    def tried(call: Callable[[], object]) -> object:
        try:
            return call()
        except BillingError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return [run.result(timeout=60) for run in [pool.submit(tried, call) for call in calls]]


def charged(shop: Shop) -> list[int]:
    """What the bank took, in the order it did."""
    return [line.taken_minor for line in shop.bank.operations() if line.taken_minor]


def past_due(shop: Shop) -> str:
    """The id of a subscription whose first renewal was declined."""
    one = bought(shop, RESCUE, FADING_CARD)
    move_to(shop, DUE)
    run(shop)
    assert row_of(shop, one).state == "past_due"
    return one


def test_polar_13622_credit_is_what_was_really_charged_whatever_the_price_is_now(
    shop: Shop,
) -> None:
    session = shop.session()
    shop.fill(session, WEBINAR)
    shop.service.place_order(session, request(shop.service.open_checkout(session), GOOD_CARD))
    one = held(shop, session)
    dearer = shop.second(catalogue=repriced(shop.catalogue, WEBINAR.product, 3))
    asked = change_of(dearer, session, one, with_changes(one, seats=6))
    assert asked.quote.correction.minor == charged(shop)[0]


def test_polar_11459_what_is_bought_in_a_trial_is_billed_by_the_month_from_that_day(
    shop: Shop,
) -> None:
    session = shop.session()
    draft = shop.service.new_draft(session)
    trial = Draft(draft.draft_id, draft.key, "goto-webinar", Offer.TRIAL, "pro", 2)
    shop.service.start_trial(session, trial)
    move_to(shop, date(2026, 11, 27))
    one = bought(shop, replace(WEBINAR, cycle=BillingCycle.MONTHLY))
    move_to(shop, date(2027, 1, 27))
    assert run(shop).renewals == 2
    billed = [row for row in shop.rows(invoice_line) if row.subscription_id == one]
    assert sorted((row.period_start, row.period_end) for row in billed) == [
        (date(2026, 11, 27), date(2026, 12, 27)),
        (date(2026, 12, 27), date(2027, 1, 27)),
        (date(2027, 1, 27), date(2027, 2, 27)),
    ]


def test_killbill_877_a_change_on_the_day_of_a_free_start_does_not_stop_the_run(
    shop: Shop,
) -> None:
    session = shop.session()
    draft = shop.service.new_draft(session)
    trial = Draft(draft.draft_id, draft.key, "goto-webinar", Offer.TRIAL, "pro", 2)
    shop.service.start_trial(session, trial)
    checkout = shop.checkout(session, WEBINAR)
    shop.service.place_order(session, request(checkout, GOOD_CARD))
    one = held(shop, session)
    asked = change_of(shop, session, one, with_changes(one, cycle=BillingCycle.MONTHLY))
    shop.service.change_subscription(session, asked)
    assert [event.kind for event in events_of(shop, one)] == [
        "trial_started",
        "converted",
        "changed",
    ]
    move_to(shop, date(2027, 1, 23))
    assert run(shop).renewals == 2
    audit(Books(shop))


def test_lago_1484_a_subscription_is_on_an_invoice_once_and_can_end_all_the_same(
    shop: Shop,
) -> None:
    session = shop.session()
    cart = shop.fill(session, RESCUE)
    with pytest.raises(Refused) as refused:
        shop.service.put_line(session, cart.version, RESCUE)
    assert refused.value.problem is Problem.ALREADY_IN_CART
    one = bought(shop, WEBINAR)
    assert len({row.subscription_id for row in shop.rows(invoice_line)}) == 2
    assert len(shop.rows(invoice_line)) == 2
    shop.service.cancel(session, one)
    move_to(shop, date(2027, 11, 22))
    run(shop)
    assert row_of(shop, one).state == "expired"


def test_lago_6139_what_is_bought_again_is_not_billed_for_the_past(shop: Shop) -> None:
    first = bought(shop, RESCUE)
    shop.service.cancel(shop.session(), first)
    again_on = date(2027, 3, 5)
    move_to(shop, again_on)
    run(shop)
    second = bought(shop, RESCUE)
    move_to(shop, date(2027, 4, 5))
    run(shop)
    assert lines_of(shop, first) == []
    billed = [row for row in shop.rows(invoice_line) if row.subscription_id == second]
    assert sorted(row.period_start for row in billed) == [again_on, date(2027, 4, 5)]


def test_lago_5708_a_payment_the_buyer_has_open_and_a_retry_do_not_both_charge(
    shop: Shop,
) -> None:
    one = past_due(shop)
    move_to(shop, FIRST_RETRY)
    session = shop.session()
    (bill,) = [bill for bill in shop.service.invoices(session) if bill.state == "open"]
    with pytest.raises(PaymentActionNeeded) as needed:
        shop.service.pay_open_invoice(session, bill.invoice_id, "k", ASKING_CARD)
    run(shop)
    shop.service.confirm_at_bank(session, needed.value.order_number, accepted=True)
    paid = shop.service.pay_open_invoice(session, bill.invoice_id, "k", ASKING_CARD)
    run(shop)
    assert paid.state == "paid"
    assert charged(shop)[1:] == [bill.total.minor]
    assert row_of(shop, one).state == "active"


def test_lago_5523_two_answers_about_a_vat_id_make_one_invoice_with_its_tax_once(
    shop: Shop,
) -> None:
    office = TaxOffice(shop.clock)
    record = waiting_order(shop)
    office.state = VatIdState.REFUTED
    shops = (shop.second(authority=office), shop.second(authority=office))
    reports = at_once(*(each.service.run_worker for each in shops))
    # Both had found the order to be waiting; here one comes after the other for sure.
    resolve_waiting(context_of(shops[0], office), record.account_id, record.order_id)
    reports.append(shops[0].service.run_worker())
    assert [report.failed for report in reports if isinstance(report, WorkerReport)] == [0] * 3
    (bill,) = [row for row in shop.rows(invoice) if row.order_id == record.order_id]
    assert bill.number.endswith("-000001")
    assert len(shop.rows(invoice_tax)) == 1
    assert charged(shop) == [bill.total_minor]


def test_lago_5980_credit_that_two_requests_use_at_once_is_used_once(shop: Shop) -> None:
    session = shop.session()
    one = bought(shop, RESCUE)
    shop.execute(update(account).values(credit_minor=5000))
    other = shop.second()
    asked = request(shop.checkout(session, WEBINAR), GOOD_CARD)
    rescue = held(shop, session, RESCUE.product)
    change = change_of(other, session, rescue, with_changes(rescue, seats=9))
    told = at_once(
        lambda: shop.service.place_order(session, asked),
        lambda: other.service.change_subscription(session, change),
    )
    used = [row.credit_minor - row.correction_minor for row in shop.rows(order)]
    assert sum(used) + shop.service.home(session).credit_balance.minor == 5000, told
    assert shop.service.home(session).credit_balance.minor >= 0
    assert row_of(shop, one).seats in {RESCUE.seats, 9}


def test_lago_5878_answers_that_come_in_opposite_order_at_once_are_both_applied(
    shop: Shop,
) -> None:
    session = shop.session()
    bought(shop, RESCUE)
    rescue = held(shop, session, RESCUE.product)
    change = change_of(shop, session, rescue, with_changes(rescue, seats=3))
    asked = request(shop.checkout(session, WEBINAR), GOOD_CARD)
    shop.faults.authorise += [Fault.ANSWER_LATE, Fault.ANSWER_LATE]
    with pytest.raises(PaymentUnknown):
        shop.service.change_subscription(session, change)
    with pytest.raises(PaymentUnknown):
        shop.service.place_order(session, asked)
    shops, notices = (shop, shop.second()), shop.bank.notices
    account_id = session.account.account_id

    def deliver(told_by: Shop, step: int) -> None:
        for notice in notices[::step]:
            told_by.service.gateway_answered(account_id, notice.key, notice.answer)

    told = at_once(lambda: deliver(shops[0], 1), lambda: deliver(shops[1], -1))
    assert told == [None, None]
    assert {row.state for row in shop.rows(order)} == {"fulfilled"}
    assert len(charged(shop)) == 3


def test_polar_13272_a_retry_without_an_answer_does_not_stop_the_retries(shop: Shop) -> None:
    one = past_due(shop)
    shop.faults.authorise.append(Fault.REQUEST_LOST)
    move_to(shop, FIRST_RETRY)
    run(shop)
    for _ in range(20):
        shop.clock.advance(timedelta(days=1))
        run(shop)
    assert row_of(shop, one).state == "suspended"
    assert {row.state for row in shop.rows(payment_attempt)} == {"succeeded", "declined"}


def test_polar_13268_nobody_is_told_of_a_renewal_that_was_not_paid(shop: Shop) -> None:
    past_due(shop)
    told = sorted(row.kind for row in shop.rows(outbox) if row.payload["order_id"])
    assert told == ["confirmation", "payment_failed"]


def test_medusa_13301_the_buyer_and_the_bank_s_answer_together_make_one_order(
    shop: Shop,
) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR), GOOD_CARD)
    shop.faults.authorise.append(Fault.ANSWER_LATE)
    with pytest.raises(PaymentUnknown):
        shop.service.place_order(session, asked)
    (notice,) = shop.bank.notices
    other, account_id = shop.second(), session.account.account_id
    told = at_once(
        lambda: shop.service.place_order(session, asked),
        lambda: other.service.gateway_answered(account_id, notice.key, notice.answer),
    )
    assert not any(isinstance(each, BaseException) for each in told)
    assert [row.state for row in shop.rows(order)] == ["fulfilled"]
    assert len(charged(shop)) == len(shop.rows(invoice)) == len(shop.rows(outbox)) == 1


def test_medusa_12481_after_a_failure_the_cart_can_be_ordered(shop: Shop) -> None:
    session = shop.session()
    shop.fill(session, WEBINAR)
    for _ in range(3):
        with pytest.raises(PaymentDeclined):
            shop.service.place_order(session, request(shop.checkout(session), POOR_CARD))
    told = shop.service.place_order(session, request(shop.checkout(session), GOOD_CARD))
    assert len(charged(shop)) == 1
    assert told.lines[0].product == WEBINAR.product


def test_medusa_14804_a_payment_under_way_locks_nobody_out(shop: Shop) -> None:
    """While the gateway is asked, the cart is changed from within the very same process."""
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR), GOOD_CARD)

    def meanwhile() -> None:
        shop.service.put_line(session, shop.service.cart(session).version, RESCUE)

    slow = shop.second(delay=meanwhile)
    told = slow.service.place_order(session, asked)
    assert [line.product for line in told.lines] == [WEBINAR.product]
    assert [line.selection for line in shop.service.cart(session).lines] == [RESCUE]


def test_saleor_12652_a_checkout_that_is_gone_answers_with_its_order(shop: Shop) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR), GOOD_CARD)
    first = shop.service.place_order(session, asked)
    assert shop.service.cart(session).lines == ()
    again = shop.second().service.place_order(session, asked)
    assert (again.order_id, again.replayed) == (first.order_id, True)
    assert len(charged(shop)) == 1


def test_woocommerce_62659_two_checkouts_of_one_cart_at_once_make_one_order(shop: Shop) -> None:
    session = shop.session()
    shop.fill(session, WEBINAR, Selection("logmein-rescue", "rescue", 1, BillingCycle.MONTHLY))
    other = shop.second()
    by_card = request(shop.service.open_checkout(session), GOOD_CARD)
    on_invoice = request(other.service.open_checkout(session), INVOICE)
    told = at_once(
        lambda: shop.service.place_order(session, by_card),
        lambda: other.service.place_order(session, on_invoice),
    )
    refused = [each for each in told if isinstance(each, BillingError)]
    assert len(refused) == 1
    assert isinstance(refused[0], OrderConflict | PaymentUnknown)
    shop.service.run_worker()
    assert len([row for row in shop.rows(order) if row.state == "fulfilled"]) == 1
    assert len(shop.rows(invoice)) == 1
    assert len(charged(shop)) <= 1
