"""Pricing: selections or a cart, at the catalogue's prices and the buyer's tax, as a quote."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing.accounts.model import VatIdState
from billing.accounts.vat_checks import known_state
from billing.accounts.vat_ids import normalise_vat_id
from billing.errors import Problem, Refused
from billing.rating.money import Money
from billing.rating.quote import QuoteItem, quote
from billing.rating.tax import BuyerTax

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import Connection

    from billing.accounts.model import Account
    from billing.catalogue.model import Catalogue
    from billing.context import Context
    from billing.ordering.model import Cart, CartLine, Selection
    from billing.rating.quote import Quote
    from billing.subscriptions.shelf import Shelf


def buyer_tax(account: Account, text: str | None) -> BuyerTax:
    """What decides the account's tax with the VAT id typed; None: its own, "": none.

    Needs no database, so another id than the account's own is UNKNOWN; see `checked_buyer_tax`.

    Raises:
        InvalidInput: the text is no well-formed id of the account's country.
    """
    if text is None or (account.vat_id and text.strip() == account.vat_id):
        return BuyerTax(account.country, account.vat_id, account.vat_id_state)
    if not text.strip():
        return BuyerTax(account.country, "", VatIdState.NONE)
    vat_id = normalise_vat_id(text, account.country)
    state = account.vat_id_state if vat_id == account.vat_id else VatIdState.UNKNOWN
    return BuyerTax(account.country, vat_id, state)


def checked_buyer_tax(
    connection: Connection, context: Context, account: Account, text: str | None
) -> BuyerTax:
    """As `buyer_tax`, with what the authority said of the id; `account` must be as it is now.

    Raises:
        InvalidInput: as `buyer_tax`.
    """
    buyer = buyer_tax(account, text)
    if not buyer.vat_id or buyer.vat_id == account.vat_id:
        return buyer
    known = known_state(connection, account.account_id, buyer.vat_id, context.clock.now())
    return replace(buyer, vat_id_state=known or VatIdState.UNKNOWN)


def price_selections(
    catalogue: Catalogue,
    account: Account,
    today: date,
    selections: Iterable[Selection],
    buyer: BuyerTax,
) -> Quote:
    """A quote for selections that are in no cart yet; their line ids count from "1".

    Raises:
        Refused: a product, tier or price is unknown.
    """
    items = [
        _item(str(index), selection, _price(catalogue, account, selection))
        for index, selection in enumerate(selections, start=1)
    ]
    return _quote(
        catalogue, account, today, items, buyer=buyer, credit=Money.zero(account.currency)
    )


def price_cart(
    shelf: Shelf, account: Account, today: date, cart: Cart, *, buyer: BuyerTax, credit: Money
) -> Quote:
    """The quote that an order of this cart is placed at.

    Raises:
        Refused: a line cannot be bought any more; the fact `line_id` names it. NO_LONGER_SOLD when
            the catalogue has changed since.
    """
    items = []
    for line in cart.lines:
        try:
            price = shelf.price_to_buy(line.selection)
        except Refused as refused:
            raise _refused_line(shelf.catalogue, line, refused) from None
        items.append(_item(line.line_id, line.selection, price))
    return _quote(shelf.catalogue, account, today, items, buyer=buyer, credit=credit)


def _refused_line(catalogue: Catalogue, line: CartLine, refused: Refused) -> Refused:
    """Why a line that could be bought when it was put into the cart cannot be any more."""
    facts = {**refused.facts, "line_id": line.line_id}
    if refused.problem in {Problem.UNKNOWN_PRODUCT, Problem.UNKNOWN_TIER}:
        name = catalogue.product_name(line.selection.product)
        return Refused(Problem.NO_LONGER_SOLD, **{**facts, "product": name})
    return Refused(refused.problem, **facts)


def _price(catalogue: Catalogue, account: Account, selection: Selection) -> Money:
    tier = catalogue.product(selection.product).tier(selection.tier)
    return tier.price(selection.cycle, account.currency)


def _item(line_id: str, selection: Selection, unit_price: Money) -> QuoteItem:
    return QuoteItem(
        line_id=line_id,
        product=selection.product,
        tier=selection.tier,
        seats=selection.seats,
        cycle=selection.cycle,
        unit_price=unit_price,
    )


def _quote(
    catalogue: Catalogue,
    account: Account,
    today: date,
    items: list[QuoteItem],
    *,
    buyer: BuyerTax,
    credit: Money,
) -> Quote:
    return quote(
        items,
        today=today,
        currency=account.currency,
        buyer=buyer,
        seller_country=catalogue.seller.country,
        catalogue_version=catalogue.version,
        credit=credit,
    )
