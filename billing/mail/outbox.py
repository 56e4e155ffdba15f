"""The outbox: mails are written in the transaction they tell of, and sent from here later."""

from __future__ import annotations

import re
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, func, select

from billing.ordering.model import MailState
from billing.storage.engine import add_if_absent
from billing.storage.sending import run
from billing.storage.tables import account, contact, order_line, outbox, subscription

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.context import Context


_ORDERED = (
    select(order_line.c.subscription_id)
    .where(
        order_line.c.account_id == bindparam("owner"), order_line.c.order_id == bindparam("ordered")
    )
    .order_by(order_line.c.position)
    .limit(1)
    .scalar_subquery()
)
_SUBJECT = select(subscription.c.subscription_id, subscription.c.version).where(
    subscription.c.account_id == bindparam("owner"),
    subscription.c.subscription_id
    == func.coalesce(bindparam("this", type_=subscription.c.subscription_id.type), _ORDERED),
)
_DESTINATION = (
    select(contact.c.mail, outbox.c.state)
    .select_from(account)
    .outerjoin(
        contact,
        and_(
            contact.c.account_id == account.c.account_id,
            contact.c.contact_id == bindparam("reader"),
        ),
    )
    .outerjoin(
        outbox,
        and_(
            outbox.c.account_id == account.c.account_id,
            outbox.c.dedupe_key == bindparam("named"),
        ),
    )
    .where(account.c.account_id == bindparam("owner"))
)
_OCCASION = re.compile(r"[A-Za-z0-9-]{0,20}")


class MailKind(StrEnum):
    """The mails there are; stored, so values never change."""

    CONFIRMATION = "confirmation"
    WELCOME = "welcome"
    CHANGE_CONFIRMATION = "change_confirmation"
    CANCELLATION = "cancellation"
    CANCELLATION_UNDONE = "cancellation_undone"
    TRIAL_REMINDER = "trial_reminder"
    TRIAL_ENDED = "trial_ended"
    RENEWAL = "renewal"
    PAYMENT_FAILED = "payment_failed"
    SUSPENDED = "suspended"
    RECOVERED = "recovered"
    INVOICE = "invoice"


# These tell of an order alone; all others of a subscription as it is when they are written.
_OF_ORDERS = frozenset({MailKind.CONFIRMATION, MailKind.WELCOME, MailKind.INVOICE})
# These are written once for each order.
_ONCE = _OF_ORDERS | {MailKind.CHANGE_CONFIRMATION, MailKind.RENEWAL}


def write_mail(
    connection: Connection,
    context: Context,
    *,
    account_id: str,
    contact_id: str,
    kind: MailKind,
    order_id: str = "",
    subscription_id: str = "",
    occasion: str = "",
) -> None:
    """Put a mail about an order or a subscription into the outbox; due at once, ids only.

    Call it after the transition that it tells of: it will tell of the subscription as it is now.
    Without `subscription_id` that is the one of the order's first line. A second mail of the same
    kind, ids and `occasion` (up to 20 letters, digits and hyphens) is ignored. What may happen more
    than once has the subscription's version as its occasion when none is given.

    Raises:
        ValueError: there is no id, or the occasion is none.
    """
    if not (order_id or subscription_id) or not _OCCASION.fullmatch(occasion):
        raise ValueError("a mail needs an id and a plain occasion")
    payload: dict[str, str | int] = {"order_id": order_id}
    if kind not in _OF_ORDERS:
        subject, version = _subject(connection, account_id, order_id, subscription_id)
        payload |= {"subscription_id": subject, "version": version}
        if kind not in _ONCE:
            occasion = occasion or str(version)
    now = context.clock.now()
    values = {
        "account_id": account_id,
        "mail_id": context.ids.new(),
        "dedupe_key": _dedupe_key(kind, order_id, subscription_id, occasion),
        "kind": kind,
        "contact_id": contact_id,
        "payload": payload,
        "state": MailState.WAITING,
        "written_at": now,
        "next_try_at": now,
    }
    add_if_absent(connection, outbox, values)


def destination(
    connection: Connection, account_id: str, contact_id: str, kind: MailKind, order_id: str
) -> tuple[str, MailState]:
    """Where the mail about an order goes ("": nobody is there any more), and its state.

    WAITING while it is not written yet.
    """
    asked = {"owner": account_id, "reader": contact_id, "named": _dedupe_key(kind, order_id)}
    row = run(connection, _DESTINATION, asked).one()
    return row.mail or "", MailState(row.state or MailState.WAITING)


def _subject(
    connection: Connection, account_id: str, order_id: str, subscription_id: str
) -> tuple[str, int]:
    """The subscription that a mail tells of, and its version."""
    asked = {"owner": account_id, "ordered": order_id, "this": subscription_id or None}
    row = run(connection, _SUBJECT, asked).one()
    return row.subscription_id, row.version


def _dedupe_key(
    kind: MailKind, order_id: str, subscription_id: str = "", occasion: str = ""
) -> str:
    """The name of a mail, in at most 100 characters that may stand in a Message-ID."""
    if not order_id:
        parts = [f"subscription-{subscription_id}", kind, occasion]
    else:
        also = sha256(subscription_id.encode()).hexdigest()[:16] if subscription_id else ""
        parts = [f"order-{order_id}", kind, also, occasion]
    return ".".join(part for part in parts if part)
