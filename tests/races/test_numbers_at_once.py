"""Invoice numbers under rollbacks: processes that issue and fail at random leave no gap."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from billing.invoicing.issue import issue_invoices
from billing.invoicing.numbers import account_code
from billing.storage.invoice_tables import invoice
from tests.processes.crew import race
from tests.service.billed import context_of, order
from tests.service.shop import LENA

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from billing.ordering.orders import OrderRecord
    from tests.processes.premises import Premises
    from tests.service.shop import Shop

PROCESSES, TURNS, ROLLED_BACK = 8, 10, 0.2


class Undone(Exception):
    """The transaction ends here."""


def issue_some(record: OrderRecord, seed: int, shop: Shop) -> Callable[[], int]:
    """Issue invoices of one account, some of them in vain; answers how many were kept."""
    context = context_of(shop, seed)
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose, never a secret

    def turn() -> bool:
        another = replace(record, order_id=context.ids.new())
        kept = chance.random() >= ROLLED_BACK

        def step(connection: Connection) -> None:
            issue_invoices(connection, context, another, paid=True)
            if not kept:
                raise Undone

        with suppress(Undone):
            context.database.work(record.account_id, step)
        return kept

    return lambda: sum(turn() for _ in range(TURNS))


def test_processes_that_issue_and_fail_leave_no_gap(premises: Premises, shop: Shop) -> None:
    record = order(shop, LENA)
    jobs = [partial(issue_some, record, 60 + number) for number in range(PROCESSES)]
    answers: list[Any] = [came.answer for came in race(premises, jobs)]
    kept = sum(answers)
    assert 0 < kept < PROCESSES * TURNS
    numbers = sorted(
        row.number for row in shop.rows(invoice) if row.account_id == record.account_id
    )
    code = account_code(record.account_id)
    assert numbers == [f"RE-{code}-{number:06d}" for number in range(1, kept + 2)]
