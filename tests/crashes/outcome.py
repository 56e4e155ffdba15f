"""What came of a shop, without the ids and moments in which two runs of the same may differ."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from billing.storage.invoice_tables import invoice
from billing.storage.tables import (
    account,
    cart_line,
    licence,
    order,
    outbox,
    payment_attempt,
    subscription,
)
from tests.service.audit import audit_at_rest
from tests.service.books import Books

if TYPE_CHECKING:
    from sqlalchemy import Table

    from tests.processes.premises import Premises
    from tests.service.shop import Shop

_TOLD: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (account, ("name", "credit_minor", "order_count", "invoice_count", "correction_count")),
    (cart_line, ("account_id", "product")),
    (order, ("account_id", "number", "kind", "state", "total_minor", "credit_minor")),
    (payment_attempt, ("account_id", "state", "amount_minor", "captured_minor")),
    (invoice, ("number", "kind", "state", "gross_minor", "credit_minor", "total_minor")),
    (
        subscription,
        ("account_id", "product", "state", "seats", "period_start", "period_end", "version"),
    ),
    (outbox, ("account_id", "kind", "state")),
    (licence, ("user_id", "account_id")),
)


@dataclass(frozen=True)
class Outcome:
    """Rows of the database, lines of the gateway's ledger, and the number of different mails."""

    rows: dict[str, list[tuple[Any, ...]]]
    bank: list[tuple[str, str, int, int]]
    letters: int


def outcome_of(shop: Shop, premises: Premises) -> Outcome:
    """What came of a shop at rest, which is audited; one mail at most may have come twice."""
    audit_at_rest(Books(shop))
    letters = Counter(premises.message_ids())
    assert letters.total() - len(letters) <= 1
    assert {row.state for row in shop.rows(outbox)} <= {"sent"}
    assert len(letters) == len(shop.rows(outbox))
    return Outcome(
        rows={
            table.name: sorted(
                tuple(getattr(row, name) for name in names) for row in shop._all(table)
            )
            for table, names in _TOLD
        },
        bank=sorted(
            (line.kind, line.status, line.taken_minor, line.refunded_minor)
            for line in shop.bank.operations()
        ),
        letters=len(letters),
    )
