"""Living through days with the worker: buy, let time pass, run, and look at what came of it."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from billing.payments.model import Card
from billing.storage.invoice_tables import invoice, invoice_line
from billing.storage.tables import subscription
from tests.service.shop import ANNA, GOOD_CARD, RESCUE, Shop, request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from billing.ordering.model import Selection
    from billing.payments.model import PaymentInput
    from billing.worker.report import WorkerReport
    from tests.service.stock import Stock

Found = TypeVar("Found")
NOON = time(12, tzinfo=UTC)


def move_to(shop: Shop, day: date) -> None:
    """Noon UTC of that day."""
    shop.clock.move_to(datetime.combine(day, NOON))


def bought(
    shop: Shop,
    selection: Selection,
    payment: PaymentInput = GOOD_CARD,
    *,
    mail: str = ANNA,
    day: date | None = None,
) -> str:
    """The id of a subscription that was bought, on `day` when one is named."""
    if day is not None:
        move_to(shop, day)
    session = shop.session(mail)
    placed = shop.service.place_order(session, request(shop.checkout(session, selection), payment))
    return placed.lines[0].subscription_id


def run(shop: Shop) -> WorkerReport:
    """A run of the worker in which nothing may fail."""
    report = shop.service.run_worker()
    assert report.failed == 0
    return report


def past_due(shop: Shop) -> None:
    """A month after Anna bought with a card that is declined when it is charged later."""
    bought(shop, RESCUE, Card("4000 0000 0000 0341", "12/30", "123"))
    shop.clock.advance(timedelta(days=30))
    run(shop)


def suspended(shop: Shop) -> None:
    """After all tries of that card."""
    past_due(shop)
    for days in (3, 5, 7):
        shop.clock.advance(timedelta(days=days))
        run(shop)


@contextmanager
def another(shop: Shop, stock: Stock, folder: Path) -> Iterator[Shop]:
    """Another service on sample data of its own, with the same ids and at the same moment."""
    folder.mkdir()
    with stock.sample(folder) as address:
        opened = Shop(
            folder / "billing.sqlite3",
            catalogue=shop.catalogue,
            clock=shop.clock,
            passwords=shop.passwords,
            address=address,
        )
        yield opened
        opened.close()


def row_of(shop: Shop, subscription_id: str) -> Any:
    """A subscription as it is stored."""
    return only(row for row in shop.rows(subscription) if row.subscription_id == subscription_id)


def lines_of(shop: Shop, subscription_id: str) -> list[Any]:
    """The invoice lines of the renewals of a subscription, in the order of their periods."""
    found = [
        row
        for row in shop.rows(invoice_line)
        if row.subscription_id == subscription_id and row.kind == "renewal"
    ]
    return sorted(found, key=lambda row: row.period_start)


def bill(shop: Shop, order_id: str) -> Any:
    """The invoice of an order."""
    return only(
        row for row in shop.rows(invoice) if row.order_id == order_id and row.kind == "invoice"
    )


def only(found: Iterable[Found]) -> Found:
    """The one that there is."""
    (one,) = found
    return one
