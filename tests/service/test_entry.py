"""The three checks at the door."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from billing.accounts.entry import decide_entry, read_session
from billing.accounts.model import (
    Account,
    AccountKind,
    Entry,
    EntryKind,
    Person,
    Role,
    VatIdState,
)

if TYPE_CHECKING:
    from billing.storage.database import Database

TODAY = date(2026, 11, 22)
PORTAL = "https://portal.example/corp"
ANNA = Person("Anna Muster", "anna@muster.example")
ONLINE = Account(
    account_id="a",
    name="Muster GmbH",
    kind=AccountKind.ONLINE,
    country="DE",
    currency="EUR",
    time_zone="Europe/Berlin",
    street="s",
    postcode="p",
    city="c",
    vat_id="",
    vat_id_state=VatIdState.NONE,
    expired_on=None,
)
EXPIRED = replace(ONLINE, expired_on=TODAY)
CORPORATE = replace(EXPIRED, kind=AccountKind.CORPORATE)


def _entry(account: Account, role: Role = Role.BILLING_CONTACT) -> Entry:
    return decide_entry(account, role, ANNA, TODAY, PORTAL)


def test_the_billing_contact_of_a_running_account_may_order() -> None:
    assert _entry(ONLINE).kind is EntryKind.OPEN


def test_an_account_that_ends_tomorrow_is_open() -> None:
    assert _entry(replace(ONLINE, expired_on=date(2026, 11, 23))).kind is EntryKind.OPEN


def test_everybody_else_learns_who_the_billing_contact_is() -> None:
    entry = _entry(ONLINE, Role.ADMIN)
    assert (entry.kind, entry.billing_contact) == (EntryKind.NOT_BILLING_CONTACT, ANNA)


def test_an_expired_account_must_be_renewed_by_its_billing_contact() -> None:
    entry = _entry(EXPIRED)
    assert (entry.kind, entry.expired_on) == (EntryKind.EXPIRED, TODAY)
    assert _entry(EXPIRED, Role.ADMIN).kind is EntryKind.NOT_BILLING_CONTACT


@pytest.mark.parametrize("role", list(Role))
def test_everybody_of_a_corporate_account_is_sent_to_the_portal(role: Role) -> None:
    entry = _entry(CORPORATE, role)
    assert (entry.kind, entry.portal) == (EntryKind.CORPORATE, PORTAL)


def test_there_is_no_session_for_a_contact_that_is_not_there(database: Database) -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert database.read(lambda c: read_session(c, "nobody", "nobody", now, PORTAL)) is None
