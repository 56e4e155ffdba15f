"""The quote: what an order costs, line by line, and the identity that proves it was the one shown.

One rounding per line, tax once on the sum of the rounded lines, totals as sums of what is printed,
and account credit last.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from billing.rating.identity import identity_of
from billing.rating.money import Money
from billing.rating.periods import BillingPeriod, boundary
from billing.rating.tax import decide_tax

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from billing.rating.periods import BillingCycle
    from billing.rating.tax import BuyerTax, TaxTreatment


@dataclass(frozen=True, slots=True)
class QuoteItem:
    """What is to be priced: `unit_price` is net, per seat, for one whole period of the cycle."""

    line_id: str
    product: str
    tier: str
    seats: int
    cycle: BillingCycle
    unit_price: Money


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line: `amount` = `unit_price` × `seats`, net, for the whole `period`."""

    line_id: str
    product: str
    tier: str
    seats: int
    cycle: BillingCycle
    unit_price: Money
    amount: Money
    period: BillingPeriod
    renews_on: date


@dataclass(frozen=True, slots=True)
class TaxLine:
    """Tax of one rate (percent) on the sum of its net lines."""

    rate: Decimal
    net: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class Quote:
    """A priced order.

    `taxes` is empty when no tax is charged: the treatment says why. `credit_used` is account credit
    (positive) taken off the gross sum. `identity` is a hash of everything that decides the sum,
    with the day and the catalogue version.
    """

    lines: tuple[QuoteLine, ...]
    net: Money
    taxes: tuple[TaxLine, ...]
    treatment: TaxTreatment
    tax_country: str
    credit_used: Money
    total_due: Money
    today: date
    catalogue_version: str
    identity: str


def quote(
    items: Iterable[QuoteItem],
    *,
    today: date,
    currency: str,
    buyer: BuyerTax,
    seller_country: str,
    catalogue_version: str,
    credit: Money,
) -> Quote:
    """Price a purchase that starts today.

    `credit` is the account's credit; as much of it is used as the gross sum takes.

    Raises:
        ValueError: for another currency than `currency`, fewer than one seat, a negative price or
            a negative credit.
        LookupError: when the seller's country is no EU state.
    """
    nothing = Money.zero(currency)
    if credit < nothing:
        raise ValueError("credit is not negative")
    lines = tuple(_line(item, today) for item in items)
    net = Money.total((line.amount for line in lines), currency)
    decision = decide_tax(seller_country, buyer.country, buyer.vat_id, buyer.vat_id_state, today)
    taxes: tuple[TaxLine, ...] = ()
    if decision.rate:
        taxes = (TaxLine(decision.rate, net, net.percent(decision.rate)),)
    gross = Money.total((net, *(line.tax for line in taxes)), currency)
    credit_used = min(credit, gross)
    unsigned = Quote(
        lines=lines,
        net=net,
        taxes=taxes,
        treatment=decision.treatment,
        tax_country=decision.country,
        credit_used=credit_used,
        total_due=gross - credit_used,
        today=today,
        catalogue_version=catalogue_version,
        identity="",
    )
    return replace(unsigned, identity=identity_of(unsigned))


def _line(item: QuoteItem, today: date) -> QuoteLine:
    if item.seats < 1:
        raise ValueError("a line has at least one seat")
    if item.unit_price < Money.zero(item.unit_price.currency):
        raise ValueError("a price is not negative")
    period = BillingPeriod(today, boundary(today, item.cycle.months, 1))
    return QuoteLine(
        line_id=item.line_id,
        product=item.product,
        tier=item.tier,
        seats=item.seats,
        cycle=item.cycle,
        unit_price=item.unit_price,
        amount=item.unit_price * item.seats,
        period=period,
        renews_on=period.end,
    )
