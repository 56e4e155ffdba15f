"""Idempotency records: which request was made under a key, and which order came of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from billing.storage.engine import insert_or_replace
from billing.storage.sending import expect, run
from billing.storage.tables import idempotency

if TYPE_CHECKING:
    from sqlalchemy import Connection

_THIS = (
    idempotency.c.account_id == bindparam("owner"),
    idempotency.c.operation == bindparam("made_for"),
    idempotency.c.key == bindparam("named"),
)
_RECALL = select(idempotency.c.request_hash, idempotency.c.order_id).where(*_THIS)


class Operation(StrEnum):
    """What a key was made for; stored, so values never change."""

    ORDER = "order"
    TRIAL = "trial"
    CHANGE = "change"
    PAY = "pay"


@dataclass(frozen=True, slots=True)
class Recalled:
    """A request made before under the same key."""

    request_hash: str
    order_id: str


def request_hash(*parts: object) -> str:
    """A hash of what is asked for; the parts are plain JSON values without secrets."""
    return sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()


def expect_recall(connection: Connection, account_id: str, operation: Operation, key: str) -> None:
    """Have what `recall` needs sent with the next trip."""
    expect(connection, _RECALL, {"owner": account_id, "made_for": operation, "named": key})


def recall(
    connection: Connection, account_id: str, operation: Operation, key: str
) -> Recalled | None:
    """What was asked for under this key before, if anything."""
    this = {"owner": account_id, "made_for": operation, "named": key}
    row = run(connection, _RECALL, this).one_or_none()
    return None if row is None else Recalled(row.request_hash, row.order_id)


def remember(
    connection: Connection,
    account_id: str,
    operation: Operation,
    key: str,
    recalled: Recalled,
) -> None:
    """Store what was asked for under a key, in place of an order that failed under it."""
    row = {
        "account_id": account_id,
        "operation": operation,
        "key": key,
        "request_hash": recalled.request_hash,
        "order_id": recalled.order_id,
    }
    insert_or_replace(connection, idempotency, row)
