"""The worker's part in the check of VAT ids: it asks again, and settles what waited for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.accounts.vat_checks import LONGEST_WAIT, due_checks, postpone, read_check, recheck
from billing.ordering.waiting import resolve_waiting, waiting_orders

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.context import Context


def settle_vat_checks(context: Context, account_id: str) -> None:
    """Do what is due about an account's VAT ids: ask the authority, and decide what waited for it.

    Called again, or by two at once, it decides and captures nothing twice. Call it outside any
    transaction: the authority and the gateway are asked.
    """
    now = context.clock.now()
    due = context.database.read(lambda connection: due_checks(connection, account_id, now))
    for vat_id in due:
        if _is_wanted(context, account_id, vat_id):
            recheck(context, account_id, vat_id)
    waiting = context.database.read(lambda connection: waiting_orders(connection, account_id))
    for order_id in waiting:
        resolve_waiting(context, account_id, order_id)

    def step(connection: Connection) -> None:
        for vat_id in due:
            _look_again(connection, context, account_id, vat_id)

    context.database.work(account_id, step)


def _is_wanted(context: Context, account_id: str, vat_id: str) -> bool:
    """Whether an answer still matters: an order waits for it, or an earlier answer grows old."""

    def step(connection: Connection) -> bool:
        check = read_check(connection, account_id, vat_id)
        answered = check is not None and check.answered_at is not None
        return answered or bool(waiting_orders(connection, account_id, vat_id))

    return context.database.read(step)


def _look_again(connection: Connection, context: Context, account_id: str, vat_id: str) -> None:
    """When to look at an id again: later while something waits for it, else never."""
    now = context.clock.now()
    check = read_check(connection, account_id, vat_id)
    if check is None or check.next_ask_at is None or check.next_ask_at > now:
        return
    waits = waiting_orders(connection, account_id, vat_id)
    postpone(connection, account_id, vat_id, now + LONGEST_WAIT if waits else None)
