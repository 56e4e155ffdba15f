"""The words about a product: what can be done with it, and from what price on. Pure: no Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.catalogue.model import BillingCycle
from billing.errors import Problem
from billing.subscriptions.model import SubscriptionState
from tui.flow import offers_for
from tui.formats import day, money, number
from tui.home_words import next_invoice
from tui.i18n import N_, _, licences_text
from tui.pricing import unit_price
from tui.sentences import problem_sentence

if TYPE_CHECKING:
    from billing.ordering.model import Availability
    from billing.subscriptions.model import Subscription
    from tui.pricing import Pricing

# Of these more is said than that the account has the product.
_STATES = {
    SubscriptionState.CANCELLING: N_("cancelled"),
    SubscriptionState.PAST_DUE: N_("payment open"),
    SubscriptionState.SUSPENDED: N_("payment open"),
}


def product_state(available: Availability) -> str:
    """The same in a word or two, for a list."""
    held = available.held
    if held is not None and held.state is SubscriptionState.TRIALING:
        return _("trial running")
    if held is not None and available.buy is Problem.ALREADY_SUBSCRIBED:
        more = _STATES.get(held.state)
        return _(more) if more else _("already subscribed")
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
        told = [text.format(tier=tier, licences=licences_text(held.seats))]
        return [*told, next_invoice(held)] if held.state in _STATES else told
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
    held = available.held
    if held is None or available.buy is not Problem.ALREADY_SUBSCRIBED:
        return problem_sentence(available.buy, facts)
    return _why_held(held, available.product.name, pricing.seller_mail)


def _why_held(held: Subscription, product: str, mail: str) -> str:
    """Why what the account has cannot be bought once more, and what to do instead."""
    match held.state:
        case SubscriptionState.CANCELLING:
            text = _(
                "{product} is cancelled as of {day}. From then on you can buy it again; to keep "
                "it, please write to {mail}."
            )
        case SubscriptionState.PAST_DUE:
            text = _(
                "Your account already has {product}, and a payment for it is open. Please pay "
                "the open invoice on the start page."
            )
        case SubscriptionState.SUSPENDED:
            text = _(
                "{product} is suspended because an invoice is open. Please pay it on the start "
                "page; access is back at once."
            )
        case _ if not held.seats_free:
            text = _(
                "Your account already has {product}, and all of its licences are assigned. For "
                "more of them, please write to {mail}."
            )
        case _:
            return problem_sentence(Problem.ALREADY_SUBSCRIBED, {"product": product})
    end = day(held.ends_on) if held.ends_on else ""
    return text.format(product=product, day=end, mail=mail)
