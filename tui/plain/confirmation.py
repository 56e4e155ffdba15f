"""Bestätigung: what is true about an order that was placed, and its mail once more."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from billing.errors import DatabaseUnavailable
from billing.ordering.model import MailState
from tui.confirmation_words import facts, not_resent, reminder, thanks
from tui.i18n import _
from tui.plain.visit import At

if TYPE_CHECKING:
    from billing.ordering.model import Confirmation
    from tui.plain.visit import Visit

RESEND = "resend"


def confirm(visit: Visit, done: Confirmation) -> At:
    """Say that it is done before anything else, send the mail, and on to the confirmation."""
    visit.ordered()
    visit.talk.say("", _("Confirmation"), thanks(done))
    visit.cart = visit.service.cart(visit.session)
    state = done.mail_state
    visit.talk.say(_("Sending the mail …"))
    with suppress(DatabaseUnavailable):
        state = visit.service.deliver_mail(visit.session, done.order_id)
    visit.done = replace(done, mail_state=state)
    return At.CONFIRMATION


def show(visit: Visit) -> At:
    """The facts, and the ways on."""
    done = visit.done
    if done is None:
        return At.HOME
    rows = [fact for group in facts(done, visit.catalogue) for fact in group]
    visit.talk.say("", *(f"{fact.label}: {fact.value}" for fact in rows), reminder())
    ways: list[tuple[str, str]] = [(At.LICENCES, _("Assign licences")), (At.HOME, _("To billing"))]
    if done.mail_state is MailState.FAILED:
        ways.append((RESEND, _("Send again")))
    chosen = visit.talk.choose("", ways, default=At.LICENCES.value)
    return _resend(visit, done) if chosen == RESEND else At(chosen)


def _resend(visit: Visit, done: Confirmation) -> At:
    """„Erneut senden“: try the mail once more and say what came of it."""
    visit.talk.say(_("Sending the mail …"))
    state = visit.service.resend_mail(visit.session, done.order_id)
    visit.done = replace(done, mail_state=state)
    if state is MailState.FAILED:
        visit.talk.say(not_resent(done.mail_to))
    return At.CONFIRMATION
