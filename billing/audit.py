"""The audit trail: who did what to which object for whom, in the transaction that did it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from billing.storage.sending import run
from billing.storage.statements import insert_into
from billing.storage.tables import audit_event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from billing.context import Context


class Actor(StrEnum):
    """Who did it; stored, so values never change.

    A worker and an operator at the command line act on behalf of the contact named.
    """

    CONTACT = "contact"
    WORKER = "worker"
    OPERATOR = "operator"


def record_event(
    connection: Connection,
    context: Context,
    *,
    account_id: str,
    contact_id: str,
    action: str,
    object_id: str,
    old: Mapping[str, object] | None = None,
    new: Mapping[str, object] | None = None,
    actor: Actor = Actor.CONTACT,
) -> None:
    """Add an event; `old` and `new` are plain JSON values without secrets."""
    row = event_row(
        context,
        account_id=account_id,
        contact_id=contact_id,
        action=action,
        object_id=object_id,
        old=old,
        new=new,
        actor=actor,
    )
    run(connection, insert_into(audit_event), row)


def event_row(
    context: Context,
    *,
    account_id: str,
    contact_id: str,
    action: str,
    object_id: str,
    old: Mapping[str, object] | None = None,
    new: Mapping[str, object] | None = None,
    actor: Actor = Actor.CONTACT,
) -> dict[str, Any]:
    """The row of an event, for whoever inserts several at once; as `record_event`."""
    values: dict[str, Any] = {
        "account_id": account_id,
        "event_id": context.ids.new(),
        "at": context.clock.now(),
        "contact_id": contact_id,
        "actor": actor,
        "action": action,
        "object_id": object_id,
    }
    # A column that is left out becomes NULL; None given to a JSON column becomes the text null.
    if old is not None:
        values["old"] = dict(old)
    if new is not None:
        values["new"] = dict(new)
    return values
