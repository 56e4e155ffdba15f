"""Invoice numbers: a series per account without a gap, whatever is undone in between."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

from billing.invoicing.issue import issue_invoices
from billing.invoicing.model import InvoiceKind
from billing.invoicing.numbers import account_code
from billing.rating.periods import BillingPeriod
from billing.storage.invoice_tables import invoice as invoice_table
from billing.storage.tables import account
from tests.service.billed import change_of, context_of, invoice_of, issue, order, renewal_of
from tests.service.shop import ADA, LENA, RESCUE, WEBINAR

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.context import Context
    from billing.ordering.orders import OrderRecord
    from tests.service.shop import Shop

PER_THREAD = 9


class Undone(Exception):
    """The transaction ends here."""


def numbers(shop: Shop, account_id: str, kind: InvoiceKind = InvoiceKind.INVOICE) -> list[str]:
    return sorted(
        row.number
        for row in shop.rows(invoice_table)
        if row.account_id == account_id and row.kind == kind
    )


def series(account_id: str, length: int, prefix: str = "RE") -> list[str]:
    return [f"{prefix}-{account_code(account_id)}-{n:06d}" for n in range(1, length + 1)]


def issue_and_undo(context: Context, record: OrderRecord) -> None:
    def step(connection: Connection) -> None:
        issue_invoices(connection, context, record, paid=True)
        raise Undone

    with pytest.raises(Undone):
        context.database.work(record.account_id, step)


def test_every_account_counts_for_itself(shop: Shop) -> None:
    lenas = [order(shop, LENA, WEBINAR), order(shop, LENA, RESCUE)]
    adas = order(shop, ADA)
    assert numbers(shop, adas.account_id) == series(adas.account_id, 1)
    assert numbers(shop, lenas[0].account_id) == series(lenas[0].account_id, 2)
    every = [row.number for row in shop.rows(invoice_table)]
    assert len(set(every)) == 3


def test_a_transaction_that_is_undone_takes_its_number_back(shop: Shop) -> None:
    context, record = context_of(shop), order(shop, LENA)
    issue_and_undo(context, replace(record, order_id=context.ids.new()))
    issue(context, replace(record, order_id=context.ids.new()))
    assert numbers(shop, record.account_id) == series(record.account_id, 2)


def test_threads_that_order_and_fail_leave_no_gap(shop: Shop) -> None:
    record = order(shop, LENA)

    def work(seed: int) -> None:
        context = context_of(shop, seed)
        for turn in range(PER_THREAD):
            another = replace(record, order_id=context.ids.new())
            if turn % 3 == seed % 3:
                issue_and_undo(context, another)
            else:
                issue(context, another)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work, seed) for seed in (60, 61)]:
            done.result(timeout=20)
    kept = 1 + 2 * PER_THREAD * 2 // 3
    assert numbers(shop, record.account_id) == series(record.account_id, kept)


def test_corrections_are_a_series_of_their_own(shop: Shop) -> None:
    context, record = context_of(shop), order(shop, LENA)
    billed = invoice_of(shop, LENA, record)
    for _ in range(2):
        net = billed.lines[0].amount.percent(billed.lines[0].rate + 10)
        change = change_of(context, record, billed, net=net, on=record.placed_on)
        issue_and_undo(context, replace(change, order_id=context.ids.new()))
        issue(context, change)
    mine = record.account_id
    assert numbers(shop, mine) == series(mine, 3)
    assert numbers(shop, mine, InvoiceKind.CORRECTION) == series(mine, 2, "RK")


def test_an_order_is_billed_once(shop: Shop) -> None:
    context, record = context_of(shop), order(shop, LENA)
    before = shop.everything()
    with pytest.raises(IntegrityError):
        issue(context, record)
    assert shop.everything() == before


def test_a_period_is_renewed_once_whatever_orders_it(shop: Shop) -> None:
    context, record = context_of(shop), order(shop, LENA)
    issue(context, renewal_of(context, record))
    before = shop.everything()
    with pytest.raises(IntegrityError):
        issue(context, renewal_of(context, record))
    assert shop.everything() == before
    (line,) = record.lines
    later = BillingPeriod(line.period.end, line.period.end.replace(year=line.period.end.year + 1))
    issue(context, replace(renewal_of(context, record), lines=(replace(line, period=later),)))
    assert numbers(shop, record.account_id) == series(record.account_id, 3)


def test_the_counter_is_the_accounts_own_column(shop: Shop) -> None:
    record = order(shop, LENA)
    counted = {
        row.account_id: (row.invoice_count, row.correction_count) for row in shop.rows(account)
    }
    assert counted[record.account_id] == (1, 0)
    assert counted[shop.session(ADA).account.account_id] == (0, 0)
