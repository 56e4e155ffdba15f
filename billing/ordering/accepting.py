"""The first half of placing an order: find the one that stands, or store a new one.

All under the lock. Nothing is written unless everything holds: who asks, the version of the cart,
its key, and the price.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import update

from billing.audit import record_event
from billing.catalogue.model import Offer
from billing.errors import (
    CartChanged,
    OrderConflict,
    PaymentDeclined,
    PriceChanged,
    Problem,
    Refused,
)
from billing.ordering.attempts import (
    Attempt,
    AttemptState,
    create_attempt,
    last_attempt,
    store_answer,
)
from billing.ordering.buyer import require_buyer
from billing.ordering.carts import read_cart
from billing.ordering.checkouts import read_credit
from billing.ordering.confirmations import confirm
from billing.ordering.keys import Operation, Recalled, recall, remember, request_hash
from billing.ordering.orders import (
    LineRecord,
    OrderRecord,
    OrderState,
    insert_order,
    next_number,
    read_order,
)
from billing.ordering.pricing import buyer_tax, price_cart
from billing.ordering.settling import fail, fulfil
from billing.payments.cards import CheckedCard
from billing.payments.check import CheckedMandate, CheckedPayment, summary
from billing.payments.model import DeclineReason, PaymentKind
from billing.rating.money import Money
from billing.storage.tables import account as account_table
from billing.subscriptions.shelf import read_shelf
from billing.subscriptions.starts import running_trial

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.accounts.model import Account, Session
    from billing.context import Context
    from billing.ordering.model import Cart, Confirmation, OrderRequest
    from billing.rating.quote import Quote
    from billing.rating.tax import BuyerTax


@dataclass(frozen=True, slots=True)
class Pending:
    """An order that waits for its payment.

    `resumed`: an earlier call stored it. `same`: that call asked for the same. `repeatable`: it
    also saw the same quote, so the gateway may be asked for this very sum again.
    """

    record: OrderRecord
    attempt: Attempt
    resumed: bool
    same: bool
    repeatable: bool


@dataclass(frozen=True, slots=True)
class _Asker:
    """Who asks for what: the request with all that was read for it under the lock."""

    session: Session
    account: Account
    buyer: BuyerTax
    request: OrderRequest
    payment: CheckedPayment
    request_hash: str


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
    buyer = buyer_tax(account, request.vat_id)
    wanted = _hash(request, buyer, payment)
    asker = _Asker(session, account, buyer, request, payment, wanted)
    standing = _standing(connection, context, asker, request.key, give_up)
    if standing is not None:
        return standing
    return _new_order(connection, context, asker)


def _standing(
    connection: Connection, context: Context, asker: _Asker, key: str, give_up: str
) -> Confirmation | Pending | None:
    """What stands under a key; None: nothing, or an order that failed and may be tried again."""
    account_id = asker.account.account_id
    known = recall(connection, account_id, Operation.ORDER, key)
    if known is None:
        return None
    record = read_order(connection, account_id, known.order_id)
    attempt = last_attempt(connection, account_id, known.order_id)
    same = known.request_hash == asker.request_hash
    if record.state is OrderState.FULFILLED:
        if not same:
            raise OrderConflict(record.number)
        return confirm(connection, record, replayed=True)
    if attempt is not None and record.state is OrderState.AWAITING_PAYMENT:
        if attempt.attempt_id != give_up:
            seen = record.quote_identity == asker.request.quote.identity
            return Pending(record, attempt, resumed=True, same=same, repeatable=same and seen)
        store_answer(connection, attempt, AttemptState.LOST, context.clock.now())
        fail(connection, context, record, "the gateway never heard of it")
    elif attempt is not None and same and attempt.state is AttemptState.DECLINED:
        raise PaymentDeclined(attempt.reason or DeclineReason.GENERIC_DECLINE)
    # The order failed and the checkout has a new key: a retry belongs there, even one that was
    # sent under the old key.
    renewed = read_cart(connection, account_id).key
    if renewed is None or renewed == key:
        return None
    return _standing(connection, context, asker, renewed, give_up)


def _new_order(connection: Connection, context: Context, asker: _Asker) -> Confirmation | Pending:
    account, request = asker.account, asker.request
    cart = read_cart(connection, account.account_id)
    key = _key_of(connection, cart, asker)
    if not cart.lines:
        raise Refused(Problem.CART_EMPTY)
    today = context.today(account)
    shelf = read_shelf(connection, context.catalogue, account.account_id, account.currency, today)
    credit = read_credit(connection, account)
    quote = price_cart(shelf, account, today, cart, buyer=asker.buyer, credit=credit)
    if quote.identity != request.quote.identity:
        raise PriceChanged(request.quote, quote)
    record = _record(connection, context, asker, quote)
    insert_order(connection, record)
    recalled = Recalled(asker.request_hash, record.order_id)
    # Also under the key of the failed order that this one follows: whoever asks with that again
    # must find this one.
    for one in sorted({key, request.key}):
        remember(connection, account.account_id, Operation.ORDER, one, recalled)
    _take_credit(connection, record)
    record_event(
        connection,
        context,
        account_id=account.account_id,
        contact_id=asker.session.contact_id,
        action="order_placed",
        object_id=record.order_id,
        new={"number": record.number, "total": str(record.total.amount)},
    )
    kind = summary(asker.payment).kind
    if kind is PaymentKind.INVOICE or not record.total.minor:
        return confirm(connection, fulfil(connection, context, record), replayed=False)
    attempt = create_attempt(connection, record, context.ids.new(), kind)
    return Pending(record, attempt, resumed=False, same=True, repeatable=True)


def _key_of(connection: Connection, cart: Cart, asker: _Asker) -> str:
    """The key of the checkout that was seen, or the one that followed it when its order failed."""
    followed = recall(connection, asker.account.account_id, Operation.ORDER, asker.request.key)
    changed = cart.version != asker.request.cart_version
    if changed or cart.key is None or (cart.key != asker.request.key and followed is None):
        raise CartChanged(cart)
    return cart.key


def _record(connection: Connection, context: Context, asker: _Asker, quote: Quote) -> OrderRecord:
    account, currency = asker.account, asker.account.currency
    return OrderRecord(
        account_id=account.account_id,
        order_id=context.ids.new(),
        number=next_number(connection, account.account_id, quote.today),
        contact_id=asker.session.contact_id,
        state=OrderState.AWAITING_PAYMENT,
        placed_at=context.clock.now(),
        placed_on=quote.today,
        net=quote.net,
        tax=Money.total((tax.tax for tax in quote.taxes), currency),
        credit=quote.credit_used,
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
                subscription_id=(
                    running_trial(connection, account.account_id, line.product, quote.today)
                    or context.ids.new()
                ),
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


def _take_credit(connection: Connection, record: OrderRecord) -> None:
    if record.credit.minor:
        connection.execute(
            update(account_table)
            .where(account_table.c.account_id == record.account_id)
            .values(credit_minor=account_table.c.credit_minor - record.credit.minor)
        )


def _hash(request: OrderRequest, buyer: BuyerTax, payment: CheckedPayment) -> str:
    """What is ordered and how it is paid. Not the price: the same order is the same tomorrow."""
    lines = sorted(
        (line.product, line.tier, line.seats, line.cycle) for line in request.quote.lines
    )
    shown = summary(payment)
    return request_hash(lines, buyer.vat_id, shown.kind, shown.label, _payer(payment))


def _payer(payment: CheckedPayment) -> str:
    match payment:
        case CheckedMandate():
            return payment.holder
        case CheckedCard():
            return payment.summary.expiry
        case _:
            return ""
