"""Opening the checkout: the cart priced, and the key under which it will be ordered once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing.accounts.entry import read_credit
from billing.errors import Problem, Refused
from billing.ordering.buyer import require_buyer
from billing.ordering.carts import read_cart, store_checkout_key, store_price_seen
from billing.ordering.model import Checkout, PriceChange
from billing.ordering.pricing import checked_buyer_tax, price_cart
from billing.ordering.standing import number_to_confirm
from billing.subscriptions.shelf import read_shelf

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.accounts.model import Session
    from billing.context import Context
    from billing.ordering.model import Cart
    from billing.rating.quote import Quote


def open_checkout(context: Context, session: Session, vat_id: str | None) -> Checkout:
    """All that the Kasse shows; its key stays the same until the order is placed or declined.

    A unit price that is another than the one seen in the cart is told once.

    Raises:
        NotAllowed: ordering is not open to the contact.
        Refused: CART_EMPTY, or a line cannot be bought any more (fact `line_id`).
        InvalidInput: the VAT id is not well-formed.
    """

    def step(connection: Connection) -> Checkout:
        account = require_buyer(connection, context, session)
        found = read_cart(connection, account.account_id)
        if not found.lines:
            raise Refused(Problem.CART_EMPTY)
        buyer = checked_buyer_tax(connection, context, account, vat_id)
        shelf = read_shelf(
            connection,
            context.catalogue,
            account.account_id,
            account.currency,
            context.today(account),
        )
        credit = read_credit(connection, account)
        priced = price_cart(
            shelf, account, context.today(account), found, buyer=buyer, credit=credit
        )
        changes = _price_changes(found, priced)
        prices = {line.line_id: line.unit_price for line in priced.lines}
        seen = store_price_seen(connection, account.account_id, found, prices)
        key = found.key or context.ids.new()
        if found.key is None:
            store_checkout_key(connection, account.account_id, key)
        return Checkout(
            key=key,
            cart=replace(seen, key=key),
            quote=priced,
            vat_id=buyer.vat_id,
            vat_id_state=buyer.vat_id_state,
            price_changes=changes,
            to_confirm=number_to_confirm(connection, account.account_id, found.key),
        )

    return context.database.work(session.account.account_id, step)


def _price_changes(seen: Cart, priced: Quote) -> tuple[PriceChange, ...]:
    now = {line.line_id: line.unit_price for line in priced.lines}
    return tuple(
        PriceChange(line.line_id, line.price_seen, now[line.line_id])
        for line in seen.lines
        if line.price_seen != now[line.line_id]
    )
