"""Changing a running subscription: its billing date moves to the day of the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.errors import Problem, Refused
from billing.subscriptions.model import EventKind, SubscriptionState
from billing.subscriptions.starts import keep_licences_within
from billing.subscriptions.transitions import advance, read_row

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.context import Context
    from billing.ordering.orders import OrderRecord
    from billing.subscriptions.transitions import Who


def can_apply_change(connection: Connection, record: OrderRecord) -> bool:
    """Whether the subscription that an order changes is active still."""
    row = read_row(connection, record.account_id, record.lines[0].subscription_id)
    return row is not None and row.state == SubscriptionState.ACTIVE


def apply_change(connection: Connection, context: Context, record: OrderRecord, who: Who) -> None:
    """Make of the subscription what a paid order of a change says, from the first day it names.

    Raises:
        Refused: UNKNOWN_SUBSCRIPTION.
        IllegalTransition: it is not active any more; nothing was changed.
    """
    line = record.lines[0]
    row = read_row(connection, record.account_id, line.subscription_id)
    if row is None:
        raise Refused(Problem.UNKNOWN_SUBSCRIPTION, subscription_id=line.subscription_id)
    values = {
        "tier": line.tier,
        "seats": line.seats,
        "cycle": line.cycle,
        "anchor": line.period.start,
        "period_start": line.period.start,
        "period_end": line.period.end,
        "unit_price_minor": line.unit_price.minor,
        "catalogue_version": record.catalogue_version,
        "order_id": record.order_id,
        "failed_payments": 0,
        "next_step_on": line.period.end,
    }
    advance(connection, context, row, EventKind.CHANGED, values, who=who)
    keep_licences_within(connection, record.account_id, line.subscription_id, line.seats)
