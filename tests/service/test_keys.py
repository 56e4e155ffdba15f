"""Public keys of contacts: a key belongs to one contact, and every change leaves a trace."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete

from billing.accounts.keys import MOST_KEYS
from billing.errors import BillingError, Field, Flaw, InvalidInput, Problem, Refused
from billing.storage.access_tables import contact_key, key_owner
from billing.storage.tables import audit_event, contact
from tests.public_keys import ed25519, rsa
from tests.service.shop import ANNA, LENA, MAX

if TYPE_CHECKING:
    from tests.service.shop import Shop

KEY, OTHER = ed25519(1), ed25519(2)


def trail(shop: Shop) -> list[tuple[str, str, str]]:
    """What the audit rows say, and that nothing more than a fingerprint is in them."""
    rows = [row for row in shop.rows(audit_event) if row.action.startswith("key_")]
    return [(row.action, row.actor, row.new["fingerprint"]) for row in rows]


def problem_of(error: pytest.ExceptionInfo[Refused]) -> Problem:
    return error.value.problem


def test_a_registered_key_leads_to_its_contact(shop: Shop) -> None:
    added = shop.service.add_key(" Anna@Muster.example ", f"{KEY.line} anna@laptop\n")
    assert (added.fingerprint, added.kind, added.comment) == (
        KEY.fingerprint,
        "ssh-ed25519",
        "anna@laptop",
    )
    assert (added.added_at, added.last_used_at) == (shop.clock.now(), None)
    holder = shop.service.contact_of_key(KEY.fingerprint)
    session = shop.session(ANNA)
    assert holder is not None
    assert (holder.account_id, holder.contact_id, holder.mail) == (
        session.account.account_id,
        session.contact_id,
        ANNA,
    )
    assert (holder.fingerprint, holder.line) == (KEY.fingerprint, KEY.line)


@pytest.mark.parametrize(
    "fingerprint",
    [OTHER.fingerprint, "", "SHA256:", "\0", "x" * 10_000, f"{KEY.fingerprint} ", "' OR 1=1"],
)
def test_any_other_fingerprint_leads_to_nobody(shop: Shop, fingerprint: str) -> None:
    shop.service.add_key(ANNA, KEY.line)
    assert shop.service.contact_of_key(fingerprint) is None


def test_a_key_belongs_to_one_contact_at_most(shop: Shop) -> None:
    shop.service.add_key(ANNA, KEY.line)
    before = shop.everything()
    for mail, problem in (
        (ANNA, Problem.KEY_REGISTERED),
        (MAX, Problem.KEY_OF_ANOTHER),
        (LENA, Problem.KEY_OF_ANOTHER),
    ):
        with pytest.raises(Refused) as caught:
            shop.service.add_key(mail, f"{KEY.line} another comment")
        assert problem_of(caught) is problem
    assert shop.everything() == before


def test_of_two_who_register_a_key_at_once_one_gets_it(shop: Shop) -> None:
    services = [shop.service, shop.second().service]

    def add(index: int) -> str | None:
        try:
            services[index].add_key((ANNA, LENA)[index], KEY.line)
        except BillingError as error:
            return str(error)
        return None

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(add, range(2)))
    assert sorted(told, key=str) == sorted([None, str(Problem.KEY_OF_ANOTHER)], key=str)
    (owner,), (kept,) = shop.rows(key_owner), shop.rows(contact_key)
    assert (owner.account_id, owner.contact_id) == (kept.account_id, kept.contact_id)


def test_the_last_use_is_stored(shop: Shop) -> None:
    shop.service.add_key(ANNA, KEY.line)
    holder = shop.service.contact_of_key(KEY.fingerprint)
    assert holder is not None
    shop.clock.advance(timedelta(hours=1))
    shop.service.key_used(holder)
    (key,) = shop.service.list_keys(ANNA)
    assert key.last_used_at == shop.clock.now()
    assert trail(shop) == [
        ("key_added", "operator", KEY.fingerprint),
        ("key_used", "contact", KEY.fingerprint),
    ]


def test_a_removed_key_leads_to_nobody_and_is_free_again(shop: Shop) -> None:
    shop.service.add_key(ANNA, KEY.line)
    holder = shop.service.contact_of_key(KEY.fingerprint)
    assert holder is not None
    assert shop.service.remove_key(ANNA, KEY.fingerprint).fingerprint == KEY.fingerprint
    shop.service.key_used(holder)
    assert shop.service.contact_of_key(KEY.fingerprint) is None
    assert shop.service.list_keys(ANNA) == ()
    assert [action for action, *_ in trail(shop)] == ["key_added", "key_removed"]
    shop.service.add_key(LENA, KEY.line)
    found = shop.service.contact_of_key(KEY.fingerprint)
    assert found is not None
    assert found.mail == LENA


def test_only_a_contacts_own_key_is_removed(shop: Shop) -> None:
    shop.service.add_key(ANNA, KEY.line)
    before = shop.everything()
    for mail, fingerprint in (
        (ANNA, OTHER.fingerprint),
        (MAX, KEY.fingerprint),
        (LENA, KEY.fingerprint),
        (ANNA, "\0"),
    ):
        with pytest.raises(Refused) as caught:
            shop.service.remove_key(mail, fingerprint)
        assert problem_of(caught) is Problem.UNKNOWN_KEY
    assert shop.everything() == before


def test_keys_are_listed_as_they_came(shop: Shop) -> None:
    lines = [OTHER.line, KEY.line, rsa(3072)]
    for line in lines:
        shop.service.add_key(ANNA, line)
        shop.clock.advance(timedelta(seconds=1))
    shop.service.add_key(MAX, ed25519(3).line)
    listed = shop.service.list_keys(ANNA)
    assert [key.line for key in listed] == lines


@pytest.mark.parametrize("mail", ["nobody@muster.example", "", "\0", "\ud800", "x" * 400])
def test_an_unknown_contact_has_no_keys(shop: Shop, mail: str) -> None:
    for call in (
        lambda: shop.service.add_key(mail, KEY.line),
        lambda: shop.service.list_keys(mail),
        lambda: shop.service.remove_key(mail, KEY.fingerprint),
    ):
        with pytest.raises(Refused) as caught:
            call()
        assert problem_of(caught) is Problem.UNKNOWN_CONTACT


def test_there_is_an_end_to_the_keys_of_a_contact(shop: Shop) -> None:
    for number in range(MOST_KEYS):
        shop.service.add_key(ANNA, ed25519(number).line)
    with pytest.raises(Refused) as caught:
        shop.service.add_key(ANNA, ed25519(MOST_KEYS).line)
    assert problem_of(caught) is Problem.TOO_MANY_KEYS
    assert shop.service.contact_of_key(ed25519(MOST_KEYS).fingerprint) is None


def test_what_is_no_public_key_is_refused(shop: Shop) -> None:
    before = shop.everything()
    with pytest.raises(InvalidInput) as caught:
        shop.service.add_key(ANNA, rsa(2048))
    assert (caught.value.field, caught.value.flaw) == (Field.PUBLIC_KEY, Flaw.TOO_WEAK)
    assert shop.everything() == before


def test_a_key_of_a_contact_who_left_opens_nothing(shop: Shop) -> None:
    shop.service.add_key(MAX, KEY.line)
    shop.execute(delete(contact).where(contact.c.mail == MAX))
    assert shop.service.contact_of_key(KEY.fingerprint) is None
    with pytest.raises(Refused) as caught:
        shop.service.add_key(MAX, OTHER.line)
    assert problem_of(caught) is Problem.UNKNOWN_CONTACT
