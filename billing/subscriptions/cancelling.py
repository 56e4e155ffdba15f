"""Cancelling at the end of the period, and taking that back any time before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing.audit import Actor
from billing.errors import Problem, Refused
from billing.mail.outbox import MailKind, write_mail
from billing.ordering.buyer import require_buyer
from billing.subscriptions.model import EventKind, SubscriptionState
from billing.subscriptions.running import read_known, read_running
from billing.subscriptions.subscriptions import read_subscriptions
from billing.subscriptions.transitions import Who, advance

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection, Row

    from billing.accounts.model import Session
    from billing.context import Context
    from billing.subscriptions.model import Subscription

_MAILS = {
    EventKind.CANCELLED: MailKind.CANCELLATION,
    EventKind.CANCELLATION_UNDONE: MailKind.CANCELLATION_UNDONE,
}


def cancel(
    context: Context, session: Session, subscription_id: str, actor: Actor = Actor.CONTACT
) -> Subscription:
    """End a subscription with its period, which is paid; answers with it as it is then.

    Raises:
        NotAllowed: ordering is not open to the contact.
        Refused: UNKNOWN_SUBSCRIPTION, ON_TRIAL, SUBSCRIPTION_NOT_ACTIVE (it has ended),
            CANCELLATION_PENDING (it is cancelled already) or PAYMENT_OPEN.
    """

    def step(connection: Connection) -> Subscription:
        account = require_buyer(connection, context, session)
        who = Who(session.contact_id, context.today(account), actor)
        row = read_running(
            connection, context.catalogue, account.account_id, subscription_id, who.today
        )
        return _advance(connection, context, row, EventKind.CANCELLED, who)

    return context.database.work(session.account.account_id, step)


def undo_cancellation(
    context: Context, session: Session, subscription_id: str, actor: Actor = Actor.CONTACT
) -> Subscription:
    """Let a cancelled subscription go on; answers with it as it is then.

    Raises:
        NotAllowed: ordering is not open to the contact.
        Refused: UNKNOWN_SUBSCRIPTION, SUBSCRIPTION_NOT_ACTIVE (it has ended) or NOT_CANCELLING.
    """

    def step(connection: Connection) -> Subscription:
        account = require_buyer(connection, context, session)
        who = Who(session.contact_id, context.today(account), actor)
        row, state = read_known(connection, account.account_id, subscription_id, who.today)
        if state is not SubscriptionState.CANCELLING:
            ended = state is SubscriptionState.EXPIRED
            raise Refused(
                Problem.SUBSCRIPTION_NOT_ACTIVE if ended else Problem.NOT_CANCELLING,
                product=context.catalogue.product_name(row.product),
            )
        return _advance(connection, context, row, EventKind.CANCELLATION_UNDONE, who)

    return context.database.work(session.account.account_id, step)


def _advance(
    connection: Connection, context: Context, row: Row[Any], event: EventKind, who: Who
) -> Subscription:
    advance(connection, context, row, event, {"next_step_on": row.period_end}, who=who)
    write_mail(
        connection,
        context,
        account_id=row.account_id,
        contact_id=who.contact_id,
        kind=_MAILS[event],
        subscription_id=row.subscription_id,
    )
    return _read(connection, row, who.today)


def _read(connection: Connection, row: Row[Any], today: date) -> Subscription:
    return next(
        held
        for held in read_subscriptions(connection, row.account_id, today)
        if held.subscription_id == row.subscription_id
    )
