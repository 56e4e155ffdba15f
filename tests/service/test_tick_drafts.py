"""Licences ticked and not saved: kept for the contact's next session, told once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, literal_column, update

from billing.errors import NotAllowed
from billing.ordering.model import StoredDraft
from billing.storage.tables import contact, draft
from billing.subscriptions.model import TickChange
from tests.service.shop import ANNA, MAX

if TYPE_CHECKING:
    from tests.service.shop import Shop

FIRST = (TickChange("felix", frozenset({"a", "b"}), frozenset({"c"})),)
SECOND = (*FIRST, TickChange("tom", frozenset(), frozenset({"a"})))


@pytest.mark.parametrize("mail", [ANNA, MAX])
def test_the_newest_ticks_are_told_once_and_to_their_contact_alone(shop: Shop, mail: str) -> None:
    for ticks in (FIRST, SECOND):
        shop.service.keep_ticks(shop.session(mail), ticks)
    again = shop.second()
    other = MAX if mail == ANNA else ANNA
    assert again.service.take_ticks(again.session(other)) == ()
    assert again.service.take_ticks(again.session(mail)) == SECOND
    assert again.service.take_ticks(again.session(mail)) == ()


def test_ticks_are_no_draft_of_an_order_and_leave_those_alone(shop: Shop) -> None:
    session = shop.session()
    stored = StoredDraft(shop.service.new_draft(session), "tier")
    shop.service.save_draft(session, stored)
    shop.clock.advance(timedelta(minutes=1))
    shop.service.keep_ticks(session, FIRST)
    assert shop.service.home(session).draft == stored
    shop.service.take_ticks(session)
    assert shop.service.home(session).draft == stored


def test_after_thirty_days_they_are_forgotten(shop: Shop) -> None:
    shop.service.keep_ticks(shop.session(), FIRST)
    shop.clock.advance(timedelta(days=30, seconds=1))
    assert shop.service.take_ticks(shop.session()) == ()


@pytest.mark.parametrize("answers", ["[]", '{"felix": 1}', '{"felix": [[1]]}', '{"felix": [1, 2]}'])
def test_a_damaged_document_is_none(shop: Shop, answers: str) -> None:
    session = shop.session()
    shop.service.keep_ticks(session, FIRST)
    shop.execute(update(draft).values(answers=literal_column("'" + answers + "'")))
    assert shop.service.take_ticks(session) == ()


def test_nothing_is_kept_of_who_does_not_belong_to_the_account_any_more(shop: Shop) -> None:
    session = shop.session(MAX)
    shop.execute(delete(contact).where(contact.c.mail == MAX))
    with pytest.raises(NotAllowed):
        shop.service.keep_ticks(session, FIRST)
    assert shop.rows(draft) == []
