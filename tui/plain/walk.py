"""The walk from page to page as data: which function shows a page, where `0` leads, the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.errors import BillingError
from tui.i18n import LANGUAGE_NAMES, _, current_language, other_language, set_language
from tui.plain import (
    cart,
    checkout,
    confirmation,
    due,
    entrance,
    guidance,
    home,
    licences,
    steps,
)
from tui.plain.talk import Back, LanguageAsked
from tui.plain.visit import At
from tui.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.plain.visit import Visit

PAGES: dict[At, Callable[[Visit], At]] = {
    At.LOGIN: entrance.login,
    At.ENTRANCE: entrance.vouched_for,
    At.RESUME: entrance.resume,
    At.HOME: home.show,
    At.SIGN_OUT: entrance.sign_out,
    At.STEP: steps.show,
    At.CART: cart.show,
    At.CHECKOUT: checkout.show,
    At.CONFIRMATION: confirmation.show,
    At.LICENCES: licences.show,
    At.DUE: due.show,
}

BACK: dict[At, Callable[[Visit], At]] = {
    At.LOGIN: entrance.nothing_before,
    At.HOME: lambda _: At.SIGN_OUT,
    At.STEP: steps.back,
    At.CHECKOUT: checkout.back,
}
"""Where `0` leads; from all other pages it leads to the start page."""


def walk(visit: Visit, start: At) -> None:
    """Show page after page until one leads out."""
    visit.talk.on_help = lambda whole: guidance.give(visit, whole=whole)
    visit.at = start
    while visit.at is not At.END:
        visit.at = _next(visit)


def _next(visit: Visit) -> At:
    try:
        return PAGES[visit.at](visit)
    except LanguageAsked:
        return _in_the_other_language(visit)
    except Back:
        return BACK[visit.at](visit) if visit.at in BACK else At.HOME
    except BillingError as error:
        visit.talk.say(sentence(error))
        return _after_trouble(visit)


def _in_the_other_language(visit: Visit) -> At:
    """The same page again."""
    set_language(other_language())
    visit.talk.say(LANGUAGE_NAMES[current_language()])
    return visit.at


def _after_trouble(visit: Visit) -> At:
    """What cannot be done now may be later; nobody is left in front of a page that fails."""
    options = [(visit.at, _("Try again"))]
    if visit.signed_in and visit.at is not At.HOME:
        options.append((At.HOME, _("To billing")))
    options.append((At.END, _("Quit")))
    try:
        return visit.talk.choose("", options, default=visit.at)
    except LanguageAsked:
        return _in_the_other_language(visit)
    except Back:
        return visit.at
