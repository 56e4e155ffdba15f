"""The payment methods of an account: what its orders were paid with, newest last.

Only the gateway's token and what may be shown are kept.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from billing.payments.model import PaymentKind, PaymentSummary, StoredMethod
from billing.storage.invoice_tables import payment_method
from billing.storage.sending import expect, run
from billing.storage.statements import insert_into

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from billing.context import Context
    from billing.ordering.orders import OrderRecord

_LONGEST_BANK = 100
_A_TICK = timedelta(microseconds=1)
_MINE = payment_method.c.account_id == bindparam("owner")
_NEWEST = (
    select(payment_method)
    .where(_MINE)
    .order_by(payment_method.c.since.desc(), payment_method.c.method_id.desc())
    .limit(1)
)
_READ = select(payment_method).where(_MINE, payment_method.c.method_id == bindparam("this"))


def keep_method(connection: Connection, context: Context, record: OrderRecord, token: str) -> None:
    """Keep what an order was paid with as the account's newest method.

    Nothing is kept of a card or debit without a `token`, and of the method that is the newest
    already. Not to be called for what was paid with a stored method.
    """
    shown = record.payment
    if shown is None:
        return
    if shown.kind is PaymentKind.INVOICE:
        token = ""
    elif not token:
        return
    since = context.clock.now()
    newest = run(connection, _NEWEST, {"owner": record.account_id}).one_or_none()
    if newest is not None:
        if (newest.token, newest.kind) == (token, shown.kind):
            return
        # Machines' clocks differ, and the newest method is the one that is charged.
        since = max(since, newest.since + _A_TICK)
    run(
        connection,
        insert_into(payment_method),
        {
            "account_id": record.account_id,
            "method_id": context.ids.new(),
            "kind": shown.kind,
            "label": shown.label,
            "bank": shown.bank[:_LONGEST_BANK],
            "token": token,
            "since": since,
        },
    )


def expect_method(connection: Connection, account_id: str) -> None:
    """Have what `keep_method` needs sent with the next trip."""
    expect(connection, _NEWEST, {"owner": account_id})


def current_method(connection: Connection, account_id: str) -> StoredMethod | None:
    """The newest method of an account; None when nothing was kept yet."""
    row = run(connection, _NEWEST, {"owner": account_id}).one_or_none()
    return None if row is None else _method(row)


def read_method(connection: Connection, account_id: str, method_id: str) -> StoredMethod:
    """A method of an account; it must exist."""
    return _method(run(connection, _READ, {"owner": account_id, "this": method_id}).one())


def _method(row: Row[Any]) -> StoredMethod:
    shown = PaymentSummary(PaymentKind(row.kind), row.label, row.bank)
    return StoredMethod(row.method_id, row.token, shown)
