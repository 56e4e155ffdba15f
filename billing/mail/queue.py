"""The queue: waiting mails of the outbox are claimed, then marked as sent, failed or waiting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from billing.mail.outbox import MailKind
from billing.ordering.model import MailState
from billing.storage.tables import outbox

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
_MOST_DOUBLINGS = 7
_LONGEST_ERROR = 200


@dataclass(frozen=True, slots=True)
class ClaimedMail:
    """A mail that is this sender's for now. `dedupe_key` names it for good.

    `order_id` and `subscription_id` are "" where it tells of none; `version` is the subscription's
    when the mail was written, 0 without one.
    """

    account_id: str
    mail_id: str
    dedupe_key: str
    kind: MailKind
    contact_id: str
    order_id: str
    subscription_id: str = ""
    version: int = 0


def due_mails(connection: Connection, account_id: str, now: datetime) -> tuple[str, ...]:
    """The ids of an account's mails that are due, oldest first."""
    return tuple(
        connection.scalars(
            select(outbox.c.mail_id)
            .where(outbox.c.account_id == account_id, _due(now))
            .order_by(outbox.c.written_at, outbox.c.mail_id)
        )
    )


def claim(
    connection: Connection, account_id: str, mail_id: str, now: datetime
) -> ClaimedMail | None:
    """Take a mail; nobody else gets it before its next try. None: somebody else has it.

    Counting the attempt and moving the next try on beforehand is the wait after a failure, and
    after a crash in the middle of sending.
    """
    row = connection.execute(
        select(outbox).where(_this(account_id, mail_id), _due(now))
    ).one_or_none()
    if row is None:
        return None
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(row.attempts, _MOST_DOUBLINGS))
    connection.execute(
        update(outbox)
        .where(_this(account_id, mail_id))
        .values(attempts=row.attempts + 1, next_try_at=now + wait)
    )
    return _claimed(row)


def revive(connection: Connection, account_id: str, now: datetime) -> None:
    """Have the mails of an account that had failed for good tried anew, at once."""
    connection.execute(
        update(outbox)
        .where(outbox.c.account_id == account_id, outbox.c.state == MailState.FAILED)
        .values(state=MailState.WAITING, attempts=0, next_try_at=now)
    )


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


def _this(account_id: str, mail_id: str) -> ColumnElement[bool]:
    return (outbox.c.account_id == account_id) & (outbox.c.mail_id == mail_id)


def _due(now: datetime) -> ColumnElement[bool]:
    return (outbox.c.state == MailState.WAITING) & (outbox.c.next_try_at <= now)


def _claimed(row: Row[Any]) -> ClaimedMail:
    return ClaimedMail(
        account_id=row.account_id,
        mail_id=row.mail_id,
        dedupe_key=row.dedupe_key,
        kind=MailKind(row.kind),
        contact_id=row.contact_id,
        order_id=str(row.payload["order_id"]),
        subscription_id=str(row.payload.get("subscription_id", "")),
        version=int(row.payload.get("version", 0)),
    )
