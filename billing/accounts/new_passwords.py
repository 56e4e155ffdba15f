"""New passwords: an operator gives a contact one, in place of the one there was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, update

from billing.accounts.directory import member_of
from billing.accounts.passwords import LONGEST_PASSWORD
from billing.accounts.sign_in import mail_hash
from billing.audit import Actor, record_event
from billing.errors import Field, Flaw, InvalidInput
from billing.storage.tables import sign_in, sign_in_failure

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.accounts.passwords import Passwords
    from billing.context import Context

SHORTEST_PASSWORD = 8


def set_password(context: Context, passwords: Passwords, mail: str, password: str) -> None:
    """Let the contact of a mail sign in with this password from now on, without a wait.

    Raises:
        InvalidInput: the password is shorter than SHORTEST_PASSWORD characters (fact `least`), or
            longer than LONGEST_PASSWORD.
        Refused: UNKNOWN_CONTACT.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInput(Field.PASSWORD, Flaw.TOO_SHORT, least=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise InvalidInput(Field.PASSWORD, Flaw.TOO_LONG, most=LONGEST_PASSWORD)
    member = member_of(context, mail)
    password_hash = passwords.hash(password)

    def step(connection: Connection) -> None:
        connection.execute(
            update(sign_in).where(sign_in.c.mail == member.mail).values(password_hash=password_hash)
        )
        connection.execute(
            delete(sign_in_failure).where(sign_in_failure.c.mail_hash == mail_hash(member.mail))
        )
        record_event(
            connection,
            context,
            account_id=member.account_id,
            contact_id=member.contact_id,
            action="password_set",
            object_id=member.contact_id,
            actor=Actor.OPERATOR,
        )

    context.database.work(member.account_id, step)
