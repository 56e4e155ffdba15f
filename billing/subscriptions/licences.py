"""Licences: who of the account's users may use which subscription."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from billing.audit import record_event
from billing.errors import Problem, Refused
from billing.ordering.buyer import require_member
from billing.storage.tables import account_user, licence
from billing.subscriptions.model import LIVE_STATES, User
from billing.subscriptions.subscriptions import read_subscriptions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from billing.accounts.model import Session
    from billing.catalogue.model import Catalogue
    from billing.context import Context
    from billing.subscriptions.model import Subscription


def read_users(context: Context, session: Session) -> tuple[User, ...]:
    """The account's users by name, each with the live subscriptions assigned."""
    return context.database.read(lambda connection: _users(connection, context, session))


def assign(
    context: Context, session: Session, user_id: str, subscription_ids: frozenset[str]
) -> tuple[User, ...]:
    """Give a user exactly these subscriptions; answers with all users as they are then.

    Raises:
        NotAllowed: the contact does not belong to the account any more.
        Refused: UNKNOWN_USER, SUBSCRIPTION_NOT_ACTIVE, or NO_FREE_LICENCE (facts `product`,
            `seats`).
    """

    def step(connection: Connection) -> tuple[User, ...]:
        current = require_member(connection, context, session)
        account_id = current.account.account_id
        user = next(
            (user for user in _users(connection, context, session) if user.user_id == user_id),
            None,
        )
        if user is None:
            raise Refused(Problem.UNKNOWN_USER, user_id=user_id)
        live = _live(connection, context, current)
        added = subscription_ids - user.subscriptions
        for subscription_id in sorted(subscription_ids):
            _check(context.catalogue, live, subscription_id, added)
        if subscription_ids == user.subscriptions:
            return _users(connection, context, session)
        taken = user.subscriptions - subscription_ids
        _replace(connection, context, account_id, user_id, taken=taken, added=added)
        record_event(
            connection,
            context,
            account_id=account_id,
            contact_id=session.contact_id,
            action="licences_assigned",
            object_id=user_id,
            old={"subscriptions": sorted(user.subscriptions)},
            new={"subscriptions": sorted(subscription_ids)},
        )
        return _users(connection, context, session)

    return context.database.work(session.account.account_id, step)


def _users(connection: Connection, context: Context, session: Session) -> tuple[User, ...]:
    account_id = session.account.account_id
    live = _live(connection, context, session)
    held: dict[str, set[str]] = {}
    for row in connection.execute(
        select(licence.c.user_id, licence.c.subscription_id).where(
            licence.c.account_id == account_id
        )
    ):
        if row.subscription_id in live:
            held.setdefault(row.user_id, set()).add(row.subscription_id)
    rows = connection.execute(select(account_user).where(account_user.c.account_id == account_id))
    # Databases disagree about where an Ö stands, and SQLite puts it behind the Z.
    return tuple(
        User(row.user_id, row.name, row.mail, frozenset(held.get(row.user_id, ())))
        for row in sorted(rows, key=lambda row: (_as_in_a_directory(row.name), row.user_id))
    )


def _as_in_a_directory(name: str) -> str:
    """A name to sort by: without accents, and in letters of one size."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(each for each in letters if not unicodedata.combining(each)).casefold()


def _live(connection: Connection, context: Context, session: Session) -> dict[str, Subscription]:
    today = context.today(session.account)
    return {
        held.subscription_id: held
        for held in read_subscriptions(connection, session.account.account_id, today)
        if held.state in LIVE_STATES
    }


def _check(
    catalogue: Catalogue,
    live: Mapping[str, Subscription],
    subscription_id: str,
    added: frozenset[str],
) -> None:
    held = live.get(subscription_id)
    if held is None:
        raise Refused(Problem.SUBSCRIPTION_NOT_ACTIVE, subscription_id=subscription_id)
    if subscription_id in added and not held.seats_free:
        raise Refused(
            Problem.NO_FREE_LICENCE,
            product=catalogue.product_name(held.product),
            seats=held.seats,
        )


def _replace(
    connection: Connection,
    context: Context,
    account_id: str,
    user_id: str,
    *,
    taken: frozenset[str],
    added: frozenset[str],
) -> None:
    # Only what the ticks could show: a suspended subscription keeps its users until it is paid.
    connection.execute(
        delete(licence).where(
            licence.c.account_id == account_id,
            licence.c.user_id == user_id,
            licence.c.subscription_id.in_(sorted(taken)),
        )
    )
    if added:
        moment = context.clock.now()
        connection.execute(
            insert(licence),
            [
                {
                    "account_id": account_id,
                    "subscription_id": subscription_id,
                    "user_id": user_id,
                    "assigned_at": moment,
                }
                for subscription_id in sorted(added)
            ],
        )
