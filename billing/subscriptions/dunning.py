"""Dunning: what a payment that failed, or came in after all, makes of the subscriptions it was for.

A failed payment is tried again after 3 days, then after 5 and after 7 more; then access ends, and
30 days later the subscription. All in local dates of the account, counted from the last try.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from billing.accounts.entry import read_account
from billing.audit import Actor, record_event
from billing.mail.outbox import MailKind, write_mail
from billing.ordering.orders import OrderKind
from billing.subscriptions.model import EventKind, SubscriptionState
from billing.subscriptions.transitions import Who, advance, read_row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy import Connection, Row

    from billing.context import Context
    from billing.ordering.orders import OrderRecord

RETRY_AFTER = (timedelta(days=3), timedelta(days=5), timedelta(days=7))
EXPIRE_AFTER = timedelta(days=30)

_UNPAID = frozenset({SubscriptionState.PAST_DUE, SubscriptionState.SUSPENDED})


@dataclass(frozen=True, slots=True)
class _Failed:
    """What a failed payment means for one subscription; `event` None: it stays as it is."""

    row: Row[Any]
    event: EventKind | None
    mail: MailKind | None


def payment_failed(connection: Connection, context: Context, record: OrderRecord) -> None:
    """Every subscription whose current period this order was to pay is past due, or suspended.

    One that ends anyway, or that another order has paid since, stays as it is. A try that was not
    due, such as one with a card typed in between, costs none of the retries.
    """
    today = _local_date(connection, context, record.account_id)
    failures = [_judged(row, record, today) for row in _rows(connection, record)]
    for failed in failures:
        if failed.event is not None:
            values = _after_failure(failed.row, failed.event, today)
            who = Who(record.contact_id, today, Actor.WORKER)
            advance(connection, context, failed.row, failed.event, values, who=who)
    _tell(connection, context, record, "payment_failed")
    for kind in (MailKind.SUSPENDED, MailKind.PAYMENT_FAILED):
        told = next((failed.row for failed in failures if failed.mail is kind), None)
        if told is not None:
            _mail(connection, context, record, kind, told)
            return


def recover(connection: Connection, context: Context, record: OrderRecord, who: Who) -> None:
    """The order is paid after all: its subscriptions run again, and the contact is told once."""
    rows = tuple(_rows(connection, record))
    unpaid = [row for row in rows if row.order_id == record.order_id and row.state in _UNPAID]
    if unpaid:
        who = replace(who, today=_local_date(connection, context, record.account_id))
        for row in unpaid:
            # The count stays: money that a bank only promised may come back, as often as it likes.
            values = {"next_step_on": row.period_end}
            advance(connection, context, row, EventKind.RECOVERED, values, who=who)
        _mail(connection, context, record, MailKind.RECOVERED, unpaid[0])
    elif (
        record.kind is OrderKind.RENEWAL
        and not record.invoice_waits
        and any(row.state != SubscriptionState.EXPIRED for row in rows)
    ):
        _mail(connection, context, record, MailKind.RENEWAL)


def _rows(connection: Connection, record: OrderRecord) -> Iterator[Row[Any]]:
    for line in record.lines:
        row = read_row(connection, record.account_id, line.subscription_id)
        if row is not None:
            yield row


def _judged(row: Row[Any], record: OrderRecord, today: date) -> _Failed:
    state = SubscriptionState(row.state)
    past_due = state is SubscriptionState.PAST_DUE
    if row.order_id != record.order_id or state not in _UNPAID | {SubscriptionState.ACTIVE}:
        return _Failed(row, None, MailKind.PAYMENT_FAILED)
    if state is SubscriptionState.SUSPENDED or (past_due and row.next_step_on > today):
        return _Failed(row, None, None)
    if row.failed_payments >= len(RETRY_AFTER):
        return _Failed(row, EventKind.SUSPENDED, MailKind.SUSPENDED)
    return _Failed(row, EventKind.PAYMENT_FAILED, MailKind.PAYMENT_FAILED)


def _after_failure(row: Row[Any], event: EventKind, today: date) -> dict[str, object]:
    earlier = row.failed_payments
    wait = EXPIRE_AFTER if event is EventKind.SUSPENDED else RETRY_AFTER[earlier]
    return {"failed_payments": earlier + 1, "next_step_on": today + wait}


def _local_date(connection: Connection, context: Context, account_id: str) -> date:
    owner = read_account(connection, account_id)
    if owner is None:
        raise LookupError(f"account {account_id} is gone")
    return context.today(owner)


def _mail(
    connection: Connection,
    context: Context,
    record: OrderRecord,
    kind: MailKind,
    about: Row[Any] | None = None,
) -> None:
    write_mail(
        connection,
        context,
        account_id=record.account_id,
        contact_id=record.contact_id,
        kind=kind,
        order_id=record.order_id,
        subscription_id=about.subscription_id if about is not None else "",
    )


def _tell(connection: Connection, context: Context, record: OrderRecord, action: str) -> None:
    record_event(
        connection,
        context,
        account_id=record.account_id,
        contact_id=record.contact_id,
        action=action,
        object_id=record.order_id,
        new={"number": record.number, "total": str(record.total.amount)},
        actor=Actor.WORKER,
    )
