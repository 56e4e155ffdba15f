"""Prices for what is being chosen: quotes for the answers so far. Pure: no Textual."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from billing.catalogue.model import BillingCycle, Offer
from billing.ordering.model import Selection
from billing.rating.money import Money
from tui.flow import yearly_saving
from tui.formats import money, percent
from tui.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from billing.catalogue.model import Tier
    from billing.rating.quote import Quote
    from tui.flow import Flow


@dataclass(frozen=True, slots=True)
class Pricing:
    """How the screens get prices: a pure function, today, currency, whether they are samples.

    `seller_mail` is where to write about what cannot be bought here.
    """

    quote: Callable[[tuple[Selection, ...]], Quote]
    today: date
    currency: str
    sample: bool
    seller_mail: str


def cycle_name(cycle: BillingCycle) -> str:
    """„Monatlich“ or „Jährlich“."""
    return _("Monthly") if cycle is BillingCycle.MONTHLY else _("Annual")


def both_quotes(
    flow: Flow, pricing: Pricing, *, tier: str | None = None, seats: int | None = None
) -> tuple[Quote, Quote] | None:
    """Monthly and annual quotes for the answers so far; None until there is a tier."""
    available = flow.available
    draft = replace(flow.draft, tier=tier or flow.draft.tier)
    if available is None or draft.tier is None:
        return None
    fewest, _most = available.product.seat_limits(draft.tier, Offer.BUY)
    number_of_seats = seats or draft.seats or fewest
    monthly, annual = (
        pricing.quote((Selection(available.product.id, draft.tier, number_of_seats, cycle),))
        for cycle in (BillingCycle.MONTHLY, BillingCycle.ANNUAL)
    )
    return monthly, annual


def price_remark(pricing: Pricing) -> str:
    """„Musterpreise, netto“ or „alle Preise netto“."""
    return _("sample prices, net of VAT") if pricing.sample else _("all prices net of VAT")


def unit_price(pricing: Pricing, product: str, tier: Tier, cycle: BillingCycle) -> Money:
    """What one licence of a tier costs for one period of a cycle."""
    quote = pricing.quote((Selection(product, tier.id, tier.min_seats, cycle),))
    return quote.lines[0].unit_price


def saving_text(monthly: Quote, annual: Quote) -> str:
    """What a year billed at once saves; "" when it saves nothing."""
    minor, part = yearly_saving(monthly, annual)
    if minor <= 0:
        return ""
    return _("you save {amount} a year ({percent})").format(
        amount=money(Money.from_minor(minor, annual.net.currency)), percent=percent(Decimal(part))
    )
