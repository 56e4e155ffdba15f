"""„Ihre Auswahl“: what the answers so far amount to, as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from billing.catalogue.model import BillingCycle, Offer
from tui.formats import day, money, number, period
from tui.i18n import _, own, seats_text
from tui.pricing import Pricing, both_quotes, cycle_name, price_remark
from tui.table import label_and_value, plain
from tui.trial_words import trial_dates

if TYPE_CHECKING:
    from datetime import date

    from billing.rating.quote import Quote
    from tui.flow import Flow

WIDTH = 32


def selection_lines(
    flow: Flow,
    pricing: Pricing,
    *,
    tier: str | None = None,
    seats: int | None = None,
    cycle: BillingCycle | None = None,
    open_seats: bool = False,
) -> list[Content]:
    """The whole pane; `tier`, `seats` and `cycle` stand in for answers not yet given.

    With `open_seats` nobody knows how many licences are meant, and nothing is priced.
    """
    available = flow.available
    if available is None:
        return []
    product = available.product
    tier_id = tier or flow.draft.tier
    parts = [Content(_("Your selection")).stylize("$muted")]
    name = plain(product.name).stylize("bold")
    if tier_id is None:
        return [*parts, name]
    chosen = product.tier(tier_id)
    if len(product.tiers) > 1:
        name = Content.assemble(name, " · ", plain(chosen.name))
    parts += [name, plain(own(chosen.limit)).stylize("$muted")]
    if open_seats:
        return parts
    shown_seats = seats or flow.draft.seats
    fewest, _most = product.seat_limits(tier_id, flow.draft.offer or Offer.BUY)
    parts += [plain(seats_text(shown_seats or fewest, product.seat_noun)), Content("")]
    if flow.draft.offer is Offer.TRIAL and product.trial is not None:
        parts += _trial_lines(pricing.today, product.trial.days)
        return parts
    quotes = both_quotes(flow, pricing, tier=tier, seats=seats)
    if quotes is not None:
        parts += [Content(_("Billing period (beginning today)")).stylize("$muted")]
        for quote in quotes:
            parts += _quote_lines(quote, chosen=cycle)
    parts += [Content(""), Content(price_remark(pricing)).stylize("$muted")]
    return parts


def _quote_lines(quote: Quote, *, chosen: BillingCycle | None) -> list[Content]:
    item = quote.lines[0]
    style = "bold" if chosen is item.cycle else ""
    return [
        label_and_value(cycle_name(item.cycle), money(item.amount), WIDTH, style=style),
        plain(f"  {period(item.period)}").stylize("$muted"),
        label_and_value("  " + _("Next invoice"), day(item.renews_on), WIDTH, style="$muted"),
    ]


def _trial_lines(today: date, days: int) -> list[Content]:
    return [
        Content(_("Free trial")).stylize("bold"),
        *map(plain, trial_dates(today, days)),
        Content(""),
        Content(_("{n} days, free of charge").format(n=number(days))).stylize("$muted"),
        Content(_("ends by itself, no payment data")).stylize("$muted"),
    ]
