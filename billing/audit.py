"""The audit trail: who did what to which object, in the transaction that did it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert

from billing.storage.tables import audit_event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from billing.context import Context


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
) -> None:
    """Add an event; `old` and `new` are plain JSON values without secrets."""
    values: dict[str, object] = {
        "account_id": account_id,
        "event_id": context.ids.new(),
        "at": context.clock.now(),
        "contact_id": contact_id,
        "action": action,
        "object_id": object_id,
    }
    # A column that is left out becomes NULL; None given to a JSON column becomes the text null.
    if old is not None:
        values["old"] = dict(old)
    if new is not None:
        values["new"] = dict(new)
    connection.execute(insert(audit_event).values(values))
