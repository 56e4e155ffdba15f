"""What quoting a cart costs in CPU, beside the bare sums that it comes to."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from typing import TYPE_CHECKING

from benchmarks.report import Figure, at_most
from benchmarks.shop import mail_of, shop
from benchmarks.timing import cpu_milliseconds
from billing.catalogue.model import BillingCycle
from billing.ordering.model import Selection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing.catalogue.model import Catalogue

LINES = 20
ROUNDS = 15
CALLS = 40
_CENT = Decimal("0.01")
_VAT = Decimal("0.19")


def figures() -> Iterator[Figure]:
    """Twenty lines of the sample catalogue, quoted without the database."""
    with shop(1) as running:
        service = running.service
        session = service.sign_in_as(mail_of(0))
        selections = _selections(service.catalogue)
        prices = [line.unit_price.amount for line in service.preview(session, selections).lines]
        counts = [Decimal(selection.seats) for selection in selections]
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(cpu_milliseconds(lambda: service.preview(session, selections), CALLS))
            theirs.append(cpu_milliseconds(lambda: _sum(prices, counts), CALLS))
    yield Figure(
        f"quoting a cart of {LINES} lines, CPU",
        "ms",
        ours,
        "its products, sum and tax in Decimal",
        theirs,
        at_most(1.0),
    )


def _selections(catalogue: Catalogue) -> tuple[Selection, ...]:
    every = (
        Selection(product.id, tier.id, tier.min_seats + 7, BillingCycle.ANNUAL)
        for product in catalogue.products
        for tier in product.tiers
    )
    return tuple(islice(every, LINES))


def _sum(prices: list[Decimal], counts: list[Decimal]) -> Decimal:
    net = sum((price * count for price, count in zip(prices, counts, strict=True)), start=Decimal())
    return net + (net * _VAT).quantize(_CENT, ROUND_HALF_UP)
