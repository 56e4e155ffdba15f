"""The first half of placing an order: find the one that stands, or store a new one.

All under the lock. Nothing is written unless everything holds: who asks, the version of the cart,
its key, and the price.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.accounts.entry import expect_session, read_credit
from billing.catalogue.model import Offer
from billing.errors import CartChanged, PriceChanged, Problem, Refused
from billing.invoicing import numbers
from billing.ordering import orders
from billing.ordering.buyer import require_buyer
from billing.ordering.carts import expect_cart, read_cart
from billing.ordering.keys import Operation, expect_recall, recall, request_hash
from billing.ordering.orders import (
    LineRecord,
    OrderKind,
    OrderRecord,
    OrderState,
    next_number,
)
from billing.ordering.pricing import checked_buyer_tax, price_cart
from billing.ordering.standing import Asked, Pending, find_order, payment_facts, place
from billing.payments.check import CheckedPayment, summary
from billing.payments.methods import expect_method
from billing.rating.money import Money
from billing.subscriptions.shelf import expect_shelf, read_shelf

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.accounts.model import Account, Session
    from billing.context import Context
    from billing.ordering.keys import Recalled
    from billing.ordering.model import Cart, Confirmation, OrderRequest
    from billing.rating.quote import Quote
    from billing.rating.tax import BuyerTax
    from billing.subscriptions.shelf import Shelf


@dataclass(frozen=True, slots=True)
class _Asker:
    """Who asks for what: the request with all that was read for it under the lock."""

    session: Session
    account: Account
    buyer: BuyerTax
    request: OrderRequest
    payment: CheckedPayment
    request_hash: str

    @property
    def asked(self) -> Asked:
        """The request as its keys know it."""
        return Asked(
            Operation.ORDER,
            self.account.account_id,
            self.request_hash,
            self.request.quote.identity,
            self.payment,
        )


def expect_order(connection: Connection, session: Session, request: OrderRequest) -> None:
    """Have all that `accept_order` decides by, and reads on the way, sent in one trip."""
    account_id = session.account.account_id
    expect_session(connection, account_id, session.contact_id)
    expect_recall(connection, account_id, Operation.ORDER, request.key)
    expect_cart(connection, account_id)
    expect_shelf(connection, account_id)
    expect_method(connection, account_id)
    orders.expect_number(connection, account_id)
    numbers.expect_number(connection, account_id)


def accept_order(
    connection: Connection,
    context: Context,
    session: Session,
    request: OrderRequest,
    payment: CheckedPayment,
    *,
    give_up: str = "",
) -> Confirmation | Pending:
    """The order of this request: the one that stands under its key, or a new one.

    `give_up` is the id of an attempt the gateway never heard of: its order fails, and a new one
    is made.

    Raises:
        NotAllowed, InvalidInput, Refused, CartChanged, PriceChanged: nothing was ordered.
        OrderConflict, PaymentDeclined: so ended an earlier request under this key.
    """
    account = require_buyer(connection, context, session)
    buyer = checked_buyer_tax(connection, context, account, request.vat_id)
    wanted = _hash(request, buyer, payment)
    asker = _Asker(session, account, buyer, request, payment, wanted)
    known = recall(connection, account.account_id, Operation.ORDER, request.key)
    standing = _standing(connection, context, asker, request.key, known, give_up=give_up)
    if standing is not None:
        return standing
    return _new_order(connection, context, asker, known)


def _standing(
    connection: Connection,
    context: Context,
    asker: _Asker,
    key: str,
    known: Recalled | None,
    *,
    give_up: str,
) -> Confirmation | Pending | None:
    """What is known under a key; None: nothing, or an order that failed and may be tried again."""
    account_id = asker.account.account_id
    found = find_order(connection, context, asker.asked, known, give_up)
    if found is not None or known is None:
        return found
    # The order failed and the checkout has a new key: a retry belongs there, even one that was
    # sent under the old key.
    renewed = read_cart(connection, account_id).key
    if renewed is None or renewed == key:
        return None
    followed = recall(connection, account_id, Operation.ORDER, renewed)
    return _standing(connection, context, asker, renewed, followed, give_up=give_up)


def _new_order(
    connection: Connection, context: Context, asker: _Asker, known: Recalled | None
) -> Confirmation | Pending:
    account, request = asker.account, asker.request
    cart = read_cart(connection, account.account_id)
    key = _key_of(cart, asker, known)
    if not cart.lines:
        raise Refused(Problem.CART_EMPTY)
    today = context.today(account)
    shelf = read_shelf(connection, context.catalogue, account.account_id, account.currency, today)
    credit = read_credit(connection, account)
    quote = price_cart(shelf, account, today, cart, buyer=asker.buyer, credit=credit)
    if quote.identity != request.quote.identity:
        raise PriceChanged(request.quote, quote)
    record = _record(connection, context, asker, quote, shelf)
    # Also under the key of the failed order that this one follows: whoever asks with that again
    # must find this one.
    return place(connection, context, record, asker.asked, sorted({key, request.key}))


def _key_of(cart: Cart, asker: _Asker, known: Recalled | None) -> str:
    """The key of the checkout that was seen, or the one that followed it when its order failed."""
    changed = cart.version != asker.request.cart_version
    if changed or cart.key is None or (cart.key != asker.request.key and known is None):
        raise CartChanged(cart)
    return cart.key


def _record(
    connection: Connection, context: Context, asker: _Asker, quote: Quote, shelf: Shelf
) -> OrderRecord:
    account, currency = asker.account, asker.account.currency
    return OrderRecord(
        account_id=account.account_id,
        order_id=context.ids.new(),
        number=next_number(connection, account.account_id, quote.today),
        kind=OrderKind.PURCHASE,
        contact_id=asker.session.contact_id,
        state=OrderState.AWAITING_PAYMENT,
        placed_at=context.clock.now(),
        placed_on=quote.today,
        net=quote.net,
        tax=Money.total((tax.tax for tax in quote.taxes), currency),
        credit=quote.credit_used,
        correction=Money.zero(currency),
        total=quote.total_due,
        treatment=quote.treatment,
        tax_country=quote.tax_country,
        vat_id=asker.buyer.vat_id,
        vat_id_state=asker.buyer.vat_id_state,
        payment=summary(asker.payment),
        quote_identity=quote.identity,
        catalogue_version=quote.catalogue_version,
        lines=tuple(
            LineRecord(
                line_id=line.line_id,
                subscription_id=shelf.running_trial(line.product) or context.ids.new(),
                offer=Offer.BUY,
                product=line.product,
                tier=line.tier,
                seats=line.seats,
                cycle=line.cycle,
                unit_price=line.unit_price,
                amount=line.amount,
                period=line.period,
            )
            for line in quote.lines
        ),
        taxes=quote.taxes,
    )


def _hash(request: OrderRequest, buyer: BuyerTax, payment: CheckedPayment) -> str:
    """What is ordered and how it is paid. Not the price: the same order is the same tomorrow."""
    lines = sorted(
        (line.product, line.tier, line.seats, line.cycle) for line in request.quote.lines
    )
    return request_hash(lines, buyer.vat_id, *payment_facts(payment))
