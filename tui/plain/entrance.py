"""Signing in and out, and going on where a dropped session stood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.accounts.model import EntryKind
from billing.errors import SignInBlocked, SignInRefused
from billing.ordering.model import Place
from tui.flow import Flow, step_at
from tui.i18n import _
from tui.launcher import Door, SignedIn, SignInFailed
from tui.plain import steps
from tui.plain.guidance import give, signs
from tui.plain.talk import Back
from tui.plain.visit import At
from tui.sentences import sentence
from tui.step_words import resume_text

if TYPE_CHECKING:
    from billing.accounts.model import Session
    from billing.ordering.model import StoredDraft
    from tui.plain.visit import Visit

_DOORS = {Door.CART: At.CART, Door.CHECKOUT: At.CHECKOUT}


def login(visit: Visit) -> At:
    """Ask who it is; the demo lists its sample sign-ins."""
    talk = visit.talk
    talk.say("Billing Center", _("Add a subscription or a free trial to your account."), signs())
    if visit.samples:
        text = _("Sample data. The password is {password} for all.")
        talk.say(text.format(password=visit.sample_password))
        for at, sample in enumerate(visit.samples, 1):
            talk.say(f"{at}. {sample.mail}, {sample.account}, {_(sample.remark)}")
    talk.say("", _("Sign in to billing"))
    mail = ""
    while True:
        mail, password = _asked(visit, mail)
        if (session := _signed_in(visit, mail, password)) is not None:
            return _enter(visit, session)


def _asked(visit: Visit, before: str) -> tuple[str, str]:
    """Mail and password; the number of a sample stands for both."""
    what = _("Mail, or the number of a sample") if visit.samples else _("Mail")
    while True:
        mail = visit.talk.ask(what, default=before, longest=254)
        number = int(mail) if mail.isascii() and mail.isdigit() else 0
        if 1 <= number <= len(visit.samples):
            return visit.samples[number - 1].mail, visit.sample_password
        if not mail:
            visit.talk.say(_("Please enter your mail address."))
        elif password := visit.talk.secret(_("Password, not shown")):
            return mail, password
        else:
            visit.talk.say(_("Please enter your password."))
            before = mail


def _signed_in(visit: Visit, mail: str, password: str) -> Session | None:
    visit.talk.say(_("Signing in …"))
    visit.open()
    try:
        return visit.service.sign_in(mail, password)
    except (SignInRefused, SignInBlocked) as error:
        visit.tell(SignInFailed())
        visit.talk.say(sentence(error))
        return None


def nothing_before(visit: Visit) -> At:
    """There is nothing behind the first page to go back to."""
    visit.talk.say(_("This is the first page. Ctrl+D ends."))
    return At.LOGIN


def vouched_for(visit: Visit) -> At:
    """Enter without a password: the launcher vouches for the contact."""
    visit.talk.say("Billing Center", signs(), _("Signing in …"))
    visit.open()
    return _enter(visit, visit.service.sign_in_as(visit.sign_in_as or ""))


def _enter(visit: Visit, session: Session) -> At:
    """Where somebody who signed in goes first."""
    visit.begin(session)
    visit.tell(SignedIn(session.account.account_id, session.contact.mail, session.contact_id))
    door, visit.door = visit.door, None
    if door is Door.HELP:
        give(visit, whole=True)
    if session.entry.kind is not EntryKind.OPEN:
        return At.HOME
    if door in _DOORS:
        return _DOORS[door]
    visit.home = visit.service.home(session)
    visit.cart = visit.home.cart
    if visit.home.draft is not None:
        return At.RESUME
    return steps.begin(visit) if door is Door.NEW else At.HOME


def resume(visit: Visit) -> At:
    """Ask whether to go on where the last session stood."""
    stored = visit.home.draft if visit.home else None
    if stored is None:
        return At.HOME
    visit.talk.say("", _("Continue where you left off?"), resume_text(stored, visit.catalogue))
    answers = [("resume", _("Continue")), ("later", _("Later")), ("discard", _("Discard"))]
    answer = visit.talk.choose("", answers, default="resume")
    if answer == "resume":
        return _resumed(visit, stored)
    if answer == "discard":
        visit.service.drop_draft(visit.session, stored.draft.draft_id)
    return At.HOME


def _resumed(visit: Visit, stored: StoredDraft) -> At:
    """The place of a stored draft, or as near to it as is still possible."""
    visit.flow = Flow(stored.draft, steps.read_shelf(visit))
    if visit.cart.lines and stored.place in {Place.CART, Place.CHECKOUT}:
        return At(stored.place)
    visit.flow = visit.flow.at(step_at(stored.place))
    return At.STEP


def sign_out(visit: Visit) -> At:
    """Ask, then forget everything but what is stored."""
    visit.talk.say("", _("Sign out?"), _("Draft and cart are stored; you can continue any time."))
    answers = [(True, _("Sign out")), (False, _("Stay"))]
    try:
        leaves = visit.talk.choose("", answers, default=True)
    except Back:
        leaves = False
    if leaves:
        visit.forget()
        visit.sign_in_as = None
    return At.LOGIN if leaves else At.HOME
