"""Finding what is due, across accounts: read-only, page by page, so that memory stays flat.

What is found is a candidate only: it is decided again under the lock of its account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfoNotFoundError

from sqlalchemy import select, tuple_

from billing.accounts.model import AccountKind
from billing.clock import local_date
from billing.ordering.model import MailState
from billing.storage.invoice_tables import vat_check
from billing.storage.tables import account, outbox, payment_attempt, subscription

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from sqlalchemy import Column, Row, Select

    from billing.storage.database import Database

LONGEST_PAGE = 500
# No time zone is further ahead, so no account has a later date than that of this one.
_FURTHEST_AHEAD = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class DueAccount:
    """An account with subscriptions to look at, and its local date."""

    account_id: str
    today: date


def accounts_with_steps(database: Database, now: datetime) -> Iterator[DueAccount]:
    """Accounts with a subscription whose next step is due, the longest due first.

    Corporate accounts are billed elsewhere. An account may come again on a later page.
    """
    statement = (
        select(
            subscription.c.next_step_on,
            subscription.c.account_id,
            subscription.c.subscription_id,
            account.c.time_zone,
        )
        .join(account, account.c.account_id == subscription.c.account_id)
        .where(
            subscription.c.next_step_on <= (now + _FURTHEST_AHEAD).date(),
            account.c.kind != AccountKind.CORPORATE,
        )
    )
    key = (
        subscription.c.next_step_on,
        subscription.c.account_id,
        subscription.c.subscription_id,
    )
    for page in _pages(database, statement, key):
        seen: set[str] = set()
        for row in page:
            today = _local_date(now, row.time_zone)
            if row.next_step_on <= today and row.account_id not in seen:
                seen.add(row.account_id)
                yield DueAccount(row.account_id, today)


def _local_date(now: datetime, time_zone: str) -> date:
    """The date of an account; in UTC where its zone is unknown, which fails where it is needed."""
    try:
        return local_date(now, time_zone)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return now.date()


def attempts_to_ask(database: Database, now: datetime) -> Iterator[tuple[str, str]]:
    """Account and attempt ids of payments that the gateway is to be asked about."""
    key = (
        payment_attempt.c.next_ask_at,
        payment_attempt.c.account_id,
        payment_attempt.c.attempt_id,
    )
    statement = select(*key).where(payment_attempt.c.next_ask_at <= now)
    for page in _pages(database, statement, key):
        yield from ((row.account_id, row.attempt_id) for row in page)


def accounts_with_checks(database: Database, now: datetime) -> Iterator[str]:
    """Accounts with VAT ids to look at; one may come again on a later page."""
    key = (vat_check.c.next_ask_at, vat_check.c.account_id, vat_check.c.vat_id)
    statement = select(*key).where(vat_check.c.next_ask_at <= now)
    for page in _pages(database, statement, key):
        yield from dict.fromkeys(row.account_id for row in page)


def accounts_with_mail(database: Database, now: datetime) -> Iterator[str]:
    """Accounts with mails to send; one may come again on a later page."""
    key = (outbox.c.next_try_at, outbox.c.account_id)
    # As the condition of the partial index, in its very words, or the index is not used.
    waiting = outbox.c.state == MailState.WAITING.value
    statement = select(*key).distinct().where(waiting, outbox.c.next_try_at <= now)
    for page in _pages(database, statement, key):
        yield from dict.fromkeys(row.account_id for row in page)


def _pages(
    database: Database, statement: Select[Any], key: tuple[Column[Any], ...]
) -> Iterator[Sequence[Row[Any]]]:
    """The rows of a statement that selects `key` first, by `key`, each page from where it is read.

    Rows that move on meanwhile are found again at most once for each place they move to.
    """
    ordered = statement.order_by(*key).limit(LONGEST_PAGE)
    page = ordered
    while True:
        rows = _read(database, page)
        if rows:
            yield rows
        if len(rows) < LONGEST_PAGE:
            return
        page = ordered.where(tuple_(*key) > tuple(rows[-1][: len(key)]))


def _read(database: Database, statement: Select[Any]) -> Sequence[Row[Any]]:
    return database.read(lambda connection: connection.execute(statement).all())
