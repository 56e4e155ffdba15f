"""Starting subscriptions: paid ones, trials, and trials that become paid ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select

from billing.catalogue.model import Offer
from billing.ordering.orders import OrderKind, set_line_subscription
from billing.rating.trials import reminder_day
from billing.storage.sending import run
from billing.storage.tables import licence
from billing.subscriptions.model import HELD_STATES, EventKind, SubscriptionState
from billing.subscriptions.subscriptions import read_rows, state_on
from billing.subscriptions.transitions import advance, begin

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.context import Context
    from billing.ordering.orders import LineRecord, OrderRecord
    from billing.subscriptions.transitions import Who

_HOLDERS = (
    select(licence.c.user_id)
    .where(
        licence.c.account_id == bindparam("owner"),
        licence.c.subscription_id == bindparam("held"),
    )
    .order_by(licence.c.assigned_at, licence.c.user_id)
)


def start(
    connection: Connection, context: Context, record: OrderRecord, who: Who
) -> tuple[LineRecord, ...]:
    """Give access to what an order bought or tries, from the first day of each line's period.

    Buying a product whose trial runs turns that very subscription into the paid one, so its
    licences stay with their users. The answer are the lines with the subscriptions they really
    gave: the trial of a product may have begun, or ended, since the order was placed.
    """
    rows = read_rows(connection, record.account_id).all()
    held = {row.product: row for row in rows if row.state in HELD_STATES}
    known = {row.subscription_id for row in rows}
    lines, new = [], {}
    for ordered in record.lines:
        line, row = ordered, held.get(ordered.product)
        state = None if row is None else state_on(row.state, row.period_end, who.today)
        if row is not None and state is SubscriptionState.TRIALING:
            line = _given_by(connection, record, line, row.subscription_id)
            advance(connection, context, row, EventKind.CONVERTED, _values(record, line), who=who)
            keep_licences_within(connection, record.account_id, line.subscription_id, line.seats)
        else:
            if row is not None and state is SubscriptionState.EXPIRED:
                advance(
                    connection, context, row, EventKind.EXPIRED, {"next_step_on": None}, who=who
                )
            if line.subscription_id in known:
                line = _given_by(connection, record, line, context.ids.new())
            new[line.subscription_id] = _values(record, line)
        lines.append(line)
    if new:
        tried = record.kind is OrderKind.TRIAL
        event = EventKind.TRIAL_STARTED if tried else EventKind.STARTED
        begin(
            connection,
            context,
            event=event,
            account_id=record.account_id,
            subscriptions=new,
            who=who,
        )
    return tuple(lines)


def keep_licences_within(
    connection: Connection, account_id: str, subscription_id: str, seats: int
) -> None:
    """Take back the latest licences when a subscription becomes a smaller one."""
    holders = run(connection, _HOLDERS, {"owner": account_id, "held": subscription_id}).scalars()
    for user_id in holders[seats:]:
        connection.execute(
            delete(licence).where(
                licence.c.account_id == account_id,
                licence.c.subscription_id == subscription_id,
                licence.c.user_id == user_id,
            )
        )


def _given_by(
    connection: Connection, record: OrderRecord, line: LineRecord, subscription_id: str
) -> LineRecord:
    if line.subscription_id == subscription_id:
        return line
    return set_line_subscription(connection, record, line, subscription_id)


def _values(record: OrderRecord, line: LineRecord) -> dict[str, Any]:
    trial = line.offer is Offer.TRIAL
    return {
        "product": line.product,
        "tier": line.tier,
        "seats": line.seats,
        "cycle": line.cycle,
        "anchor": line.period.start,
        "period_start": line.period.start,
        "period_end": line.period.end,
        "unit_price_minor": line.unit_price.minor,
        "currency": line.unit_price.currency,
        "catalogue_version": record.catalogue_version,
        "order_id": record.order_id,
        "next_step_on": reminder_day(line.period) if trial else line.period.end,
    }
