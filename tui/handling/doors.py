"""The page that somebody asked for before signing in, such as by `ssh host cart`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.accounts.model import EntryKind
from billing.errors import BillingError, Problem, Refused
from tui.handling import choosing, ordering
from tui.handling.entrance import read_home, show_home
from tui.handling.visit import said
from tui.launcher import Door
from tui.messages import NewSubscription

if TYPE_CHECKING:
    from tui.handling.visit import Visit


async def open_door(visit: Visit, door: Door) -> None:
    """Open the page asked for; the start page says why where that is not possible."""
    if door is Door.HELP:
        await show_home(visit)
        await visit.app.action_help()
    elif visit.session.entry.kind is not EntryKind.OPEN:
        await show_home(visit)
    else:
        try:
            await _open(visit, door)
        except BillingError as error:
            await show_home(visit, said(error), "error")


async def _open(visit: Visit, door: Door) -> None:
    home = await read_home(visit)
    match door:
        case Door.CART:
            await ordering.show_cart(visit)
        case Door.CHECKOUT if home.cart.lines:
            await ordering.to_checkout_from_cart(visit)
        case Door.CHECKOUT:
            await show_home(visit, said(Refused(Problem.CART_EMPTY)), "warning")
        case _:
            await choosing.begin(visit, NewSubscription())
