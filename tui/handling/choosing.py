# ruff: noqa: PLC0415 - pages load when they are shown; ordering leads back here
"""The steps of „Neues Abonnement hinzufügen“: forth, back, and what the last one leads to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing.catalogue.model import Offer
from billing.errors import CartChanged
from tui.flow import Flow, Step
from tui.handling.entrance import show_home
from tui.handling.visit import said

if TYPE_CHECKING:
    from tui.flow import Shelf
    from tui.handling.visit import Visit
    from tui.messages import NewSubscription, StepCompleted
    from tui.screens.page import Sentence
    from tui.screens.step import StepPage


async def read_shelf(visit: Visit) -> Shelf:
    """All products with what this account may do with them."""
    available = await visit.ask(visit.service.availability, visit.session)
    return {each.product.id: each for each in available}


async def begin(visit: Visit, message: NewSubscription) -> None:
    """Start a new flow."""
    shelf = await read_shelf(visit)
    visit.flow = Flow(visit.service.new_draft(visit.session), shelf)
    if message.product is not None and (further := visit.flow.answered(message.product)):
        visit.flow = further
    await show_step(visit)


async def edit(visit: Visit, line_id: str) -> None:
    """„Bestellung ändern“: the flow again, with a line's answers, if the line is still there."""
    from tui.handling import ordering

    visit.cart = await visit.ask(visit.service.cart, visit.session)
    line = next((each for each in visit.cart.lines if each.line_id == line_id), None)
    if line is None:
        await ordering.show_cart(visit, said(CartChanged(visit.cart)), "warning")
        return
    chosen = line.selection
    draft = replace(
        visit.flow.draft if visit.flow else visit.service.new_draft(visit.session),
        product=chosen.product,
        offer=Offer.BUY,
        tier=chosen.tier,
        seats=chosen.seats,
        cycle=chosen.cycle,
        line_id=line_id,
    )
    visit.flow = Flow(draft, await read_shelf(visit)).at(Step.TIER)
    await visit.save(visit.flow.step)
    await show_step(visit)


async def step_completed(visit: Visit, message: StepCompleted) -> None:
    """Take an answer and go on: to the next step, the cart, the Kasse or a running trial."""
    from tui.handling import ordering

    flow = visit.flow
    if flow is None or message.step is not flow.step:
        return
    further = flow.answered(message.answer)
    if further is not None:
        visit.flow = further
        await visit.save(further.step)
        await show_step(visit)
        return
    finished = flow.finished(message.answer)
    visit.flow = replace(flow, draft=finished, dropped=())
    if finished.offer is Offer.TRIAL:
        await ordering.start_trial(visit)
    else:
        await ordering.put_into_cart(visit)


async def step_back(visit: Visit) -> None:
    """One step back; from the first one to where the flow was begun."""
    from tui.handling import ordering

    flow = visit.flow
    earlier = flow.back() if flow is not None else None
    if earlier is not None:
        visit.flow = earlier
        await visit.save(earlier.step)
        await show_step(visit)
    elif flow is not None and flow.draft.line_id and visit.cart.lines:
        await ordering.show_cart(visit)
    else:
        await show_home(visit)


async def show_step(visit: Visit, notice: Sentence | None = None, tone: str = "") -> None:
    """The page of the step at hand."""
    flow = visit.flow
    if flow is None:
        return
    page = _page_of(flow.step)(
        visit.frame,
        flow,
        visit.pricing,
        other_lines=visit.other_lines,
        cart_lines={line.selection.product: line.line_id for line in visit.cart.lines},
        notice=notice,
        tone=tone,
    )
    await visit.show(page)


def _page_of(step: Step) -> type[StepPage]:
    """The page class of a step, loaded when it is needed."""
    match step:
        case Step.PRODUCT:
            from tui.screens.product import ProductScreen

            return ProductScreen
        case Step.OFFER:
            from tui.screens.offer import OfferScreen

            return OfferScreen
        case Step.TIER:
            from tui.screens.tier import TierScreen

            return TierScreen
        case Step.SEATS:
            from tui.screens.seats import SeatsScreen

            return SeatsScreen
        case Step.CYCLE:
            from tui.screens.cycle import CycleScreen

            return CycleScreen


async def compare_plans(visit: Visit) -> None:
    """„Pläne vergleichen“ above the step."""
    from tui.screens.compare import CompareScreen

    if visit.flow is not None and visit.flow.available is not None:
        page = CompareScreen(visit.frame, visit.flow.available.product, visit.pricing)
        await visit.app.push_screen(page)
