"""Licences: the ticks of a user replace that user's, and never more are given than bought."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, update

from billing.errors import BillingError, NotAllowed, Problem, Refused
from billing.storage.tables import audit_event, contact, licence, subscription
from billing.subscriptions.model import SubscriptionState
from tests.service.shop import INVOICE, LENA, MAX, WEBINAR, request

if TYPE_CHECKING:
    from billing.accounts.model import Session
    from billing.subscriptions.model import Subscription, User
    from tests.service.shop import Shop

NOTHING: frozenset[str] = frozenset()


def held(shop: Shop, session: Session, product: str) -> Subscription:
    return next(one for one in shop.service.home(session).subscriptions if one.product == product)


def without_any(shop: Shop, session: Session) -> list[User]:
    return [user for user in shop.service.users(session) if not user.subscriptions]


def test_users_come_as_in_a_directory_with_what_they_hold(shop: Shop) -> None:
    session = shop.session()
    users = shop.service.users(session)
    names = [user.name for user in users]
    assert [name.replace("Ö", "O") for name in names] == sorted(
        name.replace("Ö", "O") for name in names
    )
    assert names.index("Nora Weiß") + 1 == names.index("Özlem Aydın")
    assert len(users) == 14
    meeting = held(shop, session, "goto-meeting").subscription_id
    assert sum(meeting in user.subscriptions for user in users) == 9


def test_a_tick_gives_a_licence_and_leaves_one_fewer(shop: Shop) -> None:
    session = shop.session()
    user = without_any(shop, session)[0]
    before = held(shop, session, "goto-meeting")
    ticks = frozenset({before.subscription_id})
    users = shop.service.assign(session, user.user_id, ticks)
    assert {one.user_id: one.subscriptions for one in users}[user.user_id] == ticks
    assert held(shop, session, "goto-meeting").seats_free == before.seats_free - 1
    (event,) = shop.rows(audit_event)
    assert (event.action, event.object_id) == ("licences_assigned", user.user_id)
    assert (event.old, event.new) == ({"subscriptions": []}, {"subscriptions": sorted(ticks)})


def test_ticks_replace_what_the_user_had(shop: Shop) -> None:
    session = shop.session()
    meeting = held(shop, session, "goto-meeting").subscription_id
    training = held(shop, session, "goto-training").subscription_id
    user = next(
        one for one in shop.service.users(session) if {meeting, training} <= one.subscriptions
    )
    users = shop.service.assign(session, user.user_id, frozenset({meeting}))
    assert {one.user_id: one.subscriptions for one in users}[user.user_id] == {meeting}
    users = shop.service.assign(session, user.user_id, NOTHING)
    assert {one.user_id: one.subscriptions for one in users}[user.user_id] == NOTHING


def test_the_same_ticks_again_write_nothing(shop: Shop) -> None:
    session = shop.session()
    user = next(one for one in shop.service.users(session) if one.subscriptions)
    before = shop.everything()
    shop.service.assign(session, user.user_id, user.subscriptions)
    assert shop.everything() == before


def test_more_than_bought_cannot_be_given(shop: Shop) -> None:
    session = shop.session()
    training = held(shop, session, "goto-training")
    assert training.seats_free == 0
    user = without_any(shop, session)[0]
    before = shop.everything()
    with pytest.raises(Refused) as caught:
        shop.service.assign(session, user.user_id, frozenset({training.subscription_id}))
    assert caught.value.problem is Problem.NO_FREE_LICENCE
    assert caught.value.facts == {"product": "GoTo Training", "seats": 2}
    assert shop.everything() == before


def test_the_last_licence_goes_to_one_of_two_sessions(shop: Shop) -> None:
    session = shop.session(LENA)
    one_seat = replace(WEBINAR, seats=1)
    shop.service.place_order(session, request(shop.checkout(session, one_seat), INVOICE))
    webinar = frozenset({held(shop, session, "goto-webinar").subscription_id})
    services = [shop.service, shop.second().service]
    users = shop.service.users(session)

    def give(index: int) -> BillingError | None:
        try:
            services[index].assign(session, users[index].user_id, webinar)
        except BillingError as refused:
            return refused
        return None

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(give, range(2)))
    assert [one.problem for one in told if isinstance(one, Refused)] == [Problem.NO_FREE_LICENCE]
    mine = session.account.account_id
    assert len([row for row in shop.rows(licence) if row.account_id == mine]) == 1


def test_unknown_users_and_foreign_subscriptions_are_refused(shop: Shop) -> None:
    anna, lena = shop.session(), shop.session(LENA)
    meeting = frozenset({held(shop, anna, "goto-meeting").subscription_id})
    annas, lenas = shop.service.users(anna)[0].user_id, shop.service.users(lena)[0].user_id
    before = shop.everything()
    for session, user, ticks, problem in (
        (anna, lenas, meeting, Problem.UNKNOWN_USER),
        (anna, "\x1b[0m", NOTHING, Problem.UNKNOWN_USER),
        (lena, lenas, meeting, Problem.SUBSCRIPTION_NOT_ACTIVE),
        (anna, annas, frozenset({"gone"}), Problem.SUBSCRIPTION_NOT_ACTIVE),
    ):
        with pytest.raises(Refused) as caught:
            shop.service.assign(session, user, ticks)
        assert caught.value.problem is problem
    assert shop.everything() == before


def test_what_has_ended_is_neither_shown_nor_given(shop: Shop) -> None:
    session = shop.session()
    training = held(shop, session, "goto-training").subscription_id
    holder = next(one for one in shop.service.users(session) if training in one.subscriptions)
    shop.clock.move_to(datetime(2026, 12, 6, 12, tzinfo=UTC))
    assert all(training not in one.subscriptions for one in shop.service.users(session))
    with pytest.raises(Refused) as caught:
        shop.service.assign(session, holder.user_id, frozenset({training}))
    assert caught.value.problem is Problem.SUBSCRIPTION_NOT_ACTIVE


def test_a_suspended_subscription_keeps_its_users_whatever_is_ticked_meanwhile(shop: Shop) -> None:
    session = shop.session()
    meeting = held(shop, session, "goto-meeting").subscription_id
    training = held(shop, session, "goto-training").subscription_id
    holder = next(
        one for one in shop.service.users(session) if {meeting, training} <= one.subscriptions
    )

    def become(state: SubscriptionState) -> None:
        which = subscription.c.subscription_id == meeting
        shop.execute(update(subscription).where(which).values(state=state))

    become(SubscriptionState.SUSPENDED)
    shop.service.assign(session, holder.user_id, NOTHING)
    become(SubscriptionState.ACTIVE)
    users = {one.user_id: one.subscriptions for one in shop.service.users(session)}
    assert users[holder.user_id] == {meeting}


def test_admins_assign_too_but_nobody_from_elsewhere(shop: Shop) -> None:
    admin = shop.session(MAX)
    user = without_any(shop, admin)[0]
    ticks = frozenset({held(shop, admin, "goto-meeting").subscription_id})
    users = shop.service.assign(admin, user.user_id, ticks)
    assert {one.user_id: one.subscriptions for one in users}[user.user_id] == ticks
    shop.execute(delete(contact).where(contact.c.contact_id == admin.contact_id))
    before = shop.everything()
    with pytest.raises(NotAllowed):
        shop.service.assign(admin, user.user_id, NOTHING)
    assert shop.everything() == before
