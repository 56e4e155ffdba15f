"""The subscriptions of the sample stand on orders, invoices and logs, as those bought here do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from billing.clock import FixedClock
from billing.ids import SeededIds
from billing.invoicing.model import InvoiceState
from billing.invoicing.numbers import account_code
from billing.invoicing.read import invoice_of_order, read_invoices
from billing.ordering.orders import OrderKind, OrderState, read_order
from billing.payments.methods import current_method
from billing.payments.model import PaymentKind
from billing.sample import seed_sample
from billing.storage.schema import metadata
from billing.storage.tables import account, subscription, subscription_event
from billing.subscriptions.model import EventKind, SubscriptionState
from billing.subscriptions.transitions import TRANSITIONS, plain_values
from tests.service.billed import change_of, context_of, documents_of, issue, read
from tests.service.shop import ANNA

if TYPE_CHECKING:
    from sqlalchemy import Row, Table

    from billing.accounts.passwords import Passwords
    from billing.catalogue.model import Catalogue
    from billing.invoicing.model import Invoice
    from billing.ordering.orders import OrderRecord
    from billing.payments.model import StoredMethod
    from billing.storage.database import Database
    from tests.service.shop import Shop

DAYS = [date(2016, 2, 29), date(2021, 3, 31), date(2026, 11, 22), date(2027, 1, 31)]


@pytest.fixture(params=DAYS, ids=str)
def seeded(
    empty_database: Database,
    catalogue: Catalogue,
    passwords: Passwords,
    request: pytest.FixtureRequest,
) -> Database:
    """A database with the sample data as of a day."""
    seed(empty_database, catalogue, passwords, request.param)
    assert len(rows(empty_database, subscription)) == 6
    return empty_database


def seed(database: Database, catalogue: Catalogue, passwords: Passwords, day: date) -> None:
    clock = FixedClock(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    assert seed_sample(database, catalogue, clock, SeededIds(1), passwords)


def rows(database: Database, table: Table) -> list[Row[Any]]:
    return database.read(lambda connection: list(connection.execute(select(table))))


def order_of(database: Database, row: Row[Any]) -> OrderRecord:
    return database.read(lambda connection: read_order(connection, row.account_id, row.order_id))


def billed_for(database: Database, row: Row[Any]) -> Invoice | None:
    return database.read(
        lambda connection: invoice_of_order(connection, row.account_id, row.order_id)
    )


def invoices_of(database: Database, account_id: str) -> tuple[Invoice, ...]:
    return database.read(lambda connection: read_invoices(connection, account_id))


def method_of(database: Database, account_id: str) -> StoredMethod | None:
    return database.read(lambda connection: current_method(connection, account_id))


def log_of(database: Database, row: Row[Any]) -> list[Row[Any]]:
    mine = [
        e for e in rows(database, subscription_event) if e.subscription_id == row.subscription_id
    ]
    return sorted(mine, key=lambda logged: logged.version)


def test_every_subscription_stands_on_the_order_of_its_period(seeded: Database) -> None:
    for row in rows(seeded, subscription):
        record = order_of(seeded, row)
        (line,) = record.lines
        assert record.state is OrderState.FULFILLED
        assert (line.subscription_id, line.seats) == (row.subscription_id, row.seats)
        assert (line.period.start, line.period.end) == (row.period_start, row.period_end)
        assert line.unit_price.minor == row.unit_price_minor
        billed = billed_for(seeded, row)
        if record.kind is OrderKind.TRIAL:
            assert (row.cycle, billed) == (None, None)
        else:
            assert billed is not None
            assert billed.state is InvoiceState.PAID
            assert billed.total == record.total
            assert billed.issued_on == row.period_start


def test_the_log_of_a_subscription_replayed_gives_the_subscription(seeded: Database) -> None:
    for row in rows(seeded, subscription):
        replayed: dict[str, object] = {}
        state: SubscriptionState | None = None
        log = log_of(seeded, row)
        for logged in log:
            allowed, target = TRANSITIONS[EventKind(logged.kind)]
            assert state in allowed
            state = target
            replayed |= logged.changed
        columns = row._asdict()
        assert [logged.version for logged in log] == list(range(1, row.version + 1))
        assert replayed == plain_values({name: columns[name] for name in replayed})
        assert set(columns) - set(replayed) == {
            *("account_id", "subscription_id", "version", "failed_payments")
        }


def test_what_was_billed_of_a_subscription_tiles_its_life(seeded: Database) -> None:
    for row in rows(seeded, subscription):
        invoices = invoices_of(seeded, row.account_id)
        periods = sorted(
            (line.period.start, line.period.end)
            for invoice in invoices
            for line in invoice.lines
            if line.subscription_id == row.subscription_id
        )
        if row.cycle is None:
            assert periods == []
            continue
        assert (periods[0][0], periods[-1][1]) == (row.anchor, row.period_end)
        assert all(earlier[1] == later[0] for earlier, later in pairwise(periods))


def test_the_numbers_of_the_invoices_follow_their_days_without_a_gap(seeded: Database) -> None:
    for row in rows(seeded, account):
        oldest_first = invoices_of(seeded, row.account_id)[::-1]
        numbers = [invoice.number for invoice in oldest_first]
        code = account_code(row.account_id)
        assert numbers == [f"RE-{code}-{n:06d}" for n in range(1, row.invoice_count + 1)]


def test_what_runs_has_its_next_step_ahead(seeded: Database) -> None:
    for row in rows(seeded, subscription):
        today = {
            "trialing": row.period_end - timedelta(days=3),
            "active": row.period_end,
            "cancelling": row.period_end,
            "expired": None,
        }
        assert row.next_step_on == today[row.state]


def test_accounts_that_ordered_pay_on_invoice(seeded: Database) -> None:
    owners = {row.account_id for row in rows(seeded, subscription)}
    for row in rows(seeded, account):
        method = method_of(seeded, row.account_id)
        kind = None if method is None else method.shown.kind
        assert kind == (PaymentKind.INVOICE if row.account_id in owners else None)


def test_the_same_seed_gives_the_same_rows(
    database: Database, empty_database: Database, catalogue: Catalogue, passwords: Passwords
) -> None:
    seed(empty_database, catalogue, passwords, date(2026, 11, 22))
    salted = ("sign_in",)
    for table in metadata.sorted_tables:
        if table.name not in salted:
            one, two = (
                sorted(map(tuple, rows(each, table)), key=repr)
                for each in (database, empty_database)
            )
            assert one == two


def test_a_subscription_of_the_sample_can_be_credited(shop: Shop) -> None:
    session = shop.session()
    (meeting,) = [s for s in shop.service.home(session).subscriptions if s.seats == 12]
    (billed,) = [
        invoice
        for invoice in shop.service.invoices(session)
        if invoice.lines[0].subscription_id == meeting.subscription_id
    ]
    context, bought = context_of(shop), read(shop, billed.account_id, billed.order_id)
    net = billed.net.percent(billed.taxes[0].rate)
    change = change_of(context, bought, billed, net=net, on=date(2026, 11, 22))
    issue(context, change)
    invoice, correction = documents_of(shop, ANNA, change)
    assert (correction.corrects_id, correction.net) == (billed.invoice_id, -net)
    assert invoice.number.endswith("-000009")
