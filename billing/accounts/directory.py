"""The sign-in directory: whose mail address is whose, for operators at the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from billing.accounts.sign_in import is_acceptable, normalise_mail
from billing.errors import Problem, Refused
from billing.storage.tables import sign_in

if TYPE_CHECKING:
    from sqlalchemy import Row

    from billing.context import Context


def member_of(context: Context, mail: str) -> Row[Any]:
    """The row of the directory for a mail: the account and the contact that it belongs to.

    Raises:
        Refused: UNKNOWN_CONTACT.
    """
    address = normalise_mail(mail)
    found = None
    if is_acceptable(address):
        found = context.database.read(
            lambda connection: connection.execute(
                select(sign_in).where(sign_in.c.mail == address)
            ).one_or_none()
        )
    if found is None:
        raise Refused(Problem.UNKNOWN_CONTACT)
    return found
