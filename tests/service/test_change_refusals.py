"""What a subscription cannot become, or not now, and who may not change it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from billing.errors import NotAllowed, Problem, Refused
from billing.storage.tables import account, subscription
from billing.subscriptions.model import SubscriptionState
from tests.service.shop import LENA, MAX
from tests.service.subscribed import bought, change_of, with_changes

if TYPE_CHECKING:
    from billing.accounts.model import Session
    from billing.subscriptions.model import Subscription
    from tests.service.shop import Shop


def refused(shop: Shop, session: Session, one: Subscription, **changed: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        shop.service.preview_change(session, one.subscription_id, with_changes(one, **changed))
    return caught.value


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({}, Problem.NOTHING_CHANGES),
        ({"seats": 0}, Problem.SEATS_BELOW_MINIMUM),
        ({"seats": 10**6}, Problem.SEATS_ABOVE_MAXIMUM),
        ({"tier": "none"}, Problem.UNKNOWN_TIER),
    ],
    ids=lambda value: str(value) if isinstance(value, Problem) else "",
)
def test_what_it_cannot_become_is_refused_by_name(
    shop: Shop, changed: dict[str, Any], problem: Problem
) -> None:
    session = shop.session()
    assert refused(shop, session, bought(shop, session), **changed).problem is problem


def test_fewer_seats_than_are_assigned_are_refused(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session)
    mine = frozenset({before.subscription_id})
    for user in shop.service.users(session)[:3]:
        shop.service.assign(session, user.user_id, user.subscriptions | mine)
    refusal = refused(shop, session, before, seats=2)
    assert refusal.problem is Problem.SEATS_ASSIGNED
    assert refusal.facts == {"product": "GoTo Webinar", "seats": 2, "assigned": 3}
    assert shop.service.preview_change(
        session, before.subscription_id, with_changes(before, seats=3)
    )


@pytest.mark.parametrize(
    ("state", "problem"),
    [
        (SubscriptionState.TRIALING, Problem.ON_TRIAL),
        (SubscriptionState.CANCELLING, Problem.CANCELLATION_PENDING),
        (SubscriptionState.PAST_DUE, Problem.PAYMENT_OPEN),
        (SubscriptionState.SUSPENDED, Problem.PAYMENT_OPEN),
        (SubscriptionState.EXPIRED, Problem.SUBSCRIPTION_NOT_ACTIVE),
    ],
)
def test_only_an_active_subscription_changes(
    shop: Shop, state: SubscriptionState, problem: Problem
) -> None:
    session = shop.session()
    before = bought(shop, session)
    asked = change_of(shop, session, before, with_changes(before, seats=7))
    shop.execute(
        update(subscription)
        .where(subscription.c.subscription_id == before.subscription_id)
        .values(state=state)
    )
    refusal = refused(shop, session, before, seats=7)
    assert refusal.problem is problem
    assert refusal.facts == {"product": "GoTo Webinar"}
    with pytest.raises(Refused) as caught:
        shop.service.change_subscription(session, asked)
    assert caught.value.problem is problem


def test_another_account_s_subscription_is_unknown(shop: Shop) -> None:
    before = bought(shop, shop.session())
    refusal = refused(shop, shop.session(LENA), before, seats=7)
    assert refusal.problem is Problem.UNKNOWN_SUBSCRIPTION


def test_a_change_waits_for_the_check_of_the_vat_id(shop: Shop) -> None:
    session = shop.session(LENA)
    shop.execute(
        update(account)
        .where(account.c.account_id == session.account.account_id)
        .values(vat_id_state="unknown")
    )
    before = bought(shop, session)
    assert refused(shop, session, before, seats=7).problem is Problem.TAX_PENDING


def test_a_period_that_ended_unbilled_is_billed_before_a_change(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session, days_ago=365)
    asked = change_of(shop, session, before, with_changes(before, seats=7))
    assert asked.quote.credits == ()
    assert asked.quote.new_period.start == before.renews_on
    shop.clock.advance(timedelta(days=1))
    assert refused(shop, session, before, seats=7).problem is Problem.PAYMENT_OPEN


def test_only_the_billing_contact_changes(shop: Shop) -> None:
    session = shop.session()
    before = bought(shop, session)
    asked = change_of(shop, session, before, with_changes(before, seats=7))
    with pytest.raises(NotAllowed):
        shop.service.preview_change(shop.session(MAX), before.subscription_id, asked.change)
    with pytest.raises(NotAllowed):
        shop.service.change_subscription(shop.session(MAX), asked)
