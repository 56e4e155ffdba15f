"""The words about a product: what can be done with it, and from what price on. Pure: no Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.catalogue.model import BillingCycle
from billing.errors import Problem
from billing.subscriptions.model import SubscriptionState
from tui.flow import offers_for
from tui.formats import day, money, number
from tui.i18n import _, licences_text
from tui.pricing import unit_price
from tui.sentences import problem_sentence

if TYPE_CHECKING:
    from billing.ordering.model import Availability
    from tui.pricing import Pricing


def product_state(available: Availability) -> str:
    """The same in a word or two, for a list."""
    held = available.held
    if held is not None and held.state is SubscriptionState.TRIALING:
        return _("trial running")
    if available.buy is Problem.ALREADY_SUBSCRIBED:
        return _("already subscribed")
    if available.buy is not None:
        return _("not available")
    if available.trial is None and available.product.trial is not None:
        return _("{n}-day free trial").format(n=number(available.product.trial.days))
    return _("trial already used") if available.trial is Problem.TRIAL_USED else _("buy only")


def product_sentences(available: Availability) -> list[str]:
    """What the account has of a product, and how it can be tried."""
    product, held = available.product, available.held
    if held is not None and held.state is SubscriptionState.TRIALING and held.ends_on:
        return [
            _("Your trial ends {day}.").format(day=day(held.ends_on)),
            _("Buying ends it: the paid period starts today."),
        ]
    if held is not None and available.buy is Problem.ALREADY_SUBSCRIBED:
        tier = product.tier_name(held.tier)
        text = _("You have it: {tier}, {licences}.")
        return [text.format(tier=tier, licences=licences_text(held.seats))]
    if available.trial is None and product.trial is not None:
        text = _("Free trial: {n} days, no payment data.")
        return [text.format(n=number(product.trial.days))]
    if available.trial is Problem.TRIAL_USED and available.trial_used_on:
        return [_("Trial used on {day}.").format(day=day(available.trial_used_on))]
    return [_("There is no free trial of it.")]


def from_price(available: Availability, pricing: Pricing) -> str:
    """The lowest price of a product; "" when it cannot be bought."""
    product = available.product
    if available.buy is not None:
        return ""
    price = unit_price(pricing, product.id, product.tiers[0], BillingCycle.MONTHLY)
    return _("from {price} a month per licence").format(price=money(price))


def why_not_available(available: Availability, pricing: Pricing) -> str:
    """Why a product can be neither bought nor tried, and what to do; "" when it can."""
    if offers_for(available) or available.buy is None:
        return ""
    facts = {"product": available.product.name, "currency": pricing.currency}
    return problem_sentence(available.buy, facts)
