"""The words of „Neues Abonnement hinzufügen“: steps, buttons, what is gone. Pure: no Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.catalogue.model import Offer
from billing.ordering.model import Place
from tui.flow import NextLabel, Step
from tui.formats import number
from tui.i18n import _

if TYPE_CHECKING:
    from billing.catalogue.model import Catalogue
    from billing.ordering.model import StoredDraft
    from tui.flow import Dropped, Flow


def flow_heading(flow: Flow) -> str:
    """The name of the flow."""
    return _("Edit Order") if flow.draft.line_id else _("Add New Subscription")


def step_of_steps(flow: Flow) -> str:
    """„Schritt 4 von 5“."""
    steps = flow.steps
    return _("Step {n} of {total}").format(n=steps.index(flow.step) + 1, total=len(steps))


def next_text(label: NextLabel) -> str:
    """The label of the button that goes on."""
    match label:
        case NextLabel.CHECKOUT:
            return _("Proceed to Checkout")
        case NextLabel.ADD_TO_CART:
            return _("Add to Cart")
        case NextLabel.START_TRIAL:
            return _("Start Trial")
        case NextLabel.NEXT:
            return _("Next")


def step_name(flow: Flow, step: Step) -> str:
    """What a step is called in the progress line."""
    match step:
        case Step.PRODUCT:
            return _("Product")
        case Step.OFFER:
            if flow.draft.offer is None:
                return _("Buy / Try")
            return offer_name(flow.draft.offer)
        case Step.TIER:
            return _("Plan tier")
        case Step.SEATS:
            return _("User licences")
        case Step.CYCLE:
            return _("Billing cycle")


def offer_name(offer: Offer) -> str:
    """„Kaufen“ or „Testen“."""
    return _("Buy") if offer is Offer.BUY else _("Try")


def _tier_name(flow: Flow, tier_id: str) -> str:
    """What a tier is called by the products that have it."""
    tiers = (tier for each in flow.shelf.values() for tier in each.product.tiers)
    return next((tier.name for tier in tiers if tier.id == tier_id), tier_id)


def dropped_sentence(flow: Flow, dropped: tuple[Dropped, ...]) -> str:
    """Which earlier answers are no longer possible, and whether to choose again."""
    product = flow.available.product.name if flow.available else ""
    parts = []
    for gone in dropped:
        if gone.step is Step.TIER:
            parts.append(_("plan tier {name}").format(name=_tier_name(flow, str(gone.answer))))
        elif gone.step is Step.SEATS and isinstance(gone.answer, int):
            parts.append(_("{n} user licences").format(n=number(gone.answer)))
        elif gone.step is Step.OFFER and isinstance(gone.answer, Offer):
            parts.append(offer_name(gone.answer))
    asked_again = any(gone.step in flow.steps for gone in dropped)
    message = (
        _("Not possible with {product}: {answers}. Please choose again.")
        if asked_again
        else _("Not possible with {product}: {answers}.")
    )
    return message.format(product=product, answers=", ".join(parts))


def resume_text(stored: StoredDraft, catalogue: Catalogue) -> str:
    """What was being added, and where the last session stood."""
    draft = stored.draft
    names = []
    if draft.product is not None:
        product = catalogue.product(draft.product)
        names.append(product.name)
        if draft.tier is not None:
            names.append(product.tier(draft.tier).name)
    places: dict[str, str] = {
        Step.PRODUCT: _("Product"),
        Step.OFFER: _("Buy / Try"),
        Step.TIER: _("Plan tier"),
        Step.SEATS: _("User licences"),
        Step.CYCLE: _("Billing cycle"),
        Place.CART: _("Cart"),
        Place.CHECKOUT: _("Checkout"),
    }
    return _("You were adding {what} and stood at: {where}").format(
        what=" · ".join(names) or _("a subscription"), where=places.get(stored.place, "")
    )
