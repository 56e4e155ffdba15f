"""„Ihre Auswahl“ in sentences: what the answers so far amount to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.catalogue.model import BillingCycle, Offer
from tui.formats import day, money, number, period
from tui.i18n import _, own, seats_text
from tui.pricing import both_quotes, cycle_name, price_remark, unit_price
from tui.trial_words import trial_dates

if TYPE_CHECKING:
    from billing.catalogue.model import Tier
    from billing.rating.quote import Quote, QuoteLine
    from tui.flow import Flow
    from tui.plain.visit import Visit


def tier_words(visit: Visit, flow: Flow, tier: Tier) -> str:
    """A plan tier with its limit, and what a licence costs when it is bought."""
    words = f"{tier.name}: {own(tier.limit)}"
    if flow.draft.offer is Offer.TRIAL:
        return words
    prices = [
        text.format(price=money(unit_price(visit.pricing, flow.draft.product or "", tier, cycle)))
        for text, cycle in (
            (_("{price} monthly"), BillingCycle.MONTHLY),
            (_("{price} annually"), BillingCycle.ANNUAL),
        )
    ]
    return ", ".join((words, *prices))


def cycle_words(quote: Quote) -> str:
    """Price, period and next invoice of a quote with one line."""
    item = quote.lines[0]
    return f"{money(item.amount)}, {_dates(item)}"


def _dates(item: QuoteLine) -> str:
    renews = _("next invoice {day}").format(day=day(item.renews_on))
    return f"{period(item.period)}, {renews}"


def say_periods(visit: Visit, flow: Flow, tier: str) -> None:
    """Billing period and next invoice of both cycles, which are the same for every tier."""
    for quote in both_quotes(flow, visit.pricing, tier=tier) or ():
        item = quote.lines[0]
        visit.talk.say(f"{cycle_name(item.cycle)}: {_dates(item)}")
    visit.talk.say(price_remark(visit.pricing))


def say_selection(visit: Visit, flow: Flow) -> None:
    """What would be bought, both prices of it, the billing period and the next invoice."""
    quotes = both_quotes(flow, visit.pricing)
    if quotes is None or flow.available is None:
        return
    product, item = flow.available.product, quotes[0].lines[0]
    chosen = product.tier(item.tier)
    named = (product.name, chosen.name, seats_text(item.seats, product.seat_noun))
    visit.talk.say(
        f"{_('Your selection')}: {', '.join(named)}",
        *(f"{cycle_name(quote.lines[0].cycle)}: {cycle_words(quote)}" for quote in quotes),
        price_remark(visit.pricing),
    )


def say_trial(visit: Visit, flow: Flow) -> None:
    """What would be tried, until when, and that it costs nothing."""
    draft, available = flow.draft, flow.available
    if available is None or available.product.trial is None or draft.tier is None:
        return
    product, days = available.product, available.product.trial.days
    named = [product.name, product.tier(draft.tier).name]
    if draft.seats is not None:
        named.append(seats_text(draft.seats, product.seat_noun))
    visit.talk.say(
        "",
        f"{_('Free trial')}: {', '.join(named)}",
        *trial_dates(visit.pricing.today, days),
        _("{n} days, free of charge").format(n=number(days)),
        _("ends by itself, no payment data"),
    )
