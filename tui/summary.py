"""„Ihre Auswahl“: what the answers so far amount to, as lines of text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from textual.content import Content

from billing.catalogue.model import BillingCycle, Offer
from billing.ordering.model import Selection
from tui.formats import day, money, number, period
from tui.i18n import _, own, seats_text
from tui.table import label_and_value, lines, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing.rating.quote import Quote
    from tui.flow import Flow

WIDTH = 32


@dataclass(frozen=True, slots=True)
class Pricing:
    """How the screens get prices: a pure function, today, currency, whether they are samples."""

    quote: Callable[[tuple[Selection, ...]], Quote]
    today: date
    currency: str
    sample: bool


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


def selection_lines(
    flow: Flow,
    pricing: Pricing,
    *,
    tier: str | None = None,
    seats: int | None = None,
    cycle: BillingCycle | None = None,
    open_seats: bool = False,
) -> Content:
    """The whole pane; `tier`, `seats` and `cycle` stand in for answers not yet given.

    With `open_seats` nobody knows how many licences are meant, and nothing is priced.
    """
    available = flow.available
    if available is None:
        return Content("")
    product = available.product
    tier_id = tier or flow.draft.tier
    parts = [Content(_("Your selection")).stylize("$muted")]
    name = plain(product.name).stylize("bold")
    if tier_id is None:
        return lines([*parts, name])
    chosen = product.tier(tier_id)
    if len(product.tiers) > 1:
        name = Content.assemble(name, " · ", plain(chosen.name))
    parts += [name, plain(own(chosen.limit)).stylize("$muted")]
    if open_seats:
        return lines(parts)
    shown_seats = seats or flow.draft.seats
    fewest, _most = product.seat_limits(tier_id, flow.draft.offer or Offer.BUY)
    parts += [plain(seats_text(shown_seats or fewest, product.seat_noun)), Content("")]
    if flow.draft.offer is Offer.TRIAL and product.trial is not None:
        parts += _trial_lines(pricing.today, product.trial.days)
        return lines(parts)
    quotes = both_quotes(flow, pricing, tier=tier, seats=seats)
    if quotes is not None:
        parts += [Content(_("Billing period (beginning today)")).stylize("$muted")]
        for quote in quotes:
            parts += _quote_lines(quote, chosen=cycle)
    parts += [Content(""), Content(price_remark(pricing)).stylize("$muted")]
    return lines(parts)


def price_remark(pricing: Pricing) -> str:
    """„Musterpreise, netto“ or „alle Preise netto“."""
    return _("sample prices, net of VAT") if pricing.sample else _("all prices net of VAT")


def _quote_lines(quote: Quote, *, chosen: BillingCycle | None) -> list[Content]:
    item = quote.lines[0]
    style = "bold" if chosen is item.cycle else ""
    return [
        label_and_value(cycle_name(item.cycle), money(item.amount), WIDTH, style=style),
        plain(f"  {period(item.period)}").stylize("$muted"),
        label_and_value("  " + _("Next invoice"), day(item.renews_on), WIDTH, style="$muted"),
    ]


def _trial_lines(today: date, days: int) -> list[Content]:
    end = today + timedelta(days=days)
    return [
        Content(_("Free trial")).stylize("bold"),
        plain(f"{day(today)} – {day(end - timedelta(days=1))}"),
        Content(""),
        Content(_("{n} days, free of charge").format(n=number(days))).stylize("$muted"),
        Content(_("ends by itself, no payment data")).stylize("$muted"),
    ]
