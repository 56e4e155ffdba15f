"""Ends: a trial is announced to end and ends, a cancellation takes effect, a suspension runs out.

Nothing is ever charged here.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from billing.accounts.entry import read_account, read_billing_contact_id
from billing.audit import Actor
from billing.mail.outbox import MailKind, write_mail
from billing.ordering.attempts import last_attempt
from billing.subscriptions.model import EventKind, SubscriptionState
from billing.subscriptions.transitions import Who, advance, read_row

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection, Row

    from billing.context import Context


class Ending(Enum):
    """What was done about an end."""

    ANNOUNCED = auto()
    ENDED = auto()


def end(context: Context, account_id: str, subscription_id: str) -> Ending | None:
    """Announce or store the end of a subscription, whichever is due; None: neither."""

    def step(connection: Connection) -> Ending | None:
        account = read_account(connection, account_id)
        row = read_row(connection, account_id, subscription_id)
        if account is None or row is None:
            return None
        today = context.today(account)
        event = _event(connection, row, today)
        if event is not None:
            _store(connection, context, row, event, today)
        match event:
            case None:
                return None
            case EventKind.EXPIRED:
                return Ending.ENDED
            case _:
                return Ending.ANNOUNCED

    return context.database.work(account_id, step)


def _event(connection: Connection, row: Row[Any], today: date) -> EventKind | None:
    if row.next_step_on is None or row.next_step_on > today:
        return None
    match SubscriptionState(row.state):
        case SubscriptionState.TRIALING if row.period_end > today:
            return EventKind.TRIAL_END_ANNOUNCED
        case SubscriptionState.CANCELLING if row.period_end > today:
            return None
        case SubscriptionState.SUSPENDED if _is_being_paid(connection, row):
            return None
        case (
            SubscriptionState.TRIALING | SubscriptionState.CANCELLING | SubscriptionState.SUSPENDED
        ):
            return EventKind.EXPIRED
        case _:
            return None


def _is_being_paid(connection: Connection, row: Row[Any]) -> bool:
    attempt = last_attempt(connection, row.account_id, row.order_id) if row.order_id else None
    return attempt is not None and attempt.unsettled


def _store(
    connection: Connection, context: Context, row: Row[Any], event: EventKind, today: date
) -> None:
    account_id = row.account_id
    contact_id = read_billing_contact_id(connection, account_id)
    next_step_on = None if event is EventKind.EXPIRED else row.period_end
    who = Who(contact_id, today, Actor.WORKER)
    advance(connection, context, row, event, {"next_step_on": next_step_on}, who=who)
    if row.state == SubscriptionState.TRIALING:
        write_mail(
            connection,
            context,
            account_id=account_id,
            contact_id=contact_id,
            kind=(MailKind.TRIAL_ENDED if event is EventKind.EXPIRED else MailKind.TRIAL_REMINDER),
            subscription_id=row.subscription_id,
        )
