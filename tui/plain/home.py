"""Abrechnung: the account's subscriptions, and the ways on; or who helps when there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.accounts.model import EntryKind
from tui.formats import number
from tui.home_words import (
    closed_sentence,
    credit_sentence,
    held_cycle,
    next_invoice,
    nothing_yet,
    unpaid_sentence,
)
from tui.i18n import _, licences_text
from tui.plain import steps
from tui.plain.visit import At
from tui.sentences import entry_sentence

if TYPE_CHECKING:
    from billing.ordering.model import Home
    from billing.subscriptions.model import Subscription
    from tui.plain.visit import Visit

NEW, PAY = "new", "pay"


def show(visit: Visit) -> At:
    """The start page; what can be done from here is numbered."""
    visit.flow = None
    visit.talk.say("", _("Billing Center"), visit.frame.who)
    entry = visit.session.entry
    if entry.kind in {EntryKind.CORPORATE, EntryKind.NOT_BILLING_CONTACT}:
        visit.talk.say(entry_sentence(entry))
        licences = [(At.LICENCES, _("Assign licences"))]
        ways = licences if entry.kind is EntryKind.NOT_BILLING_CONTACT else []
        return visit.talk.choose("", [*ways, (At.SIGN_OUT, _("Sign out"))])
    visit.home = visit.service.home(visit.session)
    visit.cart = visit.home.cart
    _tell(visit, visit.home)
    options = _ways_on(visit, visit.home)
    chosen = visit.talk.choose(_("What would you like to do?"), options, default=options[0][0])
    if chosen == NEW:
        return steps.begin(visit)
    if chosen == PAY:
        visit.invoice_id = visit.home.unpaid[0].invoice_id
        return At.DUE
    return At(chosen)


def _tell(visit: Visit, home: Home) -> None:
    """What needs doing first, then what there is."""
    entry = visit.session.entry
    if home.unpaid:
        visit.talk.say(unpaid_sentence(home, home.unpaid[0]))
    if entry.kind is not EntryKind.OPEN:
        visit.talk.say(closed_sentence(entry, visit.catalogue))
    if home.subscriptions:
        visit.talk.say(_("Subscriptions: {n}").format(n=number(len(home.subscriptions))))
        visit.talk.say(*(_held(visit, each) for each in home.subscriptions))
    else:
        visit.talk.say(nothing_yet())
    if home.credit_balance.minor:
        visit.talk.say(credit_sentence(home.credit_balance))


def _held(visit: Visit, held: Subscription) -> str:
    licences = licences_text(held.seats)
    if held.seats_free:
        licences += ", " + _("{n} free").format(n=number(held.seats_free))
    end = next_invoice(held)
    if held.renews_on is not None and held.renewal_price is not None:
        end = _("next invoice {day}").format(day=end)
    name = " ".join(visit.catalogue.names(held.product, held.tier))
    return f"{name}: {licences}. {held_cycle(held)}, {end}."


def _ways_on(visit: Visit, home: Home) -> list[tuple[str, str]]:
    ways: list[tuple[str, str]] = []
    if home.unpaid:
        ways.append((PAY, _("Pay the open invoice")))
    if visit.session.entry.kind is EntryKind.OPEN:
        ways.append((NEW, _("Add New Subscription")))
    if home.cart.lines:
        ways.append((At.CART, _("Cart ({n})").format(n=len(home.cart.lines))))
    if home.subscriptions:
        ways.append((At.LICENCES, _("Assign licences")))
    return [*ways, (At.SIGN_OUT, _("Sign out"))]
