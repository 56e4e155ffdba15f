"""The bank asks the buyer before it pays."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from billing.errors import Refused
from tui.i18n import _
from tui.plain.talk import Back
from tui.sentences import at_bank_sentence

if TYPE_CHECKING:
    from billing.errors import PaymentActionNeeded
    from tui.plain.visit import Visit


def ask_buyer(visit: Visit, needed: PaymentActionNeeded) -> bool:
    """Put the bank's question; False: without an answer the payment waits."""
    talk = visit.talk
    talk.say("", _("Your bank asks for your confirmation"))
    talk.say(at_bank_sentence(needed.order_number), needed.address)
    if visit.service.plays_bank:
        answers = [("confirm", _("Confirm (test bank)")), ("decline", _("Decline"))]
    else:
        answers = [("confirmed", _("I have confirmed")), ("later", _("Back"))]
    try:
        answer = talk.choose("", answers)
    except Back:
        return False
    if answer == "later":
        return False
    talk.say(_("Asking your bank …"))
    if answer != "confirmed":
        # One that was settled meanwhile is told by the request itself.
        with suppress(Refused):
            visit.service.confirm_at_bank(
                visit.session,
                needed.order_number,
                answer == "confirm",
            )
    return True
