"""The life of a subscription: every event that may change one, and the one way to store it.

Each transition is a row of the subscription, a row of its log and a row of the audit trail, in the
caller's transaction. Replaying the log from the first version gives the row (I13).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from billing.audit import Actor, event_row
from billing.errors import IllegalTransition
from billing.storage.sending import run
from billing.storage.statements import insert_into
from billing.storage.tables import audit_event, subscription, subscription_event
from billing.subscriptions.model import EventKind, SubscriptionState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Row

    from billing.context import Context

_S, _E = SubscriptionState, EventKind

_THIS = (
    subscription.c.account_id == bindparam("owner"),
    subscription.c.subscription_id == bindparam("this"),
)
_READ = select(subscription).where(*_THIS)
_CHANGE = update(subscription).where(*_THIS)

# Event → the states it may happen in, and the state it leads to. None: there is none yet.
TRANSITIONS: Mapping[
    EventKind, tuple[frozenset[SubscriptionState | None], SubscriptionState | None]
] = {
    _E.TRIAL_STARTED: (frozenset({None}), _S.TRIALING),
    _E.STARTED: (frozenset({None}), _S.ACTIVE),
    _E.CONVERTED: (frozenset({_S.TRIALING}), _S.ACTIVE),
    _E.TRIAL_END_ANNOUNCED: (frozenset({_S.TRIALING}), _S.TRIALING),
    _E.CHANGED: (frozenset({_S.ACTIVE}), _S.ACTIVE),
    _E.CANCELLED: (frozenset({_S.ACTIVE}), _S.CANCELLING),
    _E.CANCELLATION_UNDONE: (frozenset({_S.CANCELLING}), _S.ACTIVE),
    _E.RENEWED: (frozenset({_S.ACTIVE}), _S.ACTIVE),
    _E.PAYMENT_FAILED: (frozenset({_S.ACTIVE, _S.PAST_DUE}), _S.PAST_DUE),
    _E.SUSPENDED: (frozenset({_S.ACTIVE, _S.PAST_DUE}), _S.SUSPENDED),
    _E.RECOVERED: (frozenset({_S.PAST_DUE, _S.SUSPENDED}), _S.ACTIVE),
    _E.EXPIRED: (frozenset({_S.TRIALING, _S.CANCELLING, _S.SUSPENDED}), _S.EXPIRED),
}


@dataclass(frozen=True, slots=True)
class _Step:
    """A version of a subscription: what of it is new, and what was there before."""

    account_id: str
    subscription_id: str
    version: int
    event: EventKind
    old: Mapping[str, Any] | None
    new: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Who:
    """Who makes a transition happen, on whose behalf, and the local date of the account."""

    contact_id: str
    today: date
    actor: Actor = Actor.CONTACT


def read_row(connection: Connection, account_id: str, subscription_id: str) -> Row[Any] | None:
    """A subscription as it is stored, under the lock of its account."""
    this = {"owner": account_id, "this": subscription_id}
    row: Row[Any] | None = run(connection, _READ, this).one_or_none()
    return row


def begin(
    connection: Connection,
    context: Context,
    *,
    event: EventKind,
    account_id: str,
    subscriptions: Mapping[str, Mapping[str, Any]],
    who: Who,
) -> None:
    """Store new subscriptions by their ids, each with all its columns but ids, state and version.

    Raises:
        IllegalTransition: the event begins no subscription.
    """
    state = _target(None, event)
    steps = [
        _Step(account_id, subscription_id, 1, event, None, {**values, "state": state})
        for subscription_id, values in subscriptions.items()
    ]
    run(connection, insert_into(subscription), [_key(step) | step.new for step in steps])
    _log(connection, context, steps, who)


def advance(
    connection: Connection,
    context: Context,
    row: Row[Any],
    event: EventKind,
    values: Mapping[str, Any],
    *,
    who: Who,
) -> None:
    """Store what an event makes of a subscription that was read under the lock.

    Raises:
        IllegalTransition: it may not happen in this state; nothing was changed.
    """
    new = {**values, "state": _target(SubscriptionState(row.state), event)}
    old = {name: getattr(row, name) for name in new}
    version = row.version + 1
    this = {"owner": row.account_id, "this": row.subscription_id}
    run(connection, _CHANGE, this | new | {"version": version})
    step = _Step(row.account_id, row.subscription_id, version, event, old, new)
    _log(connection, context, [step], who)


def _target(state: SubscriptionState | None, event: EventKind) -> SubscriptionState:
    allowed, target = TRANSITIONS[event]
    if state not in allowed or target is None:
        raise IllegalTransition(state, event)
    return target


def _key(step: _Step) -> dict[str, Any]:
    return {
        "account_id": step.account_id,
        "subscription_id": step.subscription_id,
        "version": step.version,
    }


def _log(connection: Connection, context: Context, steps: Sequence[_Step], who: Who) -> None:
    """Write the steps, all of one event, into the log of the subscription and the audit trail."""
    changes = [plain_values(step.new) for step in steps]
    now = context.clock.now()
    logged = {"at": now, "on_day": who.today, "contact_id": who.contact_id}
    run(
        connection,
        insert_into(subscription_event),
        [
            _key(step) | logged | {"kind": step.event, "changed": changed}
            for step, changed in zip(steps, changes, strict=True)
        ],
    )
    run(
        connection,
        insert_into(audit_event),
        [
            event_row(
                context,
                account_id=step.account_id,
                contact_id=who.contact_id,
                action=f"subscription_{step.event}",
                object_id=step.subscription_id,
                old=None if step.old is None else plain_values(step.old),
                new=changed,
                actor=who.actor,
            )
            for step, changed in zip(steps, changes, strict=True)
        ],
    )


def plain_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Column values as plain JSON: dates as ISO texts, enumerations as their values."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }
