"""The door: who is signed in, and whether ordering is open to them.

Asked in this order: a corporate account is served elsewhere, whoever asks; only the billing contact
may order or renew; an expired account must be renewed before anything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, or_, select

from billing.accounts.model import (
    Account,
    AccountKind,
    Entry,
    EntryKind,
    Person,
    Role,
    Session,
    VatIdState,
)
from billing.accounts.vat_checks import state_at
from billing.clock import local_date
from billing.rating.money import Money
from billing.storage.invoice_tables import vat_check
from billing.storage.sending import expect, run
from billing.storage.tables import account, contact

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Connection, Row

# Not its counters: they change with every order, and all else would have to be asked for again.
_ACCOUNT = (
    select(
        account.c.account_id,
        account.c.name,
        account.c.kind,
        account.c.country,
        account.c.currency,
        account.c.time_zone,
        account.c.street,
        account.c.postcode,
        account.c.city,
        account.c.vat_id,
        account.c.vat_id_state,
        account.c.expired_on,
        account.c.credit_minor,
        vat_check.c.state.label("checked_state"),
        vat_check.c.answered_at,
    )
    .outerjoin(
        vat_check,
        (vat_check.c.account_id == account.c.account_id) & (vat_check.c.vat_id == account.c.vat_id),
    )
    .where(account.c.account_id == bindparam("owner"))
)
_CONTACTS = (
    select(contact.c.contact_id, contact.c.name, contact.c.mail, contact.c.role)
    .where(contact.c.account_id == bindparam("owner"))
    .order_by(contact.c.contact_id)
)
_BUYS = contact.c.role == Role.BILLING_CONTACT.value
_FIRST_BUYER = _CONTACTS.where(_BUYS).limit(1)
_BUYERS_AND_ONE = _CONTACTS.where(or_(_BUYS, contact.c.contact_id == bindparam("one")))


def decide_entry(
    owner: Account, role: Role, billing_contact: Person | None, today: date, portal: str
) -> Entry:
    """Whether ordering is open to a contact with `role`; `expired_on` is the first day without."""
    if owner.kind is AccountKind.CORPORATE:
        return Entry(EntryKind.CORPORATE, billing_contact=billing_contact, portal=portal)
    if role is not Role.BILLING_CONTACT:
        return Entry(EntryKind.NOT_BILLING_CONTACT, billing_contact=billing_contact)
    if owner.expired_on is not None and owner.expired_on <= today:
        return Entry(
            EntryKind.EXPIRED, billing_contact=billing_contact, expired_on=owner.expired_on
        )
    return Entry(EntryKind.OPEN, billing_contact=billing_contact)


def expect_session(connection: Connection, account_id: str, contact_id: str) -> None:
    """Have what `read_session` and what follows from it need sent with the next trip."""
    expect(connection, _ACCOUNT, {"owner": account_id})
    expect(connection, _BUYERS_AND_ONE, {"owner": account_id, "one": contact_id})


def read_session(
    connection: Connection, account_id: str, contact_id: str, now: datetime, portal: str
) -> Session | None:
    """The session of a contact as things stand at `now`; None when there is no such contact."""
    people = run(connection, _BUYERS_AND_ONE, {"owner": account_id, "one": contact_id})
    owner = read_account(connection, account_id, now)
    member = next((row for row in people if row.contact_id == contact_id), None)
    if owner is None or member is None:
        return None
    role = Role(member.role)
    buyer = next((row for row in people if row.role == Role.BILLING_CONTACT), None)
    billing_contact = None if buyer is None else Person(buyer.name, buyer.mail)
    today = local_date(now, owner.time_zone)
    entry = decide_entry(owner, role, billing_contact, today, portal)
    return Session(owner, contact_id, Person(member.name, member.mail), role, entry)


def read_account(
    connection: Connection, account_id: str, now: datetime | None = None
) -> Account | None:
    """An account as it is stored; with `now`, its VAT id is what the authority's answer makes it.

    Without an answer the stored state holds: so it was proven otherwise, or never.
    """
    row = run(connection, _ACCOUNT, {"owner": account_id}).one_or_none()
    if row is None:
        return None
    vat_id_state = VatIdState(row.vat_id_state)
    if now is not None and row.answered_at is not None:
        vat_id_state = state_at(VatIdState(row.checked_state), row.answered_at, now)
    return Account(
        account_id=row.account_id,
        name=row.name,
        kind=AccountKind(row.kind),
        country=row.country,
        currency=row.currency,
        time_zone=row.time_zone,
        street=row.street,
        postcode=row.postcode,
        city=row.city,
        vat_id=row.vat_id,
        vat_id_state=vat_id_state,
        expired_on=row.expired_on,
    )


def read_credit(connection: Connection, account: Account) -> Money:
    """The account's credit (Guthaben)."""
    row = run(connection, _ACCOUNT, {"owner": account.account_id}).one()
    return Money.from_minor(row.credit_minor, account.currency)


def contact_mail(connection: Connection, account_id: str, contact_id: str) -> str:
    """The mail address of a contact; "": there is no such contact any more."""
    people = run(connection, _BUYERS_AND_ONE, {"owner": account_id, "one": contact_id})
    return next((row.mail for row in people if row.contact_id == contact_id), "")


def read_billing_contact(connection: Connection, account_id: str) -> Person | None:
    """Who may order for an account; of several, the one who came first."""
    row = _first_buyer(connection, account_id)
    return None if row is None else Person(row.name, row.mail)


def read_billing_contact_id(connection: Connection, account_id: str) -> str:
    """The id of the contact that `read_billing_contact` names.

    Raises:
        LookupError: the account has none.
    """
    found = _first_buyer(connection, account_id)
    if found is None:
        raise LookupError(f"account {account_id} has no billing contact")
    return str(found.contact_id)


def _first_buyer(connection: Connection, account_id: str) -> Row[Any] | None:
    row: Row[Any] | None = run(connection, _FIRST_BUYER, {"owner": account_id}).one_or_none()
    return row
