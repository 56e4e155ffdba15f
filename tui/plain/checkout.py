"""Kasse: what is ordered, what it costs, how it is paid, and „Bestellung aufgeben“."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from billing.errors import Refused
from billing.ordering.model import Place
from tui.flow import Step
from tui.formats import day, money, period
from tui.i18n import _, seats_text
from tui.order_words import title_of, unit_times_seats
from tui.payment_words import payment_text, transfer_words
from tui.plain import cart
from tui.plain.payment import ask_payment
from tui.plain.placing import place_order
from tui.plain.sums import say_sums
from tui.plain.talk import Back
from tui.plain.vat_id import ask_vat_id, check_vat_id, vat_id_needed
from tui.plain.visit import At
from tui.plain.wizard import in_order
from tui.sentences import to_confirm_sentence
from tui.tax_words import vat_state
from tui.visit_state import line_in_the_way

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing.ordering.model import Checkout
    from tui.plain.visit import Visit


class Way(StrEnum):
    """The ways on from the Kasse."""

    PLACE = "place"
    EDIT = "edit"
    PAY = "pay"
    VAT_ID = "vat_id"


def show(visit: Visit) -> At:
    """The order and its sums, the payment details, and at the end the order itself."""
    visit.talk.say("", _("Checkout"))
    try:
        checkout = _opened(visit)
    except Refused as refused:
        # The cart says which line it is, and lets one change or remove it.
        line_in_the_way(refused)
        return At.CART
    visit.talk.say(f"{_('Total due')}: {money(checkout.quote.total_due)}")
    for item in checkout.quote.lines:
        noun = visit.catalogue.product(item.product).seat_noun
        visit.talk.say(
            title_of(item, visit.catalogue),
            f"{_('Billing period (beginning today)')}: {period(item.period)}",
            f"{_('Number of user licences')}: {seats_text(item.seats, noun)}",
            f"{_('Plan price')}: {unit_times_seats(item)} = {money(item.amount)}",
            f"{_('Next invoice')}: {day(item.renews_on)}",
        )
    say_sums(visit)
    if visit.paid_by is None:
        in_order([_pay, ask_vat_id], visit)
    while True:
        if (leads_to := _decided(visit)) is not None:
            return leads_to


def _opened(visit: Visit) -> Checkout:
    visit.checkout = visit.open_checkout()
    visit.cart = visit.checkout.cart
    if visit.new_prices(visit.checkout):
        visit.talk.say(visit.price_notice())
    if visit.checkout.to_confirm:
        visit.talk.say(to_confirm_sentence(visit.checkout.to_confirm))
    visit.save(Place.CHECKOUT)
    check_vat_id(visit)
    return visit.checkout


def _pay(visit: Visit) -> None:
    visit.talk.say("", _("Payment details"))
    ask_payment(visit, transfer_words())


def _decided(visit: Visit) -> At | None:
    """What is done with the order; None: the Kasse goes on."""
    checkout = visit.checkout
    if checkout is None or visit.paid_by is None:
        return At.CHECKOUT
    visit.talk.say("", f"{_('Payment details')}: {payment_text(visit.paid_by)}")
    ways = [
        (Way.PLACE, _("Place Order")),
        (Way.EDIT, _("Edit Order")),
        (Way.PAY, _("Payment details")),
    ]
    if vat_id_needed(visit):
        shown = ", ".join(filter(None, (checkout.vat_id or _("none"), vat_state(checkout))))
        visit.talk.say(f"{_('VAT Number')}: {shown}")
        ways.append((Way.VAT_ID, _("VAT Number")))
    visit.talk.say(
        f"{_('Total due')}: {money(checkout.quote.total_due)}",
        _("For businesses only · “Place Order” is binding and obliges you to pay"),
    )
    # Enter alone must never oblige anybody to pay.
    match visit.talk.choose("", ways):
        case Way.PLACE:
            return place_order(visit)
        case Way.EDIT:
            return cart.edit(visit)
        case Way.VAT_ID:
            _change(visit, ask_vat_id)
        case Way.PAY:
            _change(visit, _pay)
    return None


def _change(visit: Visit, ask: Callable[[Visit], None]) -> None:
    """Ask once more; `0` leaves everything as it was."""
    form, paid_by = replace(visit.form), visit.paid_by
    try:
        ask(visit)
    except Back:
        visit.form, visit.paid_by = form, paid_by


def back(visit: Visit) -> At:
    """From the Kasse to the cart or to the last step."""
    if visit.came_by_cart or visit.flow is None:
        return At.CART
    visit.flow = visit.flow.at(Step.CYCLE)
    visit.save(visit.flow.step)
    return At.STEP
