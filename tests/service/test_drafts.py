"""Drafts: stored after every step, offered again after a dropped connection, never in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, literal_column, update

from billing.catalogue.model import BillingCycle, Offer
from billing.errors import NotAllowed
from billing.ordering.model import Draft, Place, StoredDraft
from billing.storage.tables import draft
from tests.service.shop import ADA, MAX, WEBINAR, without

if TYPE_CHECKING:
    from billing.accounts.model import Session
    from tests.service.shop import Shop


def full(shop: Shop, session: Session) -> Draft:
    return replace(
        shop.service.new_draft(session),
        product="goto-webinar",
        offer=Offer.BUY,
        tier="pro",
        seats=5,
        cycle=BillingCycle.ANNUAL,
    )


def offered(shop: Shop, session: Session) -> StoredDraft | None:
    return shop.service.home(session).draft


def test_a_new_draft_has_ids_of_its_own_and_is_not_stored(shop: Shop) -> None:
    session = shop.session()
    first, second = (shop.service.new_draft(session) for _ in range(2))
    assert len({first.draft_id, first.key, second.draft_id, second.key}) == 4
    assert first == Draft(draft_id=first.draft_id, key=first.key)
    assert shop.rows(draft) == []
    assert offered(shop, session) is None


def test_what_was_stored_is_offered_after_the_next_sign_in(shop: Shop) -> None:
    session = shop.session()
    stored = StoredDraft(full(shop, session), "cycle")
    shop.service.save_draft(session, stored)
    again = shop.second()
    assert offered(again, again.session()) == stored


def test_each_step_replaces_the_one_before(shop: Shop) -> None:
    session = shop.session()
    started = replace(shop.service.new_draft(session), product="goto-webinar")
    shop.service.save_draft(session, StoredDraft(started, "offer"))
    stored = StoredDraft(replace(started, offer=Offer.TRIAL, seats=2), "seats")
    shop.service.save_draft(session, stored)
    assert len(shop.rows(draft)) == 1
    assert offered(shop, session) == stored


def test_two_sessions_do_not_disturb_each_other_and_the_newest_is_offered(shop: Shop) -> None:
    session = shop.session()
    first = StoredDraft(full(shop, session), "tier")
    second = StoredDraft(replace(full(shop, session), product="logmein-rescue", tier=None), "seats")
    shop.service.save_draft(session, first)
    shop.clock.advance(timedelta(minutes=1))
    shop.second().service.save_draft(session, second)
    assert offered(shop, session) == second
    shop.clock.advance(timedelta(minutes=1))
    shop.service.save_draft(session, first)
    assert offered(shop, session) == first
    shop.service.drop_draft(session, first.draft.draft_id)
    assert offered(shop, session) == second


def test_dropping_a_draft_twice_is_no_error(shop: Shop) -> None:
    session = shop.session()
    stored = StoredDraft(full(shop, session), "tier")
    shop.service.save_draft(session, stored)
    for _ in range(2):
        shop.service.drop_draft(session, stored.draft.draft_id)
    assert shop.rows(draft) == []


def test_a_draft_is_its_contacts_own(shop: Shop) -> None:
    anna, ada = shop.session(), shop.session(ADA)
    stored = StoredDraft(full(shop, anna), "tier")
    shop.service.save_draft(anna, stored)
    assert offered(shop, ada) is None
    assert offered(shop, shop.session(MAX)) is None
    shop.service.drop_draft(ada, stored.draft.draft_id)
    assert offered(shop, anna) == stored


def test_after_thirty_days_a_draft_is_not_offered_and_then_removed(shop: Shop) -> None:
    session = shop.session()
    old = StoredDraft(full(shop, session), "tier")
    shop.service.save_draft(session, old)
    shop.clock.advance(timedelta(days=30))
    assert offered(shop, session) == old
    shop.clock.advance(timedelta(seconds=1))
    assert offered(shop, session) is None
    fresh = StoredDraft(full(shop, session), "seats")
    shop.service.save_draft(session, fresh)
    assert [row.draft_id for row in shop.rows(draft)] == [fresh.draft.draft_id]


def test_answers_that_the_catalogue_has_lost_are_open_again(shop: Shop) -> None:
    session = shop.session()
    stored = full(shop, session)
    shop.service.save_draft(session, StoredDraft(stored, "cycle"))
    later = shop.second(catalogue=without(shop.catalogue, "goto-webinar"))
    assert offered(later, session) == StoredDraft(replace(stored, product=None, tier=None), "cycle")
    other_tier = replace(stored, tier="gone")
    shop.service.save_draft(session, StoredDraft(other_tier, "a step of tomorrow"))
    assert offered(shop, session) == StoredDraft(replace(stored, tier=None), "a step of tomorrow")


@pytest.mark.parametrize("answers", ["[]", '"text"', "null", "{}", '{"key": 1}'])
def test_a_draft_without_answers_is_passed_over(shop: Shop, answers: str) -> None:
    assert_passed_over(shop, answers)


# PostgreSQL keeps no document that is none.
@pytest.mark.parametrize("stock", ["sqlite"], indirect=True)
@pytest.mark.parametrize("answers", ["{", "[" * 100_000], ids=["cut off", "deep"])
def test_a_damaged_draft_is_passed_over(shop: Shop, answers: str) -> None:
    assert_passed_over(shop, answers)


def assert_passed_over(shop: Shop, answers: str) -> None:
    session = shop.session()
    good, damaged = (StoredDraft(full(shop, session), "tier") for _ in range(2))
    shop.service.save_draft(session, good)
    shop.clock.advance(timedelta(minutes=1))
    shop.service.save_draft(session, damaged)
    shop.execute(
        update(draft)
        .where(draft.c.draft_id == damaged.draft.draft_id)
        .values(answers=literal_column("'" + answers + "'"))
    )
    assert offered(shop, session) == good


def test_answers_of_the_wrong_kind_are_open_again(shop: Shop) -> None:
    session = shop.session()
    stored = shop.service.new_draft(session)
    shop.service.save_draft(session, StoredDraft(stored, "tier"))
    shop.execute(
        update(draft).values(
            answers={
                "key": stored.key,
                "product": ["goto-webinar"],
                "offer": "steal",
                "tier": 1,
                "seats": True,
                "cycle": "hourly",
                "line_id": {},
            }
        )
    )
    assert offered(shop, session) == StoredDraft(stored, "tier")
    shop.execute(update(draft).values(answers={"key": stored.key, "seats": 10**40}))
    assert offered(shop, session) == StoredDraft(stored, "tier")


def test_the_line_being_changed_is_remembered_while_it_is_in_the_cart(shop: Shop) -> None:
    session = shop.session()
    cart = shop.fill(session, WEBINAR)
    changing = replace(full(shop, session), line_id=cart.lines[0].line_id)
    shop.service.save_draft(session, StoredDraft(changing, "seats"))
    assert offered(shop, session) == StoredDraft(changing, "seats")
    shop.service.remove_line(session, 1, cart.lines[0].line_id)
    assert offered(shop, session) == StoredDraft(replace(changing, line_id=None), "seats")


@pytest.mark.parametrize("place", list(Place))
def test_an_empty_cart_is_nothing_to_go_on_with(shop: Shop, place: Place) -> None:
    session = shop.session()
    cart = shop.fill(session, WEBINAR)
    stored = StoredDraft(full(shop, session), place)
    shop.service.save_draft(session, stored)
    assert offered(shop, session) == stored
    shop.service.remove_line(session, 1, cart.lines[0].line_id)
    assert offered(shop, session) is None


def test_who_may_not_order_stores_no_draft(shop: Shop) -> None:
    session = shop.session(MAX)
    before = shop.everything()
    with pytest.raises(NotAllowed):
        shop.service.save_draft(session, StoredDraft(full(shop, session), "tier"))
    assert shop.everything() == before


@pytest.mark.parametrize("place", ["", "x" * 21])
def test_a_place_is_the_name_of_a_step(shop: Shop, place: str) -> None:
    session = shop.session()
    with pytest.raises(ValueError, match="a place"):
        shop.service.save_draft(session, StoredDraft(full(shop, session), place))
    shop.execute(delete(draft))
