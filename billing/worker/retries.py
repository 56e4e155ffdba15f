"""Retries: a payment that failed is tried again on the day that dunning has set for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing.accounts.entry import read_account
from billing.ordering.attempts import AttemptState, last_attempt
from billing.ordering.orders import OrderState, read_order, set_order_payment
from billing.ordering.settling import collect, fulfil
from billing.payments.methods import current_method
from billing.payments.model import PaymentKind
from billing.subscriptions.dunning import payment_failed
from billing.subscriptions.model import SubscriptionState
from billing.subscriptions.transitions import read_row
from billing.worker.charging import Charge, begin_charge, carry_out

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from billing.context import Context
    from billing.ordering.orders import OrderRecord

_PAID = frozenset({AttemptState.SUCCEEDED, AttemptState.AUTHORISED, AttemptState.PROCESSING})


def retry(context: Context, account_id: str, subscription_id: str) -> bool:
    """Try again to collect what a past-due subscription owes, if that is due; whether it was.

    The account's newest payment method is charged. One that pays on invoice now gets access back:
    its invoice is open.
    """

    def step(connection: Connection) -> tuple[bool, Charge | None]:
        row = read_row(connection, account_id, subscription_id)
        if row is None or not _is_due(connection, context, row):
            return False, None
        record = read_order(connection, account_id, row.order_id)
        attempt = last_attempt(connection, account_id, record.order_id)
        if attempt is not None and attempt.unsettled:
            return False, None
        if attempt is not None and attempt.state in _PAID:
            _go_on(connection, context, record)
            return True, None
        return True, _try(connection, context, record)

    tried, charge = context.database.work(account_id, step)
    if charge is not None:
        carry_out(context, charge)
    return tried


def _is_due(connection: Connection, context: Context, row: Row[Any]) -> bool:
    account = read_account(connection, row.account_id)
    return (
        account is not None
        and row.state == SubscriptionState.PAST_DUE
        and row.next_step_on <= context.today(account)
    )


def _try(connection: Connection, context: Context, record: OrderRecord) -> Charge | None:
    method = current_method(connection, record.account_id)
    if method is None:
        payment_failed(connection, context, record)
        return None
    if method.shown.kind is PaymentKind.INVOICE:
        _go_on(connection, context, set_order_payment(connection, record, method.shown))
        return None
    return begin_charge(connection, context, record, method)


def _go_on(connection: Connection, context: Context, record: OrderRecord) -> None:
    """Nothing is to be charged any more."""
    if record.state is OrderState.FULFILLED:
        collect(connection, context, record, None)
    else:
        fulfil(connection, context, record)
