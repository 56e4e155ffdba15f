"""Lizenzen zuweisen: the numbers typed for a user replace that user's products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.errors import Refused
from billing.subscriptions.model import LIVE_STATES
from tui.formats import number
from tui.i18n import _
from tui.plain.talk import Back
from tui.plain.visit import At
from tui.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing.subscriptions.model import Subscription, User
    from tui.plain.visit import Visit

NONE = "-"


def show(visit: Visit) -> At:
    """Ask for a user, and then for that user's products."""
    users = visit.service.users(visit.session)
    subscriptions = visit.service.home(visit.session).subscriptions
    held = [each for each in subscriptions if each.state in LIVE_STATES]
    visit.talk.say("", _("Assign licences"))
    options = [(user, _user_line(visit, user, held)) for user in users]
    if not options or not held:
        visit.talk.say(_("There is nothing to assign yet."))
        return At.HOME
    user = visit.talk.choose(_("Users"), options)
    try:
        _ask_products(visit, user, held)
    except Back:
        visit.talk.say(_("Nothing was changed."))
    ways = [(At.HOME, _("To billing")), (At.LICENCES, _("Assign licences"))]
    return visit.talk.choose("", ways, default=At.HOME)


def _user_line(visit: Visit, user: User, held: Sequence[Subscription]) -> str:
    names = [_name(visit, each) for each in held if each.subscription_id in user.subscriptions]
    return f"{user.name}: {', '.join(names) or _('none')}"


def _name(visit: Visit, held: Subscription) -> str:
    return visit.catalogue.product_name(held.product)


def _ask_products(visit: Visit, user: User, held: Sequence[Subscription]) -> None:
    """Ask until the numbers make sense, and store them."""
    talk = visit.talk
    talk.say("", user.name)
    for at, each in enumerate(held, 1):
        free = _("{n} free").format(n=number(each.seats_free))
        talk.say(f"{at}. {_name(visit, each)}, {free}")
    before = [n for n, each in enumerate(held, 1) if each.subscription_id in user.subscriptions]
    default = " ".join(map(str, before)) or NONE
    while True:
        typed = talk.ask(_("Numbers of the products, or - for none"), default=default)
        chosen = _numbers(typed, len(held))
        if chosen is None:
            talk.say(_("Please type numbers from 1 to {n}, such as 1 2.").format(n=len(held)))
            continue
        wanted = frozenset(held[at - 1].subscription_id for at in chosen)
        try:
            visit.service.assign(visit.session, user.user_id, wanted)
        except Refused as error:
            talk.say(sentence(error))
            continue
        talk.say(_("Saved. The users can sign in to their products now."))
        return


def _numbers(typed: str, most: int) -> list[int] | None:
    """The numbers of a line; None when one of them is none."""
    words = typed.replace(",", " ").split()
    if words == [NONE]:
        return []
    fit = all(word.isascii() and word.isdigit() and len(word) <= 6 for word in words)
    numbers = [int(word) for word in words] if fit else []
    return numbers if numbers and all(1 <= each <= most for each in numbers) else None
