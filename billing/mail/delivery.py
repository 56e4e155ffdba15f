"""Delivery: the waiting mails of an account are claimed, rendered, sent and marked, one by one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlalchemy import select

from billing.mail.message import compose
from billing.mail.outbox import MailKind, claim_mails, mark_failure, mark_sent, newest_state
from billing.mail.render import Reader, confirmation_letter, welcome_letter
from billing.mail.transport import MailNotTaken
from billing.ordering.orders import read_order
from billing.storage.tables import account, contact

if TYPE_CHECKING:
    from email.message import EmailMessage

    from sqlalchemy import Connection

    from billing.context import Context
    from billing.mail.outbox import ClaimedMail
    from billing.ordering.model import MailState

_LOG = logging.getLogger(__name__)
_LETTERS = {
    MailKind.CONFIRMATION: confirmation_letter,
    MailKind.WELCOME: welcome_letter,
}


def deliver_mail(context: Context, account_id: str) -> MailState:
    """Send what is due for an account; answers with the state of its newest mail.

    A mail that is not taken stays in the outbox and is tried again, later each time.
    """
    database = context.database
    claimed = database.work(
        account_id, lambda connection: claim_mails(connection, account_id, context.clock.now())
    )
    for mail in claimed:
        _deliver(context, mail)
    return database.read(lambda connection: newest_state(connection, account_id))


def _deliver(context: Context, mail: ClaimedMail) -> None:
    database = context.database
    try:
        context.post.send(_message(context, mail))
    except MailNotTaken as failure:
        _give_back(context, mail, str(failure), for_good=failure.for_good)
    except Exception as failure:  # noqa: BLE001 - one broken mail must stop no other, nor the order
        _LOG.warning("mail %s was not sent", mail.mail_id, exc_info=True)
        _give_back(context, mail, type(failure).__name__, for_good=False)
    else:
        database.work(
            mail.account_id,
            lambda connection: mark_sent(connection, mail, context.clock.now()),
        )


def _give_back(context: Context, mail: ClaimedMail, error: str, *, for_good: bool) -> None:
    context.database.work(
        mail.account_id,
        lambda connection: mark_failure(connection, mail, error, for_good=for_good),
    )


def _message(context: Context, mail: ClaimedMail) -> EmailMessage:
    record, reader = context.database.read(
        lambda connection: (
            read_order(connection, mail.account_id, mail.order_id),
            _reader(connection, mail),
        )
    )
    seller = context.catalogue.seller
    return compose(
        _LETTERS[mail.kind](record, reader, context.catalogue),
        sender=(seller.name, seller.mail),
        reader=(reader.name, reader.mail),
        dedupe_key=mail.dedupe_key,
        moment=context.clock.now(),
    )


def _reader(connection: Connection, mail: ClaimedMail) -> Reader:
    row = connection.execute(
        select(
            contact.c.name, contact.c.mail, contact.c.language, account.c.name.label("account_name")
        )
        .join(account, account.c.account_id == contact.c.account_id)
        .where(contact.c.account_id == mail.account_id, contact.c.contact_id == mail.contact_id)
    ).one_or_none()
    if row is None:
        raise MailNotTaken("the contact is gone", for_good=True)
    return Reader(row.name, row.mail, row.language, row.account_name)
