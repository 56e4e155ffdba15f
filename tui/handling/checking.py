"""The check of a VAT id at the Kasse: asked in the background, so that nobody waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from billing.ordering.model import Checkout
    from tui.handling.visit import Visit
    from tui.screens.checkout import CheckoutScreen


def check_vat_id(visit: Visit, page: CheckoutScreen) -> None:
    """Have the authority asked about the VAT id of the Kasse, if its answer decides the tax."""
    checkout = visit.checkout
    if checkout is not None and visit.vat_id_decides(checkout):
        visit.app.start(_check(visit, page, checkout), holds_keys=False)


async def _check(visit: Visit, page: CheckoutScreen, seen: Checkout) -> None:
    """Reckon with what the authority says, unless the Kasse shows something else by then."""
    page.show_checking(checking=True)
    try:
        await visit.ask(visit.service.check_vat_id, visit.session, seen.vat_id)
    finally:
        if page.is_attached:
            page.show_checking(checking=False)
    # An order on its way finds out by itself, and shows the new price.
    if not page.is_attached or visit.checkout is not seen or page.waiting:
        return
    checkout = await visit.ask(visit.service.open_checkout, visit.session, seen.vat_id)
    if page.is_attached and visit.checkout is seen:
        visit.checkout, visit.cart = checkout, checkout.cart
        page.show_checkout(checkout)
