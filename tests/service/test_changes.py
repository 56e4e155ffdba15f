"""Changing a running subscription: at the price shown, exactly once, or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from billing.catalogue.model import BillingCycle
from billing.errors import (
    OrderConflict,
    PaymentDeclined,
    PaymentUnknown,
    PriceChanged,
    Problem,
    Refused,
)
from billing.payments.model import DeclineReason
from billing.payments.testgateway import Fault
from billing.rating.money import Money
from billing.storage.invoice_tables import invoice, payment_method
from billing.storage.tables import (
    account,
    licence,
    order,
    outbox,
    payment_attempt,
    subscription,
)
from billing.subscriptions.model import SubscriptionState
from tests.service.shop import GOOD_CARD, INVOICE, POOR_CARD, RESCUE, WEBINAR, repriced
from tests.service.shop import request as order_request
from tests.service.subscribed import (
    OTHER_KEY,
    bought,
    change_of,
    events_of,
    held,
    row_of,
    with_changes,
)

if TYPE_CHECKING:
    from billing.accounts.model import Session
    from tests.service.shop import Shop

# On this day 292 of the 365 days are left of a year that was bought on 22 November 2026.
DAYS_LATER = 73
LATER = date(2027, 2, 3)


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def charged(shop: Shop) -> list[int]:
    """What the bank took, in the order it did."""
    return [line.amount_minor for line in shop.bank.operations() if line.status != "declined"]


def order_states(shop: Shop) -> list[str]:
    """The states of the orders, in the order they were placed."""
    return [row.state for row in sorted(shop.rows(order), key=lambda row: row.number)]


def credit_of(shop: Shop, session: Session) -> Money:
    return shop.service.home(session).credit_balance


def state_of_things(shop: Shop) -> dict[str, list[tuple[object, ...]]]:
    """All that a change can change beside the record that it was tried."""
    everything = shop.everything()
    kept = ("subscription", "subscription_event", "licence", "invoice", "payment_method", "outbox")
    things = {name: everything[name] for name in kept}
    credit = [(row.account_id, row.credit_minor) for row in shop.rows(account)]
    return {**things, "credit": sorted(credit)}


def test_two_seats_more_cost_their_price_less_the_days_unused(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session, days_ago=DAYS_LATER)
    asked = change_of(shop, session, before, with_changes(before, seats=7))
    told = shop.service.change_subscription(session, asked)
    assert told.total == asked.quote.total_due == euros("8525.16")
    assert (told.order_number, told.replayed) == ("B-2027-000002", False)
    assert charged(shop) == [1420860, 852516]
    now = held(shop, session)
    assert (now.seats, now.state) == (7, SubscriptionState.ACTIVE)
    assert now.renews_on == asked.quote.new_billing_date == date(2028, 2, 3)
    assert asked.quote.old_billing_date == date(2027, 11, 22)
    row = row_of(shop, before)
    assert (row.anchor, row.period_start, row.next_step_on) == (LATER, LATER, now.renews_on)
    assert (row.order_id, row.version) == (told.order_id, before.version + 1)
    assert credit_of(shop, session) == euros("0.00")


def test_the_change_is_billed_and_the_old_invoice_corrected(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session, days_ago=DAYS_LATER)
    (paid,) = shop.rows(invoice)
    asked = change_of(shop, session, before, with_changes(before, seats=7))
    told = shop.service.change_subscription(session, asked)
    new = {row.kind: row for row in shop.rows(invoice) if row.order_id == told.order_id}
    assert sorted(new) == ["correction", "invoice"]
    assert new["correction"].corrects_id == paid.invoice_id
    assert (new["correction"].net_minor, new["correction"].tax_minor) == (-955200, -181488)
    assert (new["invoice"].net_minor, new["invoice"].tax_minor) == (1671600, 317604)
    assert (new["invoice"].credit_minor, new["invoice"].total_minor) == (1136688, 852516)
    assert new["invoice"].state == "paid"


def test_the_mail_of_a_change_is_its_own(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session)
    asked = change_of(shop, session, before, with_changes(before, seats=7))
    shop.service.change_subscription(session, asked)
    kinds = sorted(row.kind for row in shop.rows(outbox))
    assert kinds == ["change_confirmation", "confirmation"]


def test_a_preview_writes_nothing_and_says_the_same_twice(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session, days_ago=DAYS_LATER)
    things = shop.everything()
    change = with_changes(before, tier="lite", cycle=BillingCycle.MONTHLY)
    first = shop.service.preview_change(session, before.subscription_id, change)
    assert first == shop.service.preview_change(session, before.subscription_id, change)
    assert shop.everything() == things


@pytest.mark.parametrize(
    "changed",
    [{"seats": 6}, {"seats": 1}, {"tier": "lite"}, {"cycle": BillingCycle.MONTHLY}],
    ids=["more seats", "fewer seats", "other tier", "other cycle"],
)
def test_what_was_previewed_is_what_is_charged(shop: Shop, changed: dict[str, Any]) -> None:
    session = shop.session()
    before = bought(shop, session, days_ago=DAYS_LATER)
    asked = change_of(shop, session, before, with_changes(before, **changed))
    shop.service.change_subscription(session, asked)
    due = asked.quote.total_due.minor
    assert charged(shop)[1:] == ([due] if due else [])
    assert credit_of(shop, session) == asked.quote.credit_left
    now = held(shop, session)
    assert with_changes(now) == asked.change
    assert now.renews_on == asked.quote.new_billing_date


def test_credit_beyond_the_price_stays_and_pays_the_next_order(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session)
    change = with_changes(before, seats=1, cycle=BillingCycle.MONTHLY)
    asked = change_of(shop, session, before, change)
    told = shop.service.change_subscription(session, asked)
    assert told.total == euros("0.00")
    # 14 208.60 back, less 249.00 and 19 % for one seat and month.
    assert credit_of(shop, session) == euros("13912.29")
    checkout = shop.checkout(session, RESCUE)
    assert checkout.quote.total_due == euros("0.00")
    shop.service.place_order(session, order_request(checkout))
    assert charged(shop) == [1420860]
    gross = checkout.quote.credit_used
    assert credit_of(shop, session) == euros("13912.29") - gross


def test_a_change_that_credit_pays_needs_no_payment(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session)
    shop.execute(payment_method.delete())
    change = with_changes(before, seats=1)
    told = shop.service.change_subscription(session, change_of(shop, session, before, change))
    assert (told.total, told.payment) == (euros("0.00"), None)


def test_a_card_typed_for_a_change_pays_the_later_ones_too(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session, payment=INVOICE)
    asked = change_of(shop, session, before, with_changes(before, seats=6), GOOD_CARD)
    first = shop.service.change_subscription(session, asked)
    now = held(shop, session)
    later = change_of(shop, session, now, with_changes(now, seats=7), key=OTHER_KEY)
    second = shop.service.change_subscription(session, later)
    assert first.payment == second.payment
    assert charged(shop) == [first.total.minor, second.total.minor]


def test_who_pays_on_invoice_goes_on_so(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session, payment=INVOICE)
    asked = change_of(shop, session, before, with_changes(before, seats=6))
    told = shop.service.change_subscription(session, asked)
    assert told.payment is not None
    assert told.payment.kind == "invoice"
    assert charged(shop) == []


def test_without_any_payment_method_one_must_be_given(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session)
    shop.execute(payment_method.delete())
    asked = change_of(shop, session, before, with_changes(before, seats=6))
    with pytest.raises(Refused) as caught:
        shop.service.change_subscription(session, asked)
    assert caught.value.problem is Problem.NO_PAYMENT_METHOD


def test_a_declined_change_leaves_everything_as_it_was(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session, days_ago=DAYS_LATER)
    shop.execute(update(account).values(credit_minor=5000))
    things = state_of_things(shop)
    asked = change_of(shop, session, before, with_changes(before, seats=7), POOR_CARD)
    assert asked.quote.account_credit == euros("50.00")
    for _ in range(2):
        with pytest.raises(PaymentDeclined) as caught:
            shop.service.change_subscription(session, asked)
        assert caught.value.reason is DeclineReason.INSUFFICIENT_FUNDS
        assert state_of_things(shop) == things
    told = shop.service.change_subscription(session, replace(asked, key=OTHER_KEY, payment=None))
    assert told.total == euros("8475.16")
    assert charged(shop) == [1420860, 847516]


def test_the_same_key_twice_is_one_change(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session)
    asked = change_of(shop, session, before, with_changes(before, seats=7))
    first = shop.service.change_subscription(session, asked)
    shop.clock.advance(timedelta(days=400))
    again = shop.service.change_subscription(session, asked)
    assert again == replace(first, replayed=True)
    assert len(charged(shop)) == 2
    with pytest.raises(OrderConflict):
        shop.service.change_subscription(
            session, replace(asked, change=with_changes(before, seats=8))
        )


def test_two_presses_at_once_are_one_change(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session)
    asked = change_of(shop, session, before, with_changes(before, seats=7))
    shops = (shop, shop.second())
    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(one.service.change_subscription, session, asked) for one in shops]
        told = [run.result(timeout=60) for run in running]
    assert told[0].order_id == told[1].order_id
    assert len(charged(shop)) == 2
    assert row_of(shop, before).version == before.version + 1


def test_another_key_finds_the_subscription_changed(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session)
    asked = change_of(shop, session, before, with_changes(before, seats=7))
    shop.service.change_subscription(session, asked)
    with pytest.raises(Refused) as caught:
        shop.service.change_subscription(session, replace(asked, key=OTHER_KEY))
    assert caught.value.problem is Problem.SUBSCRIPTION_CHANGED
    assert len(charged(shop)) == 2


def test_a_price_that_changed_since_stops_the_change(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session)
    asked = change_of(shop, session, before, with_changes(before, seats=7))
    dearer = shop.second(catalogue=repriced(shop.catalogue, WEBINAR.product, 2))
    things = shop.everything()
    with pytest.raises(PriceChanged) as caught:
        dearer.service.change_subscription(session, asked)
    assert caught.value.old == asked.quote
    assert caught.value.new.charge.net == euros("33432.00")
    assert shop.everything() == things
    told = dearer.service.change_subscription(session, replace(asked, quote=caught.value.new))
    assert told.total == caught.value.new.total_due


def test_midnight_between_preview_and_order_stops_the_change(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session)
    asked = change_of(shop, session, before, with_changes(before, seats=7))
    shop.clock.move_to(datetime(2026, 11, 22, 23, tzinfo=UTC))
    with pytest.raises(PriceChanged):
        shop.service.change_subscription(session, asked)
    assert len(charged(shop)) == 1


def test_a_lost_answer_is_asked_for_and_nothing_else_moves_meanwhile(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session)
    asked = change_of(shop, session, before, with_changes(before, seats=7))
    shop.faults.authorise.append(Fault.ANSWER_LOST)
    with pytest.raises(PaymentUnknown):
        shop.service.change_subscription(session, asked)
    assert held(shop, session) == before
    for attempt in (
        lambda: shop.service.change_subscription(session, replace(asked, key=OTHER_KEY)),
        lambda: shop.service.preview_change(session, before.subscription_id, asked.change),
        lambda: shop.service.cancel(session, before.subscription_id),
    ):
        with pytest.raises(Refused) as caught:
            attempt()
        assert caught.value.problem is Problem.PAYMENT_OPEN
    told = shop.service.change_subscription(session, asked)
    assert told.total == asked.quote.total_due
    assert len(charged(shop)) == 2
    assert held(shop, session).seats == 7


def test_a_change_that_never_reached_the_bank_is_ordered_anew(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session)
    asked = change_of(shop, session, before, with_changes(before, seats=7))
    shop.faults.authorise.append(Fault.REQUEST_LOST)
    with pytest.raises(PaymentUnknown):
        shop.service.change_subscription(session, asked)
    shop.clock.advance(timedelta(minutes=6))
    shop.execute(payment_method.delete())
    changed = replace(asked, payment=GOOD_CARD)
    told = shop.service.change_subscription(session, changed)
    assert told.order_number == "B-2026-000003"
    assert order_states(shop) == ["fulfilled", "failed", "fulfilled"]
    assert len(charged(shop)) == 2


def test_licences_given_while_the_payment_was_open_stay_within_the_seats(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session, RESCUE)
    change = with_changes(before, seats=1, cycle=BillingCycle.ANNUAL)
    asked = change_of(shop, session, before, change)
    shop.faults.authorise.append(Fault.ANSWER_LOST)
    with pytest.raises(PaymentUnknown):
        shop.service.change_subscription(session, asked)
    mine = frozenset({before.subscription_id})
    for user in shop.service.users(session)[:2]:
        shop.service.assign(session, user.user_id, user.subscriptions | mine)
    shop.service.change_subscription(session, asked)
    now = held(shop, session, RESCUE.product)
    assert (now.seats, now.seats_free) == (1, 0)
    holders = [row for row in shop.rows(licence) if row.subscription_id in mine]
    assert len(holders) == 1


def test_nothing_is_credited_of_what_no_order_paid(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session)
    mine = subscription.c.subscription_id == before.subscription_id
    shop.execute(update(subscription).where(mine).values(order_id=None))
    asked = change_of(shop, session, before, with_changes(before, seats=7))
    assert asked.quote.credits == ()
    assert asked.quote.total_due == euros("19892.04")


def test_the_log_of_a_change_has_its_version_day_and_contact(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session, days_ago=DAYS_LATER)
    asked = change_of(shop, session, before, with_changes(before, seats=7))
    shop.service.change_subscription(session, asked)
    last = events_of(shop, before)[-1]
    assert (last.kind, last.version, last.on_day) == ("changed", 2, LATER)
    assert last.contact_id == session.contact_id
    assert last.changed["seats"] == 7


def test_no_renewal_overtakes_a_change_whose_payment_is_unknown(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session, RESCUE, days_ago=29)
    asked = change_of(shop, session, before, with_changes(before, seats=3))
    shop.faults.authorise.append(Fault.ANSWER_LOST)
    with pytest.raises(PaymentUnknown):
        shop.service.change_subscription(session, asked)
    shop.clock.advance(timedelta(days=1))
    shop.faults.ask.append(Fault.REQUEST_LOST)
    shop.service.run_worker()
    assert held(shop, session, RESCUE.product) == before
    shop.service.change_subscription(session, asked)
    now = held(shop, session, RESCUE.product)
    assert now.renews_on == asked.quote.new_billing_date == date(2027, 1, 21)
    shop.service.run_worker()
    assert held(shop, session, RESCUE.product) == now


def test_a_change_paid_after_its_subscription_fell_behind_is_paid_back(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session)
    asked = change_of(shop, session, before, with_changes(before, seats=7))
    shop.faults.authorise.append(Fault.ANSWER_LOST)
    with pytest.raises(PaymentUnknown):
        shop.service.change_subscription(session, asked)
    mine = subscription.c.subscription_id == before.subscription_id
    shop.execute(update(subscription).where(mine).values(state=SubscriptionState.PAST_DUE))
    with pytest.raises(PaymentUnknown):
        shop.service.change_subscription(session, asked)
    assert held(shop, session).seats == 5
    assert order_states(shop) == ["fulfilled", "failed"]
    assert sorted(row.state for row in shop.rows(payment_attempt)) == ["refunded", "succeeded"]


def test_a_clock_set_back_over_midnight_begins_no_period_within_an_earlier_one(
    shop: Shop,
) -> None:
    session = shop.session()
    before = bought(shop, session, days_ago=DAYS_LATER)
    asked = change_of(shop, session, before, with_changes(before, seats=7))
    shop.service.change_subscription(session, asked)
    shop.clock.advance(-timedelta(days=1))
    now = held(shop, session)
    again = change_of(shop, session, now, with_changes(now, seats=8), key=OTHER_KEY)
    shop.service.change_subscription(session, again)
    assert again.quote.correction == asked.quote.total_due + asked.quote.credit_used
    assert row_of(shop, now).period_start == LATER
    assert held(shop, session).renews_on == date(2028, 2, 3)
