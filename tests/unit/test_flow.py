"""The flow as data: which step follows which, and what a changed answer leaves of the others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.catalogue.model import BillingCycle, Offer, Product, SeatNoun, Text, Tier, Trial
from billing.errors import Problem
from billing.ordering.model import Availability, Draft, Selection
from billing.rating.money import Money
from billing.rating.quote import Quote
from tui.flow import (
    Answer,
    Dropped,
    Flow,
    NextLabel,
    Shelf,
    Step,
    offers_for,
    selection_of,
    steps_for,
    yearly_saving,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXT = Text("", "")
EMPTY = Draft("draft", "key")


def tier(tier_id: str, fewest: int = 1, most: int = 100) -> Tier:
    return Tier(tier_id, tier_id.title(), TEXT, fewest, most, {}, {})


def product(product_id: str, tiers: Sequence[Tier], trial_seats: int | None = None) -> Product:
    trial = None if trial_seats is None else Trial(14, trial_seats)
    return Product(product_id, product_id, TEXT, SeatNoun(TEXT, TEXT), tuple(tiers), (), trial)


def available(
    sold: Product, *, buy: Problem | None = None, trial: Problem | None = None
) -> Availability:
    return Availability(sold, buy, Problem.NO_TRIAL if sold.trial is None else trial)


WEBINAR = available(product("webinar", [tier("lite"), tier("pro")], trial_seats=5))
MEETING = available(product("meeting", [tier("pro"), tier("business")], trial_seats=5))
RESCUE = available(product("rescue", [tier("rescue")], trial_seats=3))
HAMACHI = available(product("hamachi", [tier("standard", most=20)]))
SINGLE = available(product("single", [tier("only", 1, 1)]))
TRIED = available(WEBINAR.product, trial=Problem.TRIAL_USED)
GONE = available(WEBINAR.product, buy=Problem.ALREADY_SUBSCRIBED, trial=Problem.ALREADY_SUBSCRIBED)
TRIAL_ONLY = available(WEBINAR.product, buy=Problem.NOT_SOLD_IN_CURRENCY)


def shelf(*products: Availability) -> Shelf:
    return {each.product.id: each for each in products}


def walk(flow: Flow, *answers: Answer) -> Flow:
    for answer in answers:
        further = flow.answered(answer)
        assert further is not None
        flow = further
    return flow


ALL = shelf(WEBINAR, MEETING, RESCUE, HAMACHI, SINGLE)


@pytest.mark.parametrize(
    ("choice", "offer", "steps"),
    [
        (WEBINAR, Offer.BUY, ["product", "offer", "tier", "seats", "cycle"]),
        (WEBINAR, Offer.TRIAL, ["product", "offer", "tier", "seats"]),
        (RESCUE, Offer.BUY, ["product", "offer", "seats", "cycle"]),
        (HAMACHI, Offer.BUY, ["product", "seats", "cycle"]),
        (SINGLE, Offer.BUY, ["product", "cycle"]),
        (TRIED, Offer.BUY, ["product", "tier", "seats", "cycle"]),
        (TRIAL_ONLY, Offer.TRIAL, ["product", "tier", "seats"]),
    ],
)
def test_a_step_with_one_possible_answer_is_left_out(
    choice: Availability, offer: Offer, steps: list[str]
) -> None:
    draft = replace(EMPTY, product=choice.product.id, offer=offer)
    assert steps_for(draft, shelf(choice)) == tuple(map(Step, steps))


def test_before_a_product_is_chosen_all_steps_are_ahead() -> None:
    assert steps_for(EMPTY, ALL) == tuple(Step)


def test_the_only_possible_answers_are_given_without_asking() -> None:
    flow = walk(Flow(EMPTY, ALL), "single")
    assert flow.step is Step.CYCLE
    assert selection_of(flow.finished(BillingCycle.ANNUAL)) == Selection(
        "single", "only", 1, BillingCycle.ANNUAL
    )


def test_forth_to_the_end_and_back_to_the_start_visits_the_same_steps() -> None:
    flow = walk(Flow(EMPTY, ALL), "webinar", Offer.BUY, "pro", 5)
    assert flow.step is Step.CYCLE
    assert flow.answered(BillingCycle.ANNUAL) is None
    steps: list[Step] = [flow.step]
    while (earlier := flow.back()) is not None:
        flow = earlier
        steps.append(flow.step)
    assert steps == [*reversed(Step)]
    assert (flow.draft.offer, flow.draft.tier, flow.draft.seats) == (Offer.BUY, "pro", 5)


def test_back_skips_what_was_skipped_forth() -> None:
    flow = walk(Flow(EMPTY, ALL), "rescue", Offer.BUY)
    earlier = flow.back()
    assert flow.step is Step.SEATS
    assert earlier is not None
    assert earlier.step is Step.OFFER


def test_another_product_keeps_the_answers_it_knows_and_reports_nothing() -> None:
    flow = replace(walk(Flow(EMPTY, ALL), "webinar", Offer.BUY, "pro", 5), step=Step.PRODUCT)
    other = walk(flow, "meeting")
    assert (other.draft.offer, other.draft.tier, other.draft.seats) == (Offer.BUY, "pro", 5)
    assert other.dropped == ()


def test_another_product_reports_the_answers_it_does_not_know() -> None:
    flow = replace(walk(Flow(EMPTY, ALL), "webinar", Offer.BUY, "lite", 50), step=Step.PRODUCT)
    other = walk(flow, "meeting")
    assert other.dropped == (Dropped(Step.TIER, "lite"),)
    assert (other.draft.tier, other.draft.seats) == (None, 50)


def test_a_product_without_a_trial_reports_the_trial_and_is_bought() -> None:
    flow = replace(walk(Flow(EMPTY, ALL), "webinar", Offer.TRIAL), step=Step.PRODUCT)
    other = walk(flow, "hamachi")
    assert other.dropped == (Dropped(Step.OFFER, Offer.TRIAL),)
    assert other.draft.offer is Offer.BUY


def test_a_trial_drops_seats_above_its_own_maximum_and_says_so() -> None:
    flow = replace(walk(Flow(EMPTY, ALL), "webinar", Offer.BUY, "pro", 50), step=Step.OFFER)
    tried = walk(flow, Offer.TRIAL)
    assert tried.dropped == (Dropped(Step.SEATS, 50),)
    assert tried.draft.seats is None


def test_a_detour_over_the_trial_keeps_the_billing_cycle() -> None:
    draft = replace(EMPTY, product="webinar", offer=Offer.BUY, tier="pro", seats=5)
    flow = Flow(replace(draft, cycle=BillingCycle.MONTHLY), ALL, Step.OFFER)
    tried = replace(walk(flow, Offer.TRIAL), step=Step.OFFER)
    assert walk(tried, Offer.BUY).draft.cycle is BillingCycle.MONTHLY


@pytest.mark.parametrize(
    ("wanted", "draft", "step"),
    [
        (Step.TIER, replace(EMPTY, product="webinar", offer=Offer.BUY, tier="pro"), Step.TIER),
        (Step.CYCLE, replace(EMPTY, product="webinar", offer=Offer.BUY, tier="pro"), Step.SEATS),
        (Step.CYCLE, replace(EMPTY, product="webinar"), Step.OFFER),
        (Step.CYCLE, EMPTY, Step.PRODUCT),
        (Step.CYCLE, replace(EMPTY, product="no longer sold"), Step.PRODUCT),
        (
            Step.CYCLE,
            replace(EMPTY, product="webinar", offer=Offer.TRIAL, tier="pro", seats=2),
            Step.SEATS,
        ),
        (Step.TIER, replace(EMPTY, product="rescue", offer=Offer.BUY, seats=2), Step.SEATS),
    ],
)
def test_at_goes_to_a_step_or_as_near_to_it_as_the_answers_reach(
    wanted: Step, draft: Draft, step: Step
) -> None:
    assert Flow(draft, ALL).at(wanted).step is step


def test_at_starts_over_with_a_product_that_cannot_be_had_any_more() -> None:
    draft = replace(EMPTY, product="webinar", offer=Offer.BUY, tier="pro", seats=5)
    flow = Flow(draft, shelf(GONE, MEETING)).at(Step.CYCLE)
    assert (flow.step, flow.draft.product) == (Step.PRODUCT, None)


@pytest.mark.parametrize(
    ("offer", "other_lines", "label"),
    [
        (Offer.BUY, 0, NextLabel.CHECKOUT),
        (Offer.BUY, 1, NextLabel.ADD_TO_CART),
        (Offer.TRIAL, 0, NextLabel.START_TRIAL),
        (Offer.TRIAL, 2, NextLabel.START_TRIAL),
    ],
)
def test_the_last_button_says_where_it_leads(
    offer: Offer, other_lines: int, label: NextLabel
) -> None:
    flow = walk(Flow(EMPTY, ALL), "webinar", offer, "pro", *([5] if offer is Offer.BUY else []))
    assert flow.next_label(other_lines) is label


@pytest.mark.parametrize("answers", [(), ("webinar",), ("webinar", Offer.BUY, "pro")])
def test_every_earlier_button_says_next(answers: tuple[Answer, ...]) -> None:
    assert walk(Flow(EMPTY, ALL), *answers).next_label(0) is NextLabel.NEXT


def test_an_unfinished_draft_is_no_selection() -> None:
    with pytest.raises(ValueError, match="not finished"):
        selection_of(replace(EMPTY, product="webinar"))


@pytest.mark.parametrize(
    ("monthly", "annual", "saving"),
    [(24900, 238800, (60000, 20)), (1000, 12000, (0, 0)), (0, 0, (0, 0)), (100, 1201, (-1, -1))],
)
def test_the_yearly_saving_is_against_twelve_months(
    monthly: int, annual: int, saving: tuple[int, int]
) -> None:
    assert yearly_saving(_quote(monthly), _quote(annual)) == saving


def _quote(net: int) -> Quote:
    quote = object.__new__(Quote)
    object.__setattr__(quote, "net", Money.from_minor(net, "EUR"))
    return quote


# Any walk of answers and steps back


@st.composite
def shelves(draw: st.DrawFn) -> Shelf:
    products = []
    for index in range(draw(st.integers(2, 4))):
        limits = draw(
            st.lists(st.tuples(st.integers(1, 3), st.integers(0, 3)), min_size=1, max_size=3)
        )
        tiers = [tier(f"tier{n}", low, low + more) for n, (low, more) in enumerate(limits)]
        trial = draw(st.none() | st.integers(1, 4))
        sold = product(f"product{index}", tiers, trial)
        problems = st.none() | st.just(Problem.TRIAL_USED)
        buy = None if index < 2 else draw(st.none() | st.just(Problem.NOT_SOLD_IN_CURRENCY))
        products.append(available(sold, buy=buy, trial=draw(problems)))
    return shelf(*products)


def possible(step: Step, draft: Draft, on: Shelf) -> list[Answer]:
    """What can be answered at a step, reckoned from the catalogue alone."""
    if step is Step.PRODUCT:
        return [key for key, each in on.items() if each.buy is None or each.trial is None]
    chosen = on[draft.product or ""]
    if step is Step.OFFER:
        return list(offers_for(chosen))
    if step is Step.TIER:
        return [each.id for each in chosen.product.tiers]
    if step is Step.CYCLE:
        return list(BillingCycle) if draft.offer is Offer.BUY else []
    fewest, most = chosen.product.seat_limits(draft.tier or "", draft.offer or Offer.BUY)
    return list(range(fewest, most + 1))


def gone(before: Flow, after: Flow) -> list[Dropped]:
    """Answers to later questions that are no longer what they were."""
    later = list(Step)[list(Step).index(before.step) + 1 :]
    answers = [(step, getattr(before.draft, step.value)) for step in later]
    return [
        Dropped(step, answer)
        for step, answer in answers
        if answer is not None and getattr(after.draft, step.value) != answer
    ]


@settings(max_examples=150, deadline=None)
@given(shelves(), st.data())
def test_no_walk_loses_a_possible_answer_or_asks_what_has_one(
    on: Shelf, data: st.DataObject
) -> None:
    flow = Flow(EMPTY, on)
    for _ in range(data.draw(st.integers(1, 12), label="steps")):
        choices = possible(flow.step, flow.draft, on)
        assert flow.step is Step.PRODUCT or len(choices) > 1
        if data.draw(st.booleans(), label="back"):
            earlier = flow.back()
            assert earlier is None or earlier.draft == flow.draft
            flow = earlier or flow
            continue
        further = flow.answered(data.draw(st.sampled_from(choices), label=flow.step))
        if further is None:
            break
        for each in gone(flow, further):
            assert each in further.dropped
            unknown = each.step is Step.SEATS and further.draft.tier is None
            assert unknown or each.answer not in possible(each.step, further.draft, on)
        flow = further


@settings(max_examples=150, deadline=None)
@given(shelves(), st.data())
def test_answering_always_ends_with_a_complete_draft(on: Shelf, data: st.DataObject) -> None:
    flow = Flow(EMPTY, on)
    for _ in Step:
        answer = data.draw(st.sampled_from(possible(flow.step, flow.draft, on)), label=flow.step)
        further = flow.answered(answer)
        if further is None:
            draft = flow.finished(answer)
            assert None not in (draft.product, draft.offer, draft.tier, draft.seats)
            assert draft.offer is Offer.TRIAL or draft.cycle is not None
            return
        flow = further
    raise AssertionError("the flow does not end")
