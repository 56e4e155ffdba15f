"""The steps of an account's subscriptions that are due, one by one in the order of their days.

So a run after a long pause bills in the same order, and with the same numbers, as daily runs.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from billing.storage.sending import run
from billing.storage.tables import subscription
from billing.subscriptions.model import SubscriptionState
from billing.worker.renewals import renew
from billing.worker.report import Done
from billing.worker.retries import retry
from billing.worker.trial_ends import Ending, end

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.context import Context
    from billing.worker.due import DueAccount

_DUE = (
    select(subscription.c.subscription_id, subscription.c.state)
    .where(
        subscription.c.account_id == bindparam("owner"),
        subscription.c.next_step_on <= bindparam("today"),
    )
    .order_by(subscription.c.next_step_on, subscription.c.subscription_id)
)
_ENDINGS = {Ending.ANNOUNCED: Done.REMINDERS, Ending.ENDED: Done.EXPIRIES, None: None}


def take_steps(context: Context, due: DueAccount) -> Counter[Done]:
    """Take every step of an account that is due, and say how many of which.

    One that waits for an answer of the gateway is left for the next run.
    """
    done: Counter[Done] = Counter()
    waiting: set[str] = set()
    while True:
        steps = context.database.read(lambda connection: _due(connection, due))
        step = next((step for step in steps if step[0] not in waiting), None)
        if step is None:
            return done
        subscription_id, state = step
        taken = _take(context, due.account_id, subscription_id, state)
        if taken is None:
            waiting.add(subscription_id)
        else:
            done[taken] += 1


def _due(connection: Connection, due: DueAccount) -> list[tuple[str, SubscriptionState]]:
    rows = run(connection, _DUE, {"owner": due.account_id, "today": due.today})
    return [(row.subscription_id, SubscriptionState(row.state)) for row in rows]


def _take(
    context: Context, account_id: str, subscription_id: str, state: SubscriptionState
) -> Done | None:
    """Take the step that the state asks for; None: it is not due after all, or has to wait."""
    match state:
        case SubscriptionState.ACTIVE:
            return Done.RENEWALS if renew(context, account_id, subscription_id) else None
        case SubscriptionState.PAST_DUE:
            return Done.RETRIES if retry(context, account_id, subscription_id) else None
        case _:
            return _ENDINGS[end(context, account_id, subscription_id)]
