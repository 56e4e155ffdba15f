"""Idempotency records: which request was made under a key, and which order came of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from billing.storage.tables import idempotency

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Operation(StrEnum):
    """What a key was made for; stored, so values never change."""

    ORDER = "order"
    TRIAL = "trial"


@dataclass(frozen=True, slots=True)
class Recalled:
    """A request made before under the same key."""

    request_hash: str
    order_id: str


def request_hash(*parts: object) -> str:
    """A hash of what is asked for; the parts are plain JSON values without secrets."""
    return sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()


def recall(
    connection: Connection, account_id: str, operation: Operation, key: str
) -> Recalled | None:
    """What was asked for under this key before, if anything."""
    row = connection.execute(
        select(idempotency.c.request_hash, idempotency.c.order_id).where(
            idempotency.c.account_id == account_id,
            idempotency.c.operation == operation,
            idempotency.c.key == key,
        )
    ).one_or_none()
    return None if row is None else Recalled(row.request_hash, row.order_id)


def remember(
    connection: Connection,
    account_id: str,
    operation: Operation,
    key: str,
    recalled: Recalled,
) -> None:
    """Store what was asked for under a key, in place of an order that failed under it."""
    connection.execute(
        delete(idempotency).where(
            idempotency.c.account_id == account_id,
            idempotency.c.operation == operation,
            idempotency.c.key == key,
        )
    )
    connection.execute(
        insert(idempotency).values(
            account_id=account_id,
            operation=operation,
            key=key,
            request_hash=recalled.request_hash,
            order_id=recalled.order_id,
        )
    )
