"""Public keys of contacts: registered by an operator, looked up when somebody comes in over SSH.

A key belongs to one contact at most. The directory of keys and the contact's own keys change in one
transaction, under the lock of the account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from billing.accounts.directory import member_of
from billing.accounts.model import KeyHolder, RegisteredKey
from billing.accounts.public_keys import is_fingerprint, read_public_key
from billing.audit import Actor, record_event
from billing.errors import Problem, Refused
from billing.storage.access_tables import contact_key, key_owner
from billing.storage.engine import insert_if_absent
from billing.storage.tables import contact

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import ColumnElement, Connection, Row

    from billing.accounts.public_keys import PublicKey
    from billing.context import Context

MOST_KEYS = 20
"""Of one contact."""


def contact_of_key(context: Context, fingerprint: str) -> KeyHolder | None:
    """The contact that a key is registered for."""
    if not is_fingerprint(fingerprint):
        return None

    def step(connection: Connection) -> Row[Any] | None:
        owner = connection.execute(
            select(key_owner).where(key_owner.c.fingerprint == fingerprint)
        ).one_or_none()
        if owner is None:
            return None
        return connection.execute(
            select(contact, contact_key.c.line)
            .join(
                contact_key,
                (contact_key.c.account_id == contact.c.account_id)
                & (contact_key.c.contact_id == contact.c.contact_id),
            )
            .where(_this(owner, fingerprint))
        ).one_or_none()

    found = context.database.read(step)
    if found is None:
        return None
    return KeyHolder(found.account_id, found.contact_id, found.mail, fingerprint, found.line)


def key_used(context: Context, holder: KeyHolder) -> None:
    """Store that a key was proven now; one that was removed meanwhile stays removed."""

    def step(connection: Connection) -> None:
        used = connection.execute(
            update(contact_key)
            .where(_this(holder, holder.fingerprint))
            .values(last_used_at=context.clock.now())
        )
        if used.rowcount:
            _record(
                connection,
                context,
                holder,
                holder.fingerprint,
                action="key_used",
                actor=Actor.CONTACT,
            )

    context.database.work(holder.account_id, step)


def add_key(context: Context, mail: str, line: str) -> RegisteredKey:
    """Register the key of a line for the contact of a mail.

    Raises:
        InvalidInput: the line is no public key that may be registered.
        Refused: UNKNOWN_CONTACT, KEY_REGISTERED, KEY_OF_ANOTHER, or TOO_MANY_KEYS (fact `most`).
    """
    key = read_public_key(line)
    member = member_of(context, mail)

    def step(connection: Connection) -> RegisteredKey:
        _require_contact(connection, member)
        _take(connection, member, key)
        row = {
            "account_id": member.account_id,
            "contact_id": member.contact_id,
            "fingerprint": key.fingerprint,
            "line": key.line,
            "comment": key.comment,
            "added_at": context.clock.now(),
        }
        connection.execute(insert(contact_key).values(row))
        _record(
            connection, context, member, key.fingerprint, action="key_added", actor=Actor.OPERATOR
        )
        return _registered(connection.execute(_rows(member, key.fingerprint)).one())

    return context.database.work(member.account_id, step)


def list_keys(context: Context, mail: str) -> tuple[RegisteredKey, ...]:
    """The keys of the contact of a mail, oldest first.

    Raises:
        Refused: UNKNOWN_CONTACT.
    """
    member = member_of(context, mail)
    rows = context.database.read(lambda connection: connection.execute(_rows(member)).all())
    return tuple(map(_registered, rows))


def remove_key(context: Context, mail: str, fingerprint: str) -> RegisteredKey:
    """Forget a key of the contact of a mail; answers with what it was.

    Raises:
        Refused: UNKNOWN_CONTACT or UNKNOWN_KEY.
    """
    member = member_of(context, mail)

    def step(connection: Connection) -> RegisteredKey:
        row = connection.execute(_rows(member, fingerprint)).one_or_none()
        if row is None:
            raise Refused(Problem.UNKNOWN_KEY)
        connection.execute(delete(contact_key).where(_this(member, fingerprint)))
        connection.execute(delete(key_owner).where(key_owner.c.fingerprint == fingerprint))
        _record(
            connection, context, member, fingerprint, action="key_removed", actor=Actor.OPERATOR
        )
        return _registered(row)

    if not is_fingerprint(fingerprint):
        raise Refused(Problem.UNKNOWN_KEY)
    return context.database.work(member.account_id, step)


def _require_contact(connection: Connection, member: Row[Any]) -> None:
    there = select(contact.c.contact_id).where(
        contact.c.account_id == member.account_id, contact.c.contact_id == member.contact_id
    )
    if connection.execute(there).one_or_none() is None:
        raise Refused(Problem.UNKNOWN_CONTACT)


def _take(connection: Connection, member: Row[Any], key: PublicKey) -> None:
    """Make a key the contact's in the directory."""
    row = {
        "fingerprint": key.fingerprint,
        "account_id": member.account_id,
        "contact_id": member.contact_id,
    }
    if not insert_if_absent(connection, key_owner, row):
        mine = connection.execute(_rows(member, key.fingerprint)).one_or_none()
        raise Refused(Problem.KEY_OF_ANOTHER if mine is None else Problem.KEY_REGISTERED)
    number = connection.scalar(
        select(func.count()).select_from(contact_key).where(_of_contact(member))
    )
    if number is not None and number >= MOST_KEYS:
        raise Refused(Problem.TOO_MANY_KEYS, most=MOST_KEYS)


def _rows(member: Row[Any], fingerprint: str | None = None) -> Any:
    chosen = _of_contact(member) if fingerprint is None else _this(member, fingerprint)
    return (
        select(contact_key)
        .where(chosen)
        .order_by(contact_key.c.added_at, contact_key.c.fingerprint)
    )


def _of_contact(member: Row[Any] | KeyHolder) -> ColumnElement[bool]:
    return (contact_key.c.account_id == member.account_id) & (
        contact_key.c.contact_id == member.contact_id
    )


def _this(member: Row[Any] | KeyHolder, fingerprint: str) -> ColumnElement[bool]:
    return _of_contact(member) & (contact_key.c.fingerprint == fingerprint)


def _registered(row: Row[Any]) -> RegisteredKey:
    return RegisteredKey(
        fingerprint=row.fingerprint,
        kind=row.line.partition(" ")[0],
        comment=row.comment,
        line=row.line,
        added_at=row.added_at,
        last_used_at=row.last_used_at,
    )


def _record(
    connection: Connection,
    context: Context,
    member: Row[Any] | KeyHolder,
    fingerprint: str,
    *,
    action: str,
    actor: Actor,
) -> None:
    record_event(
        connection,
        context,
        account_id=member.account_id,
        contact_id=member.contact_id,
        action=action,
        object_id=member.contact_id,
        new={"fingerprint": fingerprint},
        actor=actor,
    )
