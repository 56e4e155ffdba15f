"""The way through „Neues Abonnement hinzufügen“ as data: which step follows which.

Pure: no Textual, no database. A flow is a draft, the shelf it chooses from and the step at hand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from billing.catalogue.model import BillingCycle, Offer
from billing.ordering.model import Selection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing.ordering.model import Availability, CartLine, Draft
    from billing.rating.quote import Quote

Shelf: TypeAlias = "Mapping[str, Availability]"
Answer: TypeAlias = str | int | Offer | BillingCycle | None


class Step(StrEnum):
    """The questions of the flow in their order; the values are stored and never change."""

    PRODUCT = "product"
    OFFER = "offer"
    TIER = "tier"
    SEATS = "seats"
    CYCLE = "cycle"


class NextLabel(StrEnum):
    """What the button of a step says."""

    NEXT = "next"
    CHECKOUT = "checkout"
    ADD_TO_CART = "add_to_cart"
    START_TRIAL = "start_trial"


@dataclass(frozen=True, slots=True)
class Dropped:
    """An answer that a change of an earlier one made impossible."""

    step: Step
    answer: Answer


def offers_for(available: Availability) -> tuple[Offer, ...]:
    """What can be done with a product: buy, try, both or nothing."""
    offers = []
    if available.buy is None:
        offers.append(Offer.BUY)
    if available.trial is None:
        offers.append(Offer.TRIAL)
    return tuple(offers)


def steps_for(draft: Draft, shelf: Shelf) -> tuple[Step, ...]:
    """The steps of this draft; a step that has one possible answer is left out."""
    available = shelf.get(draft.product or "")
    if available is None:
        return tuple(Step)
    steps = [Step.PRODUCT]
    if len(offers_for(available)) > 1:
        steps.append(Step.OFFER)
    if len(available.product.tiers) > 1:
        steps.append(Step.TIER)
    fewest, most = _widest_seats(draft, available)
    if fewest != most:
        steps.append(Step.SEATS)
    if draft.offer is not Offer.TRIAL and offers_for(available) != (Offer.TRIAL,):
        steps.append(Step.CYCLE)
    return tuple(steps)


def _widest_seats(draft: Draft, available: Availability) -> tuple[int, int]:
    """Fewest and most seats of the tier chosen, or over all tiers while none is."""
    tiers = [draft.tier] if draft.tier else [tier.id for tier in available.product.tiers]
    offer = draft.offer or Offer.BUY
    limits = [available.product.seat_limits(tier, offer) for tier in tiers]
    return min(low for low, _ in limits), max(high for _, high in limits)


def _kept(draft: Draft, shelf: Shelf) -> tuple[Draft, tuple[Dropped, ...]]:
    """The draft with its only-possible answers filled in and its impossible ones taken out."""
    available = shelf.get(draft.product or "")
    if available is None or not offers_for(available):
        return replace(draft, product=None), ()
    dropped: list[Dropped] = []
    offers = offers_for(available)
    if draft.offer is not None and draft.offer not in offers:
        dropped.append(Dropped(Step.OFFER, draft.offer))
        draft = replace(draft, offer=None)
    if len(offers) == 1:
        draft = replace(draft, offer=offers[0])
    tiers = [tier.id for tier in available.product.tiers]
    if draft.tier is not None and draft.tier not in tiers:
        dropped.append(Dropped(Step.TIER, draft.tier))
        draft = replace(draft, tier=None)
    if len(tiers) == 1:
        draft = replace(draft, tier=tiers[0])
    fewest, most = _widest_seats(draft, available)
    if draft.seats is not None and not fewest <= draft.seats <= most:
        dropped.append(Dropped(Step.SEATS, draft.seats))
        draft = replace(draft, seats=None)
    if draft.tier and fewest == most:
        draft = replace(draft, seats=fewest)
    return draft, tuple(dropped)


@dataclass(frozen=True, slots=True)
class Flow:
    """A draft, what can be chosen, the step at hand, and what the last change took away."""

    draft: Draft
    shelf: Shelf
    step: Step = Step.PRODUCT
    dropped: tuple[Dropped, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of this draft in their order."""
        return steps_for(self.draft, self.shelf)

    @property
    def available(self) -> Availability | None:
        """The product chosen, with what can be done with it."""
        return self.shelf.get(self.draft.product or "")

    def answered(self, answer: Answer) -> Flow | None:
        """The flow after the step at hand was answered; None when that was the last step."""
        draft, dropped = _kept(_with(self.draft, self.step, answer), self.shelf)
        flow = replace(self, draft=draft, dropped=dropped)
        following = [step for step in flow.steps if _order(step) > _order(self.step)]
        return replace(flow, step=following[0]) if following else None

    def finished(self, answer: Answer) -> Draft:
        """The draft with an answer to the step at hand in it."""
        draft, _ = _kept(_with(self.draft, self.step, answer), self.shelf)
        return draft

    def back(self) -> Flow | None:
        """The flow one step back; None at the first step."""
        earlier = [step for step in self.steps if _order(step) < _order(self.step)]
        return replace(self, step=earlier[-1], dropped=()) if earlier else None

    def at(self, step: Step) -> Flow:
        """The flow at a step; at an open question before it, or the next one if it is left out."""
        draft, dropped = _kept(self.draft, self.shelf)
        flow = replace(self, draft=draft, dropped=dropped)
        for candidate in flow.steps:
            open_question = getattr(draft, candidate.value) is None
            if candidate is step or open_question or _order(candidate) > _order(step):
                return replace(flow, step=candidate)
        return replace(flow, step=flow.steps[-1])

    def next_label(self, other_lines: int) -> NextLabel:
        """What the button says, given how many other lines the cart holds."""
        if self.step is not self.steps[-1] or self.step is Step.PRODUCT:
            return NextLabel.NEXT
        if self.draft.offer is Offer.TRIAL:
            return NextLabel.START_TRIAL
        return NextLabel.ADD_TO_CART if other_lines else NextLabel.CHECKOUT

    def selection(self, cycle: BillingCycle, seats: int | None = None) -> Selection | None:
        """What would go into the cart with this cycle, once tier and seats are known."""
        number = seats if seats is not None else self.draft.seats
        if self.draft.product is None or self.draft.tier is None or number is None:
            return None
        return Selection(self.draft.product, self.draft.tier, number, cycle)


def selection_of(draft: Draft) -> Selection:
    """The finished draft as a cart line.

    Raises:
        ValueError: an answer is missing.
    """
    if draft.product is None or draft.tier is None or draft.seats is None or draft.cycle is None:
        raise ValueError("the draft is not finished")
    return Selection(draft.product, draft.tier, draft.seats, draft.cycle)


def step_at(place: str) -> Step:
    """The step of a stored place; the last one for places behind the flow."""
    return Step(place) if place in set(Step) else Step.CYCLE


def draft_of(line: CartLine, draft: Draft) -> Draft:
    """The draft with the answers of a cart line, to change that line."""
    chosen = line.selection
    return replace(
        draft,
        product=chosen.product,
        offer=Offer.BUY,
        tier=chosen.tier,
        seats=chosen.seats,
        cycle=chosen.cycle,
        line_id=line.line_id,
    )


def yearly_saving(monthly: Quote, annual: Quote) -> tuple[int, int]:
    """What a year billed at once saves: minor units, and whole percent rounded down."""
    twelve = monthly.net.minor * 12
    saved = twelve - annual.net.minor
    return saved, saved * 100 // twelve if twelve else 0


def _with(draft: Draft, step: Step, answer: Answer) -> Draft:
    """The draft with another answer to a step."""
    match step, answer:
        case Step.PRODUCT, str():
            return replace(draft, product=answer)
        case Step.OFFER, Offer():
            return replace(draft, offer=answer)
        case Step.TIER, str():
            return replace(draft, tier=answer)
        case Step.SEATS, int():
            return replace(draft, seats=answer)
        case Step.CYCLE, BillingCycle():
            return replace(draft, cycle=answer)
    raise TypeError(f"{answer!r} is no answer to {step}")


def _order(step: Step) -> int:
    return list(Step).index(step)
