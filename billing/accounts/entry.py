"""The door: who is signed in, and whether ordering is open to them.

Asked in this order: a corporate account is served elsewhere, whoever asks; only the billing contact
may order or renew; an expired account must be renewed before anything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

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
from billing.clock import local_date
from billing.storage.tables import account, contact

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Connection


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


def read_session(
    connection: Connection, account_id: str, contact_id: str, now: datetime, portal: str
) -> Session | None:
    """The session of a contact as things stand at `now`; None when there is no such contact."""
    owner = read_account(connection, account_id)
    member = connection.execute(
        select(contact.c.name, contact.c.mail, contact.c.role).where(
            contact.c.account_id == account_id, contact.c.contact_id == contact_id
        )
    ).one_or_none()
    if owner is None or member is None:
        return None
    role = Role(member.role)
    entry = decide_entry(
        owner,
        role,
        read_billing_contact(connection, account_id),
        local_date(now, owner.time_zone),
        portal,
    )
    return Session(owner, contact_id, Person(member.name, member.mail), role, entry)


def read_account(connection: Connection, account_id: str) -> Account | None:
    """An account as it is stored."""
    row = connection.execute(
        select(account).where(account.c.account_id == account_id)
    ).one_or_none()
    if row is None:
        return None
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
        vat_id_state=VatIdState(row.vat_id_state),
        expired_on=row.expired_on,
    )


def read_billing_contact(connection: Connection, account_id: str) -> Person | None:
    """Who may order for an account; of several, the one who came first."""
    row = connection.execute(
        select(contact.c.name, contact.c.mail)
        .where(contact.c.account_id == account_id, contact.c.role == Role.BILLING_CONTACT)
        .order_by(contact.c.contact_id)
        .limit(1)
    ).one_or_none()
    return None if row is None else Person(row.name, row.mail)
