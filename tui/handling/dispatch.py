"""Which function answers which message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui import messages

if TYPE_CHECKING:
    from textual.message import Message

    from tui.handling.visit import Visit


async def handle(visit: Visit, message: Message) -> None:
    """Answer a message of a screen."""
    # ruff: noqa: PLC0415 - nothing but the entrance is needed before sign-in
    from tui.handling import assigning, choosing, entrance, ordering

    match message:
        case messages.SignInSubmitted():
            await entrance.sign_in(visit, message)
        case messages.SignOut():
            await entrance.sign_out(visit)
        case messages.OpenHome():
            await entrance.show_home(visit)
        case messages.NewSubscription():
            await choosing.begin(visit, message)
        case messages.StepCompleted():
            await choosing.step_completed(visit, message)
        case messages.StepBack():
            await _back(visit)
        case messages.ComparePlans():
            await choosing.compare_plans(visit)
        case messages.OpenCart():
            await ordering.show_cart(visit)
        case messages.OpenCheckout():
            await ordering.to_checkout_from_cart(visit)
        case messages.EditLine():
            await ordering.edit_line(visit, message)
        case messages.RemoveLine():
            await ordering.remove_line(visit, message)
        case messages.VatIdEntered():
            await ordering.vat_id_entered(visit, message)
        case messages.PaymentEntered():
            await ordering.payment_entered(visit, message)
        case messages.OrderSubmitted():
            await ordering.submit_order(visit, message)
        case messages.OpenLicences():
            await assigning.show(visit, message)
        case messages.LicencesTicked():
            await assigning.save(visit, message)
        case _:
            raise TypeError(f"nobody answers {type(message).__name__}")


async def _back(visit: Visit) -> None:
    from tui.handling import choosing, entrance, ordering
    from tui.screens.cart import CartScreen
    from tui.screens.checkout import CheckoutScreen
    from tui.screens.step import StepPage

    match visit.app.page:
        case StepPage():
            await choosing.step_back(visit)
        case CartScreen() | CheckoutScreen():
            await ordering.back(visit)
        case _:
            await entrance.show_home(visit)
