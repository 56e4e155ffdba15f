"""The five questions of the flow: each lists what can be answered, with prices and dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.catalogue.model import BillingCycle, Offer
from tui.flow import offers_for
from tui.formats import number
from tui.i18n import _, own
from tui.plain.comparison import compare
from tui.plain.selection import cycle_words, say_periods, say_selection, tier_words
from tui.pricing import both_quotes, cycle_name, price_remark, saving_text
from tui.product_words import from_price, product_sentences, product_state, why_not_available
from tui.seats_words import seats_flaw, seats_flaw_sentence
from tui.sentences import seats_sentence

if TYPE_CHECKING:
    from billing.ordering.model import Availability
    from tui.flow import Flow
    from tui.plain.visit import Visit

MOST_DIGITS = 7


@dataclass(frozen=True, slots=True)
class OtherLine:
    """The product is in the cart already: that line is changed instead."""

    line_id: str


def product(visit: Visit, flow: Flow) -> str | OtherLine:
    """Which product; what cannot be had says so here, with the reason and what to do."""
    in_cart = {
        line.selection.product: line.line_id
        for line in visit.cart.lines
        if line.line_id != flow.draft.line_id
    }
    options = [
        (key, _product_option(visit, available, in_cart=key in in_cart))
        for key, available in flow.shelf.items()
    ]
    open_ones = (k for k, a in flow.shelf.items() if offers_for(a) and k not in in_cart)
    default = flow.draft.product or next(open_ones, None)
    visit.talk.say(price_remark(visit.pricing))
    key = visit.talk.choose(
        _("Which product would you like to add?"),
        options,
        default=default,
        why_not=lambda key: why_not_available(flow.shelf[key], visit.pricing),
    )
    if key in in_cart:
        return OtherLine(in_cart[key])
    chosen = flow.shelf[key]
    visit.talk.say(chosen.product.name, own(chosen.product.summary), *product_sentences(chosen))
    return key


def _product_option(visit: Visit, available: Availability, *, in_cart: bool) -> str:
    state = _("in the cart") if in_cart else product_state(available)
    price = from_price(available, visit.pricing)
    return f"{available.product.name}: " + ", ".join(filter(None, (state, price)))


def offer(visit: Visit, flow: Flow) -> Offer:
    """Buy or try."""
    trial = flow.available.product.trial if flow.available else None
    free = _("free for {n} days, no payment data").format(n=number(trial.days) if trial else "")
    options = [
        (Offer.BUY, f"{_('Buy')}: {_('subscription, paid from today on')}"),
        (Offer.TRIAL, f"{_('Try')}: {free}"),
    ]
    question = _("Would you like to buy it or try it first?")
    return visit.talk.choose(question, options, default=flow.draft.offer or Offer.BUY)


def tier(visit: Visit, flow: Flow) -> str:
    """Which plan tier; the comparison of the plans is the last of the list."""
    available = flow.available
    tiers = available.product.tiers if available else ()
    options = [(each.id, tier_words(visit, flow, each)) for each in tiers]
    options.append(("", _("Compare Plans")))
    default = flow.draft.tier or tiers[0].id
    if flow.draft.offer is not Offer.TRIAL:
        say_periods(visit, flow, default)
    while True:
        question = _("Which plan tier would you like?")
        chosen = visit.talk.choose(question, options, default=default)
        if chosen:
            return chosen
        compare(visit, flow)


def seats(visit: Visit, flow: Flow) -> int:
    """How many licences."""
    draft, available = flow.draft, flow.available
    if available is None or draft.tier is None:
        return 1
    fewest, most = available.product.seat_limits(draft.tier, draft.offer or Offer.BUY)
    facts = {"minimum": fewest, "maximum": most, "noun": available.product.seat_noun}
    if draft.offer is not Offer.TRIAL:
        say_selection(visit, flow)
    visit.talk.say(_("How many new user licences?"), seats_sentence(facts))
    while True:
        default = str(draft.seats or fewest)
        typed = visit.talk.ask(_("Number of user licences"), default=default, longest=MOST_DIGITS)
        if (flaw := seats_flaw(typed, fewest, most)) is None:
            return int(typed)
        visit.talk.say(seats_flaw_sentence(flaw, facts))


def cycle(visit: Visit, flow: Flow) -> BillingCycle:
    """How to be billed."""
    quotes = both_quotes(flow, visit.pricing)
    default = flow.draft.cycle or BillingCycle.ANNUAL
    if quotes is None:
        return default
    monthly, annual = quotes
    saving = saving_text(monthly, annual)
    names = {
        BillingCycle.MONTHLY: cycle_words(monthly),
        BillingCycle.ANNUAL: ", ".join(filter(None, (cycle_words(annual), saving))),
    }
    options = [(each, f"{cycle_name(each)}: {names[each]}") for each in BillingCycle]
    visit.talk.say(price_remark(visit.pricing))
    return visit.talk.choose(_("How would you like to be billed?"), options, default=default)
