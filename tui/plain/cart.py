"""Warenkorb: the lines, each to be changed or removed, and the way to the Kasse."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from billing.errors import CartChanged, Refused
from billing.ordering.model import Place
from tui.formats import day, money, period
from tui.i18n import _, seats_text
from tui.order_words import subtotal, title_of, unit_times_seats
from tui.plain import steps
from tui.plain.talk import Back
from tui.plain.visit import At
from tui.sentences import sentence
from tui.visit_state import line_in_the_way

if TYPE_CHECKING:
    from billing.rating.quote import QuoteLine
    from tui.plain.visit import Visit


class Way(StrEnum):
    """The ways on from the cart."""

    CHECKOUT = "checkout"
    EDIT = "edit"
    REMOVE = "remove"
    NEW = "new"


def show(visit: Visit) -> At:
    """What will be ordered, and what can be done with it."""
    visit.talk.say("", _("Cart"))
    visit.cart = visit.service.cart(visit.session)
    ways = []
    if visit.cart.lines:
        if _tell(visit):
            ways.append((Way.CHECKOUT, _("Proceed to Checkout")))
        ways += [(Way.EDIT, _("Edit Order")), (Way.REMOVE, _("Remove"))]
    else:
        visit.talk.say(_("The cart is empty."))
    ways.append((Way.NEW, _("Add New Subscription")))
    match visit.talk.choose("", ways, default=ways[0][0]):
        case Way.NEW:
            return steps.begin(visit)
        case Way.EDIT:
            return edit(visit)
        case Way.REMOVE:
            return _remove(visit)
        case Way.CHECKOUT:
            visit.checkout_from_cart = True
            return At.CHECKOUT


def _tell(visit: Visit) -> bool:
    """What will be ordered; False while a line cannot be bought any more."""
    try:
        checkout = visit.checkout = visit.open_checkout()
    except Refused as refused:
        line_in_the_way(refused)
        visit.talk.say(sentence(refused))
        return False
    visit.cart = checkout.cart
    if visit.new_prices(checkout):
        visit.talk.say(visit.price_notice())
    visit.save(Place.CART)
    for at, item in enumerate(checkout.quote.lines, 1):
        visit.talk.say(f"{at}. {_line(visit, item)}")
    visit.talk.say(f"{subtotal(sample=visit.catalogue.sample)}: {money(checkout.quote.net)}")
    return True


def _line(visit: Visit, item: QuoteLine) -> str:
    noun = visit.catalogue.product(item.product).seat_noun
    renews = _("next invoice {day}").format(day=day(item.renews_on))
    facts = (seats_text(item.seats, noun), unit_times_seats(item), period(item.period), renews)
    return f"{title_of(item, visit.catalogue)}: {money(item.amount)}. {', '.join(facts)}"


def edit(visit: Visit) -> At:
    """„Bestellung ändern“: straight into the flow with one line, else which one?"""
    line_id = _which(visit, _("Which line would you like to change?"))
    return steps.edit(visit, line_id) if line_id else At.CART


def _which(visit: Visit, question: str) -> str | None:
    """The only line, or the one chosen; None for one step back."""
    lines = visit.cart.lines
    if len(lines) == 1:
        return lines[0].line_id
    names = [visit.catalogue.product_name(line.selection.product) for line in lines]
    options = [(line.line_id, name) for line, name in zip(lines, names, strict=True)]
    try:
        return visit.talk.choose(question, options)
    except Back:
        return None


def _remove(visit: Visit) -> At:
    """Ask, and then take a line out of the cart."""
    line_id = _which(visit, _("Which line would you like to remove?"))
    line = next((each for each in visit.cart.lines if each.line_id == line_id), None)
    if line is None:
        return At.CART
    name = visit.catalogue.product_name(line.selection.product)
    question = _("Remove {product} from the cart?").format(product=name)
    answers = [(False, _("Keep")), (True, _("Remove"))]
    try:
        if not visit.talk.choose(question, answers, default=False):
            return At.CART
    except Back:
        return At.CART
    try:
        version = visit.cart.version
        visit.cart = visit.service.remove_line(visit.session, version, line.line_id)
    except CartChanged as error:
        visit.talk.say(sentence(error))
    else:
        if visit.flow is not None and visit.flow.draft.line_id == line.line_id:
            visit.flow = None
    return At.CART
