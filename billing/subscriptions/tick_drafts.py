"""Licences ticked and not saved when a session ended, kept for the contact's next one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import Text, and_, cast, delete, insert, select

from billing.ordering.buyer import require_member
from billing.ordering.drafts import KEPT_FOR
from billing.storage.tables import draft
from billing.subscriptions.model import TickChange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

    from billing.accounts.model import Session
    from billing.context import Context

# They lie among the drafts; one that has no answers of a flow is none to go on with there.
_PLACE = _DRAFT_ID = "licences"


def keep_ticks(context: Context, session: Session, changes: Sequence[TickChange]) -> None:
    """Keep them in place of those kept before.

    Raises:
        NotAllowed: the contact does not belong to the account any more.
    """
    answers = {each.user_id: [sorted(each.given), sorted(each.taken)] for each in changes}

    def step(connection: Connection) -> None:
        require_member(connection, context, session)
        connection.execute(delete(draft).where(_own(session)))
        connection.execute(
            insert(draft).values(
                account_id=session.account.account_id,
                contact_id=session.contact_id,
                draft_id=_DRAFT_ID,
                place=_PLACE,
                answers=answers,
                saved_at=context.clock.now(),
            )
        )

    context.database.work(session.account.account_id, step)


def take_ticks(context: Context, session: Session) -> tuple[TickChange, ...]:
    """What was kept, which is forgotten with it."""
    # As text: a damaged document must not break reading the row.
    query = select(cast(draft.c.answers, Text).label("answers")).where(
        _own(session), draft.c.saved_at >= context.clock.now() - KEPT_FOR
    )
    kept = context.database.read(lambda connection: connection.execute(query).scalar())
    if kept is None:
        return ()
    context.database.work(
        session.account.account_id,
        lambda connection: connection.execute(delete(draft).where(_own(session))),
    )
    return _changes(kept)


def _own(session: Session) -> ColumnElement[bool]:
    return and_(
        draft.c.account_id == session.account.account_id,
        draft.c.contact_id == session.contact_id,
        draft.c.draft_id == _DRAFT_ID,
    )


def _changes(document: str) -> tuple[TickChange, ...]:
    try:
        return tuple(
            TickChange(user_id, frozenset(given), frozenset(taken))
            for user_id, (given, taken) in json.loads(document).items()
        )
    except (ValueError, TypeError, AttributeError, RecursionError):
        return ()
