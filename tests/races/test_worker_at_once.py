"""The worker beside another worker, beside a cancellation, and beside a change, on the due day."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from billing.catalogue.model import BillingCycle
from billing.ordering.model import Selection
from billing.storage.invoice_tables import invoice_line
from billing.storage.tables import outbox
from tests.processes.crew import race
from tests.processes.jobs import cancel, change, work
from tests.service.audit import audit
from tests.service.books import Books
from tests.service.life import bought, row_of
from tests.service.shop import ADA, ANNA, IBAN, LENA
from tests.service.stock import NOON
from tests.service.subscribed import change_of, held, with_changes

if TYPE_CHECKING:
    from tests.processes.premises import Premises
    from tests.service.shop import Shop

DUE = datetime(2026, 12, 22, 12, tzinfo=NOON.tzinfo)
MONTH_LATER = datetime(2027, 1, 22, 12, tzinfo=NOON.tzinfo)
MONTHLY = tuple(
    Selection(product, tier, 2, BillingCycle.MONTHLY)
    for product, tier in (
        ("logmein-rescue", "rescue"),
        ("goto-webinar", "lite"),
        ("openvoice", "openvoice"),
        ("hamachi", "standard"),
    )
)


def renewals(shop: Shop) -> Counter[str]:
    """How often every subscription was renewed."""
    lines = [row for row in shop.rows(invoice_line) if row.kind == "renewal"]
    periods = {(row.subscription_id, row.period_start) for row in lines}
    assert len(periods) == len(lines)
    return Counter(row.subscription_id for row in lines)


def finish(shop: Shop, moment: datetime) -> None:
    """Do what the runs at once left, and audit everything."""
    shop.clock.move_to(moment)
    assert shop.service.run_worker().failed == 0
    assert shop.service.run_worker().idle
    audit(Books(shop))


@pytest.mark.parametrize("workers", [2, 4])
def test_workers_at_once_renew_every_period_once(
    premises: Premises, shop: Shop, workers: int
) -> None:
    mine = [bought(shop, selection) for selection in MONTHLY[:2]]
    mine += [bought(shop, MONTHLY[2], IBAN, mail=LENA), bought(shop, MONTHLY[3], mail=ADA)]
    paid = len(shop.bank.operations())
    came = race(replace(premises, moment=MONTH_LATER), [work()] * workers)
    reports: list[Any] = [one.answer for one in came]
    finish(shop, MONTH_LATER)
    assert renewals(shop) == dict.fromkeys(mine, 2)
    assert sum(report.renewals for report in reports) == len(mine) * 2
    assert len(shop.bank.operations()) - paid == len(mine) * 2
    told = Counter(premises.message_ids())
    assert set(told.values()) == {1}
    assert len(told) == len(shop.rows(outbox))


def test_a_cancellation_beside_the_worker_comes_before_or_after_the_renewal(
    premises: Premises, shop: Shop
) -> None:
    mine = [bought(shop, selection) for selection in MONTHLY]
    at_noon = replace(premises, moment=DUE)
    came = race(at_noon, [work(), *(cancel(ANNA, subscription_id) for subscription_id in mine)])
    finish(shop, DUE)
    renewed = renewals(shop)
    for subscription_id, one in zip(mine, came[1:], strict=True):
        row = row_of(shop, subscription_id)
        found = (one.kind, row.state, renewed[subscription_id])
        assert found in {
            ("done", "expired", 0),
            ("done", "cancelling", 1),
            # Cancelled between the renewal and its payment, the answer was to wait for that.
            ("Refused payment_open", "active", 1),
        }
    assert len(shop.bank.operations()) == len(mine) + renewed.total()


def test_a_change_beside_the_worker_takes_the_place_of_the_renewal_or_is_refused(
    premises: Premises, shop: Shop
) -> None:
    for selection in MONTHLY:
        bought(shop, selection)
    shop.clock.move_to(DUE)
    session = shop.session(ANNA)
    ones = [held(shop, session, selection.product) for selection in MONTHLY]
    wishes = [
        change_of(
            shop, session, one, with_changes(one, seats=3), key=f"{one.subscription_id[:-1]}x"
        )
        for one in ones
    ]
    came = race(replace(premises, moment=DUE), [work(), *(change(ANNA, wish) for wish in wishes)])
    finish(shop, DUE)
    renewed = renewals(shop)
    for held_one, one in zip(ones, came[1:], strict=True):
        row = row_of(shop, held_one.subscription_id)
        found = (one.refusal or "done", row.seats, renewed[held_one.subscription_id])
        assert found in {("done", 3, 0), ("Refused", 2, 1)}, one
        assert one.told in {"", "subscription_changed", "payment_open"}
    assert len(shop.bank.operations()) == 2 * len(MONTHLY)
