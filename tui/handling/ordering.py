"""Cart, Kasse, „Bestellung aufgeben“ and „Testversion starten“."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.errors import (
    CartChanged,
    InvalidInput,
    OrderConflict,
    PaymentActionNeeded,
    PaymentDeclined,
    PriceChanged,
    Problem,
    Refused,
)
from billing.ordering.model import OrderRequest, Place
from billing.rating.tax import TaxTreatment
from tui import cart_moves
from tui.flow import Step
from tui.handling import choosing
from tui.handling.bank import ask_buyer
from tui.handling.checking import check_vat_id
from tui.handling.confirming import confirm
from tui.handling.entrance import show_home
from tui.handling.visit import said
from tui.i18n import _
from tui.sentences import to_confirm_sentence
from tui.visit_state import line_in_the_way

if TYPE_CHECKING:
    from billing.errors import BillingError
    from billing.ordering.model import Checkout
    from tui.handling.visit import Visit
    from tui.messages import EditLine, OrderSubmitted, PaymentEntered, RemoveLine, VatIdEntered
    from tui.screens.checkout import CheckoutScreen
    from tui.screens.page import Sentence


async def put_into_cart(visit: Visit) -> None:
    """„Zur Kasse“ with an empty cart, „In den Warenkorb“ otherwise."""
    if visit.flow is None:
        return
    put = await visit.ask(cart_moves.put_into_cart, visit, visit.flow)
    notice = said(put.remark) if put.remark else None
    if put.leads_to_cart:
        await show_cart(visit, notice, "warning" if notice else "")
    else:
        await open_checkout(visit)


async def show_cart(visit: Visit, notice: Sentence | None = None, tone: str = "") -> None:
    """The cart as it is now."""
    from tui.screens.cart import CartScreen  # noqa: PLC0415 - pages load when they are shown

    visit.cart = await visit.ask(visit.service.cart, visit.session)
    quote, in_the_way = None, None
    if visit.cart.lines:
        try:
            visit.checkout = await visit.ask(visit.open_checkout)
        except Refused as refused:
            in_the_way = line_in_the_way(refused)
            notice, tone = said(refused), "error"
        else:
            visit.cart = visit.checkout.cart
            quote = visit.checkout.quote
            if notice is None and visit.new_prices(visit.checkout):
                notice, tone = visit.price_notice, "warning"
        await visit.save(Place.CART)
    page = CartScreen(
        visit.frame,
        visit.cart,
        quote,
        visit.catalogue,
        chosen=in_the_way,
        notice=notice,
        tone=tone,
    )
    await visit.show(page)


async def to_checkout_from_cart(visit: Visit) -> None:
    """„Zur Kasse“ in the cart."""
    visit.checkout_from_cart = True
    await open_checkout(visit)


async def open_checkout(visit: Visit, notice: Sentence | None = None, tone: str = "") -> None:
    """The Kasse."""
    from tui.screens.checkout import CheckoutScreen  # noqa: PLC0415

    try:
        checkout = await visit.ask(visit.open_checkout)
    except Refused as error:
        await _show_cart_instead(visit, error)
        return
    visit.checkout, visit.cart = checkout, checkout.cart
    if notice is None and visit.new_prices(checkout):
        notice, tone = visit.price_notice, "warning"
    if notice is None and checkout.to_confirm:
        notice, tone = _still_to_confirm(checkout.to_confirm), "warning"
    await visit.save(Place.CHECKOUT)
    page = CheckoutScreen(
        visit.frame,
        checkout,
        visit.form,
        visit.session.account,
        visit.catalogue,
        vat_needed=checkout.quote.treatment is not TaxTreatment.NOT_TAXABLE,
        notice=notice,
        tone=tone,
    )
    await visit.show(page)
    if visit.vat_id_error is not None:
        page.complain(visit.vat_id_error)
    check_vat_id(visit, page)


async def _show_cart_instead(visit: Visit, error: Refused) -> None:
    """The cart: another session emptied it, or it says which line cannot be bought any more."""
    if error.problem is Problem.CART_EMPTY:
        await show_cart(visit, said(CartChanged(visit.cart)), "warning")
    else:
        line_in_the_way(error)
        await show_cart(visit)


def _still_to_confirm(order_number: str) -> Sentence:
    return lambda: to_confirm_sentence(order_number)


async def back(visit: Visit) -> None:
    """From the Kasse to the cart or the last step; from the cart to the flow or the start page."""
    from tui.screens.checkout import CheckoutScreen  # noqa: PLC0415

    at_checkout = isinstance(visit.app.page, CheckoutScreen)
    if at_checkout and visit.came_by_cart:
        await show_cart(visit)
    elif at_checkout and visit.flow is not None:
        visit.flow = visit.flow.at(Step.CYCLE)
        await visit.save(visit.flow.step)
        await choosing.show_step(visit)
    else:
        await show_home(visit)


async def edit_line(visit: Visit, message: EditLine) -> None:
    """„Bestellung ändern“: straight into the flow with one line, by the cart with several."""
    lines = visit.cart.lines
    line_id = message.line_id or (lines[0].line_id if len(lines) == 1 else None)
    if line_id is None:
        await show_cart(visit, lambda: _("Which line would you like to change?"))
    else:
        await choosing.edit(visit, line_id)


async def remove_line(visit: Visit, message: RemoveLine) -> None:
    """Ask, and then take a line out of the cart."""
    from tui.screens.dialogs import QuestionScreen  # noqa: PLC0415

    line = next((each for each in visit.cart.lines if each.line_id == message.line_id), None)
    if line is None:
        return
    name = visit.catalogue.product_name(line.selection.product)
    question = QuestionScreen(
        lambda: _("Remove {product} from the cart?").format(product=name),
        lambda: _("Nothing else in the cart is changed."),
        [("keep", lambda: _("Keep")), ("remove", lambda: _("Remove"))],
    )

    async def answered(answer: str | None) -> None:
        if answer == "remove":
            await _remove(visit, message.line_id)

    await visit.app.page.drawn()
    visit.app.ask(question, lambda answer: visit.app.start(answered(answer)))


async def _remove(visit: Visit, line_id: str) -> None:
    try:
        visit.cart = await visit.ask(
            visit.service.remove_line, visit.session, visit.cart.version, line_id
        )
    except CartChanged as error:
        await show_cart(visit, said(error), "warning")
        return
    if visit.flow is not None and visit.flow.draft.line_id == line_id:
        visit.flow = None
    await show_cart(visit)


async def vat_id_entered(visit: Visit, message: VatIdEntered) -> None:
    """Reckon with another VAT id, or say what is wrong with it."""
    from tui.screens.checkout import CheckoutScreen  # noqa: PLC0415

    page = visit.app.page
    if not isinstance(page, CheckoutScreen):
        return
    try:
        checkout = await _reckon_with(visit, message.text)
    except Refused as error:
        await _show_cart_instead(visit, error)
        return
    page.show_checkout(checkout)
    if visit.vat_id_error is not None:
        page.complain(visit.vat_id_error)
    else:
        page.say_what_is_wrong()
    check_vat_id(visit, page)


async def _reckon_with(visit: Visit, vat_id: str) -> Checkout:
    visit.checkout = checkout = await visit.ask(visit.reckon_with, vat_id)
    visit.cart = checkout.cart
    return checkout


async def payment_entered(visit: Visit, message: PaymentEntered) -> None:
    """Check payment details for form, as soon as they were typed."""
    from tui.screens.payment import PaymentPage  # noqa: PLC0415

    page = visit.app.page
    if not isinstance(page, PaymentPage):
        return
    try:
        summary = await visit.ask(visit.service.check_payment, visit.session, message.payment)
    except InvalidInput as error:
        page.complain(error)
        return
    page.show_payment(summary)


async def submit_order(visit: Visit, message: OrderSubmitted) -> None:
    """„Bestellung aufgeben“: once, at the price shown, or not at all."""
    from tui.screens.checkout import CheckoutScreen  # noqa: PLC0415

    page, checkout = visit.app.page, visit.checkout
    if not isinstance(page, CheckoutScreen) or checkout is None:
        return
    page.wait_for(lambda: _("Placing the order …"))
    try:
        await _submit(visit, page, checkout, message)
    except Refused as error:
        await _show_cart_instead(visit, error)


async def _submit(
    visit: Visit, page: CheckoutScreen, checkout: Checkout, message: OrderSubmitted
) -> None:
    flaws = await visit.ask(visit.service.payment_flaws, visit.session, message.payment)
    shown = checkout.quote.total_due
    if message.vat_id.strip() != visit.form.vat_id_applied.strip():
        checkout = await _reckon_with(visit, message.vat_id)
        page.show_checkout(checkout)
        flaws += (visit.vat_id_error,) if visit.vat_id_error else ()
    page.refuse(flaws)
    if flaws:
        return
    if checkout.quote.total_due != shown:
        page.say(lambda: _("The total has changed. Please check it and order."), "warning")
        return
    request = OrderRequest(
        checkout.key, checkout.cart.version, checkout.quote, checkout.vat_id, message.payment
    )
    await _place(visit, page, request)


async def _place(visit: Visit, page: CheckoutScreen, request: OrderRequest) -> None:
    """Place the order, or go on with it after the bank asked the buyer."""
    try:
        done = await visit.ask(visit.service.place_order, visit.session, request)
    except PaymentActionNeeded as needed:
        ask_buyer(visit, page, needed, lambda: _place(visit, page, request))
    except CartChanged as error:
        await show_cart(visit, said(error), "warning")
    except (PriceChanged, PaymentDeclined) as error:
        await _open_anew(visit, page, error)
    except OrderConflict as error:
        await show_home(visit, said(error), "warning")
    else:
        visit.form.forget_secrets()
        await confirm(visit, done)


async def _open_anew(visit: Visit, page: CheckoutScreen, error: BillingError) -> None:
    """The Kasse with the prices and the key of now; what was typed stays."""
    visit.checkout = await visit.ask(visit.open_checkout)
    visit.cart = visit.checkout.cart
    page.show_checkout(visit.checkout)
    page.say(said(error), "error")


async def start_trial(visit: Visit) -> None:
    """„Testversion starten“: at once, without payment data."""
    if visit.flow is None:
        return
    visit.app.page.wait_for(lambda: _("Starting the trial …"))
    done = await visit.ask(cart_moves.try_product, visit, visit.flow.draft)
    await confirm(visit, done)
