"""„Bestellung aufgeben“: once, at the price shown, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.errors import (
    CartChanged,
    InvalidInput,
    OrderConflict,
    PaymentActionNeeded,
    PaymentDeclined,
    PaymentUnknown,
    PriceChanged,
)
from billing.ordering.model import OrderRequest
from tui.i18n import _
from tui.plain.bank import ask_buyer
from tui.plain.confirmation import confirm
from tui.plain.sums import say_sums
from tui.plain.visit import At
from tui.sentences import sentence

if TYPE_CHECKING:
    from tui.plain.visit import Visit


def place_order(visit: Visit) -> At | None:
    """Place the order and go on; None: it stands nowhere yet, and the Kasse goes on."""
    checkout = visit.checkout
    if checkout is None:
        return At.CHECKOUT
    request = OrderRequest(
        checkout.key,
        checkout.cart.version,
        checkout.quote,
        checkout.vat_id,
        visit.form.payment(),
    )
    try:
        return _placed(visit, request)
    except CartChanged as error:
        visit.talk.say(sentence(error))
        return At.CART
    except OrderConflict as error:
        visit.talk.say(sentence(error))
        return At.HOME
    except (PriceChanged, PaymentDeclined, PaymentUnknown, InvalidInput) as error:
        visit.talk.say(sentence(error))
        _open_anew(visit)
        return None


def _placed(visit: Visit, request: OrderRequest) -> At | None:
    """Place it, and go on with it each time after the bank asked the buyer."""
    while True:
        visit.talk.say(_("Placing the order …"))
        try:
            done = visit.service.place_order(visit.session, request)
        except PaymentActionNeeded as needed:
            if not ask_buyer(visit, needed):
                visit.talk.say(sentence(needed))
                return None
        else:
            return confirm(visit, done)


def _open_anew(visit: Visit) -> None:
    """The Kasse with the prices and the key of now; what was typed stays."""
    before = visit.checkout
    visit.checkout = visit.open_checkout()
    visit.cart = visit.checkout.cart
    if before is None or before.quote != visit.checkout.quote:
        say_sums(visit)
