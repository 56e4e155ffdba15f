"""The outbox: mails are written in the transaction they tell of, and sent from here later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from billing.ordering.model import MailState
from billing.storage.tables import outbox

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

    from billing.context import Context

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
_MOST_DOUBLINGS = 7
_LONGEST_ERROR = 200


class MailKind(StrEnum):
    """The mails there are; stored, so values never change."""

    CONFIRMATION = "confirmation"
    WELCOME = "welcome"


@dataclass(frozen=True, slots=True)
class ClaimedMail:
    """A mail that is this sender's for now. `dedupe_key` names it for good."""

    account_id: str
    mail_id: str
    dedupe_key: str
    kind: MailKind
    contact_id: str
    order_id: str


def write_mail(
    connection: Connection,
    context: Context,
    *,
    account_id: str,
    contact_id: str,
    kind: MailKind,
    order_id: str,
) -> None:
    """Put a mail about an order into the outbox; it holds ids only and is due at once."""
    now = context.clock.now()
    connection.execute(
        insert(outbox).values(
            account_id=account_id,
            mail_id=context.ids.new(),
            dedupe_key=_dedupe_key(kind, order_id),
            kind=kind,
            contact_id=contact_id,
            payload={"order_id": order_id},
            state=MailState.WAITING,
            written_at=now,
            next_try_at=now,
        )
    )


def claim_mails(connection: Connection, account_id: str, now: datetime) -> tuple[ClaimedMail, ...]:
    """Take the mails that are due; nobody else gets them before their next try.

    Counting the attempt and moving the next try on beforehand is the wait after a failure, and
    after a crash in the middle of sending.
    """
    rows = connection.execute(
        select(outbox)
        .where(
            outbox.c.account_id == account_id,
            outbox.c.state == MailState.WAITING,
            outbox.c.next_try_at <= now,
        )
        .order_by(outbox.c.written_at, outbox.c.mail_id)
    ).all()
    for row in rows:
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(row.attempts, _MOST_DOUBLINGS))
        connection.execute(
            update(outbox)
            .where(_this(account_id, row.mail_id))
            .values(attempts=row.attempts + 1, next_try_at=now + wait)
        )
    return tuple(_claimed(row) for row in rows)


def mark_sent(connection: Connection, mail: ClaimedMail, moment: datetime) -> None:
    """The transport took the mail."""
    connection.execute(
        update(outbox)
        .where(_this(mail.account_id, mail.mail_id))
        .values(state=MailState.SENT, sent_at=moment, last_error="")
    )


def mark_failure(connection: Connection, mail: ClaimedMail, error: str, *, for_good: bool) -> None:
    """The mail was not taken: `error` names the kind of failure; `for_good` ends all tries."""
    connection.execute(
        update(outbox)
        .where(_this(mail.account_id, mail.mail_id), outbox.c.state == MailState.WAITING)
        .values(
            state=MailState.FAILED if for_good else MailState.WAITING,
            last_error=error[:_LONGEST_ERROR],
        )
    )


def newest_state(connection: Connection, account_id: str) -> MailState:
    """The state of the newest mail of an account; SENT when there never was one."""
    state = connection.execute(
        select(outbox.c.state)
        .where(outbox.c.account_id == account_id)
        .order_by(outbox.c.written_at.desc(), outbox.c.mail_id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return MailState.SENT if state is None else MailState(state)


def state_of_mail(
    connection: Connection, account_id: str, kind: MailKind, order_id: str
) -> MailState:
    """The state of the mail about an order; WAITING while it is not written yet."""
    state = connection.execute(
        select(outbox.c.state).where(
            outbox.c.account_id == account_id,
            outbox.c.dedupe_key == _dedupe_key(kind, order_id),
        )
    ).scalar_one_or_none()
    return MailState.WAITING if state is None else MailState(state)


def _dedupe_key(kind: MailKind, order_id: str) -> str:
    return f"order-{order_id}.{kind}"


def _this(account_id: str, mail_id: str) -> ColumnElement[bool]:
    return (outbox.c.account_id == account_id) & (outbox.c.mail_id == mail_id)


def _claimed(row: Row[Any]) -> ClaimedMail:
    return ClaimedMail(
        account_id=row.account_id,
        mail_id=row.mail_id,
        dedupe_key=row.dedupe_key,
        kind=MailKind(row.kind),
        contact_id=row.contact_id,
        order_id=str(row.payload["order_id"]),
    )
