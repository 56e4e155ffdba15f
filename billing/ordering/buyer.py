"""Who asks, read again in every transaction: what a session says may be hours old."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.accounts.entry import read_billing_contact, read_session
from billing.accounts.model import Entry, EntryKind
from billing.errors import NotAllowed

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.accounts.model import Account, Session
    from billing.context import Context

# What an expired account owes is owed all the same.
_MAY_PAY = frozenset({EntryKind.OPEN, EntryKind.EXPIRED})


def require_member(connection: Connection, context: Context, session: Session) -> Session:
    """The session as things stand now, of a contact that still belongs to the account.

    Raises:
        NotAllowed: the contact does not belong to the account any more.
    """
    now = context.clock.now()
    portal = context.catalogue.seller.corporate_portal
    account_id = session.account.account_id
    current = read_session(connection, account_id, session.contact_id, now, portal)
    if current is None:
        helper = read_billing_contact(connection, account_id)
        raise NotAllowed(Entry(EntryKind.NOT_BILLING_CONTACT, billing_contact=helper))
    return current


def require_buyer(connection: Connection, context: Context, session: Session) -> Account:
    """The account as it is now, if this contact may order for it now.

    Raises:
        NotAllowed: ordering is not open to the contact; `entry` says why and who helps.
    """
    current = require_member(connection, context, session)
    if current.entry.kind is not EntryKind.OPEN:
        raise NotAllowed(current.entry)
    return current.account


def require_payer(connection: Connection, context: Context, session: Session) -> Account:
    """The account as it is now, if this contact may pay what it owes.

    Raises:
        NotAllowed: paying is not open to the contact; `entry` says why and who helps.
    """
    current = require_member(connection, context, session)
    if current.entry.kind not in _MAY_PAY:
        raise NotAllowed(current.entry)
    return current.account
