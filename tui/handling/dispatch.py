"""Which function answers which message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from tui import messages
from tui.handling import assigning, choosing, confirming, entrance, ordering, paying

if TYPE_CHECKING:
    from textual.message import Message

    from tui.handling.visit import Visit

Handler = Callable[["Visit", Any], Awaitable[None]]


async def _back(visit: Visit, _message: messages.StepBack) -> None:
    """One step back, from whatever page it is."""
    # ruff: noqa: PLC0415 - pages load when they are shown
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


HANDLERS: dict[type[Message], Handler] = {
    messages.SignInSubmitted: entrance.sign_in,
    messages.SignOut: lambda visit, _: entrance.sign_out(visit),
    messages.OpenHome: lambda visit, _: entrance.show_home(visit),
    messages.NewSubscription: choosing.begin,
    messages.StepCompleted: choosing.step_completed,
    messages.StepBack: _back,
    messages.ComparePlans: lambda visit, _: choosing.compare_plans(visit),
    messages.OpenCart: lambda visit, _: ordering.show_cart(visit),
    messages.OpenCheckout: lambda visit, _: ordering.to_checkout_from_cart(visit),
    messages.EditLine: ordering.edit_line,
    messages.RemoveLine: ordering.remove_line,
    messages.VatIdEntered: ordering.vat_id_entered,
    messages.PaymentEntered: ordering.payment_entered,
    messages.OrderSubmitted: ordering.submit_order,
    messages.ResendMail: lambda visit, _: confirming.resend(visit),
    messages.PayInvoice: paying.show,
    messages.InvoicePaymentSubmitted: paying.submit,
    messages.OpenLicences: assigning.show,
    messages.LicencesTicked: assigning.save,
}


_LEAVING = (
    messages.StepBack,
    messages.OpenHome,
    messages.OpenCart,
    messages.OpenCheckout,
    messages.SignOut,
)


async def handle(visit: Visit, message: Message) -> None:
    """Answer a message of a screen; one that would lose something is asked about before."""
    if isinstance(message, _LEAVING):
        await _leave(visit, message)
    else:
        await _answer(visit, message)


async def _leave(visit: Visit, message: Message) -> None:
    await visit.keep_typed()
    if visit.app.page.unsaved() is None:
        await _answer(visit, message)
    else:
        await visit.app.page.drawn()
        visit.app.leave(lambda: visit.app.start(_answer(visit, message)))


async def _answer(visit: Visit, message: Message) -> None:
    await HANDLERS[type(message)](visit, message)
