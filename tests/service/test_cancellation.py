"""The life of a subscription: what may happen in which state, cancelling, undoing, and its log."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from billing.catalogue.model import BillingCycle, Offer
from billing.errors import IllegalTransition, NotAllowed, Problem, Refused
from billing.storage.tables import audit_event, order_line, outbox, subscription
from billing.subscriptions.model import EventKind, SubscriptionState
from billing.subscriptions.transitions import (
    TRANSITIONS,
    Who,
    advance,
    begin,
    plain_values,
    read_row,
)
from tests.service.shop import LENA, MAX, WEBINAR
from tests.service.subscribed import bought, change_of, events_of, held, row_of, with_changes

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.accounts.model import Session
    from billing.subscriptions.model import Subscription
    from tests.service.shop import Shop

ENDS = date(2027, 11, 22)


def meet(shop: Shop, one: Subscription, state: SubscriptionState, event: EventKind) -> None:
    """Put a subscription into a state and let an event happen to it."""
    row = row_of(shop, one)

    def step(connection: Connection) -> None:
        mine = subscription.c.subscription_id == one.subscription_id
        connection.execute(update(subscription).where(mine).values(state=state))
        found = read_row(connection, row.account_id, one.subscription_id)
        assert found is not None
        who = Who(shop.session().contact_id, ENDS)
        advance(connection, shop.service._context, found, event, {"next_step_on": ENDS}, who=who)

    shop.database.work(row.account_id, step)


@pytest.mark.parametrize("event", [kind for kind in EventKind if None not in TRANSITIONS[kind][0]])
def test_every_event_happens_in_its_states_and_in_no_other(shop: Shop, event: EventKind) -> None:
    one = bought(shop, shop.session())
    allowed, target = TRANSITIONS[event]
    for state in SubscriptionState:
        if state in allowed:
            meet(shop, one, state, event)
            assert row_of(shop, one).state == target, state
            continue
        before = row_of(shop, one)
        with pytest.raises(IllegalTransition) as caught:
            meet(shop, one, state, event)
        assert (caught.value.state, caught.value.event) == (state, event)
        assert row_of(shop, one) == before
    happened = [row.kind for row in events_of(shop, one)][1:]
    assert happened == [event] * len(allowed)


@pytest.mark.parametrize("event", EventKind)
def test_only_a_start_begins_a_subscription(shop: Shop, event: EventKind) -> None:
    session = shop.session()
    row = row_of(shop, bought(shop, session))
    given_by_transition = ("account_id", "subscription_id", "state", "version")
    values = {
        name: value for name, value in row._asdict().items() if name not in given_by_transition
    }

    def step(connection: Connection) -> None:
        begin(
            connection,
            shop.service._context,
            event=event,
            account_id=row.account_id,
            subscriptions={"new": {**values, "product": "another"}},
            who=Who(session.contact_id, row.period_start),
        )

    if None not in TRANSITIONS[event][0]:
        with pytest.raises(IllegalTransition):
            shop.database.work(row.account_id, step)
        assert len([one for one in shop.rows(subscription) if one.subscription_id == "new"]) == 0
        return
    shop.database.work(row.account_id, step)
    (new,) = [one for one in shop.rows(subscription) if one.subscription_id == "new"]
    assert (new.state, new.version) == (TRANSITIONS[event][1], 1)


def test_every_event_has_its_transition() -> None:
    assert set(TRANSITIONS) == set(EventKind)


def test_a_cancelled_subscription_ends_with_the_period_that_is_paid(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session)
    assert before.ends_on is None
    told = shop.service.cancel(session, before.subscription_id)
    assert told == held(shop, session)
    assert (told.state, told.ends_on) == (SubscriptionState.CANCELLING, ENDS)
    assert (told.renews_on, told.renewal_price) == (None, None)
    assert row_of(shop, before).next_step_on == ENDS
    shop.clock.advance(timedelta(days=364))
    assert held(shop, session).state is SubscriptionState.CANCELLING
    shop.clock.advance(timedelta(days=1))
    assert held(shop, session).state is SubscriptionState.EXPIRED


def test_cancelled_before_the_worker_renewed_it_is_not_billed_again(shop: Shop) -> None:
    session = shop.session()
    one = bought(shop, session, days_ago=365)
    told = shop.service.cancel(session, one.subscription_id)
    assert (told.state, told.ends_on) == (SubscriptionState.EXPIRED, ENDS)
    shop.service.run_worker()
    mine = [row for row in shop.rows(order_line) if row.subscription_id == one.subscription_id]
    assert len(mine) == 1
    assert row_of(shop, one).state == "expired"


def test_a_cancellation_is_undone_as_if_it_never_was(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session)
    shop.service.cancel(session, before.subscription_id)
    told = shop.service.undo_cancellation(session, before.subscription_id)
    assert told == replace(before, version=before.version + 2)
    assert row_of(shop, before).next_step_on == ENDS


def test_each_of_them_writes_a_mail_an_event_and_an_audit_row(shop: Shop) -> None:
    session = shop.session()
    one = bought(shop, session)
    for _ in range(2):
        shop.service.cancel(session, one.subscription_id)
        shop.service.undo_cancellation(session, one.subscription_id)
    rows = sorted(shop.rows(outbox), key=lambda row: row.mail_id)
    assert [row.kind for row in rows][1:] == ["cancellation", "cancellation_undone"] * 2
    kinds = [row.kind for row in events_of(shop, one)]
    assert kinds == ["started", *["cancelled", "cancellation_undone"] * 2]
    audit = [row for row in shop.rows(audit_event) if row.action == "subscription_cancelled"]
    assert [(row.old["state"], row.new["state"]) for row in audit] == [("active", "cancelling")] * 2
    assert {row.contact_id for row in audit} == {session.contact_id}


def refused(shop: Shop, session: Session, one: Subscription, *, undo: bool = False) -> Refused:
    things = shop.everything()
    ask = shop.service.undo_cancellation if undo else shop.service.cancel
    with pytest.raises(Refused) as caught:
        ask(session, one.subscription_id)
    assert shop.everything() == things
    return caught.value


def test_cancelling_twice_and_undoing_nothing_are_refused_by_name(shop: Shop) -> None:
    session = shop.session()
    one = bought(shop, session)
    assert refused(shop, session, one, undo=True).problem is Problem.NOT_CANCELLING
    shop.service.cancel(session, one.subscription_id)
    refusal = refused(shop, session, one)
    assert refusal.problem is Problem.CANCELLATION_PENDING
    assert refusal.facts == {"product": "GoTo Webinar"}


def test_what_has_ended_is_neither_cancelled_nor_undone(shop: Shop) -> None:
    session = shop.session()
    one = bought(shop, session)
    shop.service.cancel(session, one.subscription_id)
    shop.clock.advance(timedelta(days=365))
    assert refused(shop, session, one).problem is Problem.SUBSCRIPTION_NOT_ACTIVE
    assert refused(shop, session, one, undo=True).problem is Problem.SUBSCRIPTION_NOT_ACTIVE


@pytest.mark.parametrize(
    ("state", "problem", "undo_problem"),
    [
        (SubscriptionState.TRIALING, Problem.ON_TRIAL, Problem.NOT_CANCELLING),
        (SubscriptionState.PAST_DUE, Problem.PAYMENT_OPEN, Problem.NOT_CANCELLING),
        (SubscriptionState.SUSPENDED, Problem.PAYMENT_OPEN, Problem.NOT_CANCELLING),
    ],
)
def test_other_states_refuse_both(
    shop: Shop, state: SubscriptionState, problem: Problem, undo_problem: Problem
) -> None:
    session = shop.session()
    one = bought(shop, session)
    mine = subscription.c.subscription_id == one.subscription_id
    shop.execute(update(subscription).where(mine).values(state=state))
    assert refused(shop, session, one).problem is problem
    assert refused(shop, session, one, undo=True).problem is undo_problem


@pytest.mark.parametrize("undo", [False, True])
def test_another_account_s_subscription_is_unknown(shop: Shop, undo: bool) -> None:
    one = bought(shop, shop.session())
    refusal = refused(shop, shop.session(LENA), one, undo=undo)
    assert refusal.problem is Problem.UNKNOWN_SUBSCRIPTION


def test_only_the_billing_contact_cancels_and_undoes(shop: Shop) -> None:
    session = shop.session()
    one = bought(shop, session)
    with pytest.raises(NotAllowed):
        shop.service.cancel(shop.session(MAX), one.subscription_id)
    shop.service.cancel(session, one.subscription_id)
    with pytest.raises(NotAllowed):
        shop.service.undo_cancellation(shop.session(MAX), one.subscription_id)


def test_the_log_replayed_gives_the_row(shop: Shop) -> None:
    """I13, over a trial, its purchase, changes up and down, and cancellations undone."""
    session = shop.session()
    empty = shop.service.new_draft(session)
    shop.service.start_trial(
        session,
        replace(empty, product=WEBINAR.product, offer=Offer.TRIAL, tier="lite", seats=3),
    )
    shop.clock.advance(timedelta(days=3))
    one = bought(shop, session, days_ago=20)
    wanted: tuple[dict[str, Any], ...] = (
        {"seats": 7},
        {"cycle": BillingCycle.MONTHLY, "tier": "lite"},
        {"seats": 2},
    )
    for number, changed in enumerate(wanted):
        shop.service.cancel(session, one.subscription_id)
        now = shop.service.undo_cancellation(session, one.subscription_id)
        asked = change_of(shop, session, now, with_changes(now, **changed), key=f"key-{number}")
        shop.service.change_subscription(session, asked)
        shop.clock.advance(timedelta(days=9))
    assert_replayed(shop, one)
    kinds = [row.kind for row in events_of(shop, one)]
    assert kinds == [
        *("trial_started", "converted"),
        *("cancelled", "cancellation_undone", "changed") * 3,
    ]


def assert_replayed(shop: Shop, one: Subscription) -> None:
    """Every version is in the log, and all of them together make the row."""
    row = row_of(shop, one)
    events = events_of(shop, one)
    assert [event.version for event in events] == list(range(1, row.version + 1))
    replayed: dict[str, Any] = {"failed_payments": 0}
    for event in events:
        replayed |= event.changed
    stored = plain_values(row._asdict())
    keys = ("account_id", "subscription_id", "version")
    assert replayed == {name: value for name, value in stored.items() if name not in keys}
