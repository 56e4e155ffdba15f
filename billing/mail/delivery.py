"""Delivery: the waiting mails of an account are claimed, rendered, sent and marked, one by one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from billing.mail import life_letters, order_letters
from billing.mail.matter import read_matter
from billing.mail.message import compose
from billing.mail.outbox import MailKind, destination
from billing.mail.queue import claim, due_mails, mark_failure, mark_sent, newest_state, revive
from billing.mail.transport import MailNotTaken
from billing.ordering.buyer import require_member
from billing.ordering.confirmations import mail_kind
from billing.ordering.orders import read_order

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from email.message import EmailMessage

    from sqlalchemy import Connection

    from billing.accounts.model import Session
    from billing.context import Context
    from billing.mail.letter import Letter
    from billing.mail.matter import Matter
    from billing.mail.queue import ClaimedMail
    from billing.ordering.model import MailState

_LOG = logging.getLogger(__name__)
LETTERS: Mapping[MailKind, Callable[[Matter], Letter]] = {
    MailKind.CONFIRMATION: order_letters.confirmation_letter,
    MailKind.WELCOME: order_letters.welcome_letter,
    MailKind.CHANGE_CONFIRMATION: order_letters.change_letter,
    MailKind.RENEWAL: order_letters.renewal_letter,
    MailKind.INVOICE: order_letters.invoice_letter,
    MailKind.CANCELLATION: life_letters.cancellation_letter,
    MailKind.CANCELLATION_UNDONE: life_letters.undone_letter,
    MailKind.TRIAL_REMINDER: life_letters.trial_reminder_letter,
    MailKind.TRIAL_ENDED: life_letters.trial_ended_letter,
    MailKind.PAYMENT_FAILED: life_letters.payment_failed_letter,
    MailKind.SUSPENDED: life_letters.suspended_letter,
    MailKind.RECOVERED: life_letters.recovered_letter,
}


def deliver_mail(context: Context, account_id: str, order_id: str = "") -> MailState:
    """Send what is due for an account; answers with the state of the mail that goes with an order.

    Without an order it is that of the newest mail. A mail that is not taken stays in the outbox and
    is tried again, later each time.
    """
    database, moment = context.database, context.clock.now()
    for mail_id in database.read(lambda connection: due_mails(connection, account_id, moment)):
        _deliver_one(context, account_id, mail_id)
    return database.read(lambda connection: _state(connection, account_id, order_id))


def send_again(context: Context, session: Session, order_id: str = "") -> MailState:
    """Send the account's mails that had failed for good; answers as `deliver_mail` does.

    Raises:
        NotAllowed: the contact does not belong to the account any more.
    """

    def step(connection: Connection) -> None:
        require_member(connection, context, session)
        revive(connection, session.account.account_id, context.clock.now())

    context.database.work(session.account.account_id, step)
    return deliver_mail(context, session.account.account_id, order_id)


def _state(connection: Connection, account_id: str, order_id: str) -> MailState:
    if not order_id:
        return newest_state(connection, account_id)
    record = read_order(connection, account_id, order_id)
    kind = mail_kind(record)
    _mail, state = destination(connection, account_id, record.contact_id, kind, order_id)
    return state


def _deliver_one(context: Context, account_id: str, mail_id: str) -> None:
    """Claimed only now: those before it may have taken longer than a claim lasts."""
    mail = context.database.work(
        account_id,
        lambda connection: claim(connection, account_id, mail_id, context.clock.now()),
    )
    if mail is not None:
        _deliver(context, mail)


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
    catalogue = context.catalogue
    matter = context.database.read(lambda connection: read_matter(connection, catalogue, mail))
    return compose(
        LETTERS[mail.kind](matter),
        sender=(catalogue.seller.name, catalogue.seller.mail),
        reader=(matter.reader.name, matter.reader.mail),
        dedupe_key=mail.dedupe_key,
        moment=context.clock.now(),
    )
