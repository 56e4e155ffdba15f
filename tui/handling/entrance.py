"""Signing in and out, the start page, and going on where a dropped session stood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.accounts.model import EntryKind
from billing.errors import SignInBlocked, SignInRefused
from billing.ordering.model import Place
from tui.flow import Flow, step_at
from tui.handling.visit import said
from tui.i18n import _
from tui.step_words import resume_text

if TYPE_CHECKING:
    from billing.accounts.model import Session
    from billing.ordering.model import Home, StoredDraft
    from tui.handling.visit import Visit
    from tui.messages import SignInSubmitted
    from tui.screens.page import Sentence


async def sign_in(visit: Visit, message: SignInSubmitted) -> None:
    """Check mail and password and open the start page, or say what is wrong."""
    from tui.screens.login import LoginScreen  # noqa: PLC0415 - pages load when they are shown

    visit.app.page.wait_for(lambda: _("Signing in …"))
    try:
        await visit.open()
        session = await visit.ask(visit.service.sign_in, message.mail, message.password)
    except (SignInRefused, SignInBlocked) as error:
        visit.app.sign_in_failed()
        visit.app.type_ahead.forget()
        page = visit.app.page
        if isinstance(page, LoginScreen):
            page.refuse(said(error))
        return
    await enter(visit, session)


async def sign_in_as(visit: Visit, mail: str) -> None:
    """Enter without a password: the launcher vouches for the contact."""
    visit.app.page.wait_for(lambda: _("Signing in …"))
    await visit.open()
    await enter(visit, await visit.ask(visit.service.sign_in_as, mail))


async def enter(visit: Visit, session: Session) -> None:
    """The first page after sign-in."""
    visit.begin(session)
    visit.app.forget_password()
    visit.app.signed_in(session)
    door, visit.app.door = visit.app.door, None
    if door is not None:
        from tui.handling import doors  # noqa: PLC0415 - it leads back here

        await doors.open_door(visit, door)
        return
    await show_home(visit)
    stored = visit.home.draft if visit.home else None
    if stored is not None and session.entry.kind is EntryKind.OPEN:
        await visit.app.page.drawn()
        offer_to_resume(visit, stored)


async def sign_out(visit: Visit) -> None:
    """Ask, then forget everything but what is stored, and show the login page."""
    from tui.screens.dialogs import QuestionScreen  # noqa: PLC0415

    question = QuestionScreen(
        lambda: _("Sign out?"),
        lambda: _("Draft and cart are stored; you can continue any time."),
        [("sign-out", lambda: _("Sign out")), ("stay", lambda: _("Stay"))],
    )

    async def answered(answer: str | None) -> None:
        if answer == "sign-out":
            visit.forget()
            await visit.app.show_login()

    visit.app.ask(question, lambda answer: visit.app.start(answered(answer)))


async def show_home(visit: Visit, notice: Sentence | None = None, tone: str = "") -> None:
    """The start page, or who helps when ordering is closed to this contact."""
    from tui.screens.closed import ClosedScreen  # noqa: PLC0415
    from tui.screens.home import HomeScreen  # noqa: PLC0415

    entry = visit.session.entry
    visit.flow = None
    if entry.kind in {EntryKind.CORPORATE, EntryKind.NOT_BILLING_CONTACT}:
        await visit.show(ClosedScreen(visit.frame, entry))
        return
    home = await read_home(visit)
    page = HomeScreen(visit.frame, home, entry, visit.catalogue, notice=notice, tone=tone)
    await visit.show(page)


async def read_home(visit: Visit) -> Home:
    """What the start page shows, the cart among it."""
    visit.home = home = await visit.ask(visit.service.home, visit.session)
    visit.cart = home.cart
    return home


def offer_to_resume(visit: Visit, stored: StoredDraft) -> None:
    """Ask whether to go on where the last session stood."""
    from tui.screens.dialogs import QuestionScreen  # noqa: PLC0415

    question = QuestionScreen(
        lambda: _("Continue where you left off?"),
        lambda: resume_text(stored, visit.catalogue),
        [
            ("resume", lambda: _("Continue")),
            ("later", lambda: _("Later")),
            ("discard", lambda: _("Discard")),
        ],
    )

    async def answered(answer: str | None) -> None:
        if answer == "resume":
            await resume(visit, stored)
        elif answer == "discard":
            await visit.ask(visit.service.drop_draft, visit.session, stored.draft.draft_id)

    visit.app.ask(question, lambda answer: visit.app.start(answered(answer)))


async def resume(visit: Visit, stored: StoredDraft) -> None:
    """Go on at the place of a stored draft, or as near to it as is still possible."""
    from tui.handling import choosing, ordering  # noqa: PLC0415 - they lead back here

    visit.flow = Flow(stored.draft, await choosing.read_shelf(visit))
    if visit.cart.lines and stored.place == Place.CHECKOUT:
        await ordering.open_checkout(visit)
    elif visit.cart.lines and stored.place == Place.CART:
        await ordering.show_cart(visit)
    else:
        visit.flow = visit.flow.at(step_at(stored.place))
        await choosing.show_step(visit)
