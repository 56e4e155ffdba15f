"""The steps of „Neues Abonnement hinzufügen“: forth, back, and what the last one leads to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing.catalogue.model import Offer
from billing.errors import CartChanged
from tui.cart_moves import put_into_cart
from tui.flow import Flow, NextLabel, Step, draft_of
from tui.i18n import _
from tui.plain import questions
from tui.plain.selection import say_trial
from tui.plain.talk import Back
from tui.plain.trial import start_trial
from tui.plain.visit import At
from tui.sentences import sentence
from tui.step_words import dropped_sentence, flow_heading, next_text, step_name, step_of_steps

if TYPE_CHECKING:
    from tui.flow import Answer, Shelf
    from tui.plain.visit import Visit

_QUESTIONS = {
    Step.PRODUCT: questions.product,
    Step.OFFER: questions.offer,
    Step.TIER: questions.tier,
    Step.SEATS: questions.seats,
    Step.CYCLE: questions.cycle,
}


def read_shelf(visit: Visit) -> Shelf:
    """All products with what this account may do with them."""
    available = visit.service.availability(visit.session)
    return {each.product.id: each for each in available}


def begin(visit: Visit) -> At:
    """Start a new flow."""
    visit.flow = Flow(visit.service.new_draft(visit.session), read_shelf(visit))
    return At.STEP


def edit(visit: Visit, line_id: str) -> At:
    """„Bestellung ändern“: the flow again, with a line's answers, if the line is still there."""
    visit.cart = visit.service.cart(visit.session)
    line = next((each for each in visit.cart.lines if each.line_id == line_id), None)
    if line is None:
        visit.talk.say(sentence(CartChanged(visit.cart)))
        return At.CART
    begun = visit.flow.draft if visit.flow else visit.service.new_draft(visit.session)
    visit.flow = Flow(draft_of(line, begun), read_shelf(visit)).at(Step.TIER)
    visit.save(visit.flow.step)
    return At.STEP


def show(visit: Visit) -> At:
    """Ask the question of the step at hand, and go on with the answer."""
    flow = visit.flow
    if flow is None:
        return At.HOME
    place = ", ".join((step_of_steps(flow), step_name(flow, flow.step)))
    visit.talk.say("", f"{flow_heading(flow)}. {place}")
    if flow.dropped:
        visit.talk.say(dropped_sentence(flow, flow.dropped))
    label = flow.next_label(visit.other_lines)
    if label not in {NextLabel.NEXT, NextLabel.START_TRIAL}:
        visit.talk.say(_("After this: {next}").format(next=next_text(label)))
    answer = _QUESTIONS[flow.step](visit, flow)
    if isinstance(answer, questions.OtherLine):
        return edit(visit, answer.line_id)
    return _answered(visit, flow, answer)


def _answered(visit: Visit, flow: Flow, answer: Answer) -> At:
    """To the next step, the cart, the Kasse or a running trial."""
    further = flow.answered(answer)
    if further is not None:
        visit.flow = further
        visit.save(further.step)
        return At.STEP
    visit.flow = replace(flow, draft=flow.finished(answer), dropped=())
    if visit.flow.draft.offer is Offer.TRIAL:
        return _try(visit, visit.flow)
    put = put_into_cart(visit, visit.flow)
    if put.remark is not None:
        visit.talk.say(sentence(put.remark))
    return At.CART if put.leads_to_cart else At.CHECKOUT


def _try(visit: Visit, flow: Flow) -> At:
    """„Testversion starten“, after it was said what that means."""
    say_trial(visit, flow)
    try:
        visit.talk.choose("", [(True, next_text(NextLabel.START_TRIAL))])
    except Back:
        return At.STEP
    return start_trial(visit, flow)


def back(visit: Visit) -> At:
    """One step back; from the first one to where the flow was begun."""
    flow = visit.flow
    earlier = flow.back() if flow is not None else None
    if earlier is not None:
        visit.flow = earlier
        visit.save(earlier.step)
        return At.STEP
    in_cart = flow is not None and flow.draft.line_id and visit.cart.lines
    return At.CART if in_cart else At.HOME
