"""What the last step of the flow does to the cart, for whatever pages there are. No Textual."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from billing.errors import CartChanged, Problem, Refused
from tui.flow import selection_of

if TYPE_CHECKING:
    from billing.errors import BillingError
    from billing.ordering.model import Confirmation, Draft
    from tui.flow import Flow
    from tui.visit_state import VisitState


@dataclass(frozen=True, slots=True)
class Put:
    """Where the way leads, to the cart or to the Kasse, and what is to be said there."""

    leads_to_cart: bool
    remark: BillingError | None = None


def put_into_cart(visit: VisitState, flow: Flow, remark: BillingError | None = None) -> Put:
    """„Zur Kasse“ with an empty cart, „In den Warenkorb“ otherwise.

    Raises:
        Refused: a rule forbids the line.
    """
    selection, line_id = selection_of(flow.draft), flow.draft.line_id
    others = visit.other_lines
    try:
        visit.cart = visit.service.put_line(visit.session, visit.cart.version, selection, line_id)
    except CartChanged as error:
        visit.cart = error.cart
        # What another session did is not undone by one more line.
        return put_into_cart(visit, flow, error) if line_id is None else Put(True, error)
    except Refused as error:
        if error.problem is not Problem.ALREADY_IN_CART:
            raise
        visit.cart = visit.service.cart(visit.session)
        return Put(True, remark or error)
    line = next(each for each in visit.cart.lines if each.selection.product == selection.product)
    visit.flow = replace(flow, draft=replace(flow.draft, line_id=line.line_id))
    if not others:
        visit.checkout_from_cart = False
    return Put(bool(others), remark)


def try_product(visit: VisitState, draft: Draft) -> Confirmation:
    """Start the trial; who tries a product after all no longer buys it: its line is taken out."""
    done = visit.service.start_trial(visit.session, draft)
    if draft.line_id is not None:
        cart = visit.service.cart(visit.session)
        if any(line.line_id == draft.line_id for line in cart.lines):
            visit.service.remove_line(visit.session, cart.version, draft.line_id)
    return done
