"""Lizenzen zuweisen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.i18n import _

if TYPE_CHECKING:
    from tui.handling.visit import Visit
    from tui.messages import LicencesTicked, OpenLicences


async def show(visit: Visit, message: OpenLicences) -> None:
    """The users with their ticks."""
    from tui.screens.licences import LicencesScreen  # noqa: PLC0415 - pages load when shown

    users = await visit.ask(visit.service.users, visit.session)
    home = await visit.ask(visit.service.home, visit.session)
    kept = await visit.ask(visit.service.take_ticks, visit.session)
    page = LicencesScreen(
        visit.frame,
        users,
        home.subscriptions,
        visit.catalogue,
        subscription_id=message.subscription_id,
        kept=kept,
    )
    await visit.show(page)


async def save(visit: Visit, message: LicencesTicked) -> None:
    """Store the ticks of one user."""
    from tui.screens.licences import LicencesScreen  # noqa: PLC0415

    page = visit.app.page
    if not isinstance(page, LicencesScreen):
        return
    users = await visit.ask(
        visit.service.assign, visit.session, message.user_id, message.subscriptions
    )
    home = await visit.ask(visit.service.home, visit.session)
    page.saved(users, home.subscriptions)
    page.say(lambda: _("Saved. The users can sign in to their products now."), "success")
