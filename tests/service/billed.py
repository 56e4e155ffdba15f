"""Orders to be billed: placed in a shop and read back, or made up from one that was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing.context import Context
from billing.ids import SeededIds
from billing.invoicing.issue import issue_invoices
from billing.ordering.orders import OrderCredit, OrderKind, read_order
from billing.rating.periods import BillingPeriod
from tests.service.shop import GOOD_CARD, WEBINAR, request

if TYPE_CHECKING:
    from datetime import date

    from billing.invoicing.model import Invoice
    from billing.ordering.model import Selection
    from billing.ordering.orders import OrderRecord
    from billing.payments.model import PaymentInput
    from billing.rating.money import Money
    from tests.service.shop import Shop


def context_of(shop: Shop, seed: int = 50) -> Context:
    """What the parts of the service behind a shop work with."""
    ids = SeededIds(seed, shop.clock)
    return Context(shop.catalogue, shop.database, shop.clock, ids, shop.bank, shop.post)


def order(
    shop: Shop, mail: str, *selections: Selection, payment: PaymentInput = GOOD_CARD
) -> OrderRecord:
    """An order that was placed, of the webinar unless something else is named."""
    session = shop.session(mail)
    checkout = shop.checkout(session, *(selections or (WEBINAR,)))
    told = shop.service.place_order(session, request(checkout, payment))
    return read(shop, session.account.account_id, told.order_id)


def read(shop: Shop, account_id: str, order_id: str) -> OrderRecord:
    """An order as it is stored."""
    return shop.database.read(lambda connection: read_order(connection, account_id, order_id))


def invoice_of(shop: Shop, mail: str, record: OrderRecord) -> Invoice:
    """The one document of an order, as the account's contact reads it."""
    (found,) = documents_of(shop, mail, record)
    return found


def documents_of(shop: Shop, mail: str, record: OrderRecord) -> tuple[Invoice, ...]:
    """The documents of an order, newest first."""
    invoices = shop.service.invoices(shop.session(mail))
    return tuple(invoice for invoice in invoices if invoice.order_id == record.order_id)


def issue(context: Context, record: OrderRecord, *, paid: bool = True) -> None:
    """Bill an order in a transaction of its own."""
    context.database.work(
        record.account_id,
        lambda connection: issue_invoices(connection, context, record, paid=paid),
    )


def renewal_of(context: Context, record: OrderRecord) -> OrderRecord:
    """Another order, which renews what an order bought."""
    return replace(record, order_id=context.ids.new(), kind=OrderKind.RENEWAL)


def change_of(
    context: Context, record: OrderRecord, billed: Invoice, *, net: Money, on: date
) -> OrderRecord:
    """Another order of the same things, which takes `net` of the first line billed back."""
    line = billed.lines[0]
    credit = OrderCredit(
        subscription_id=line.subscription_id,
        corrects_id=billed.invoice_id,
        rate=line.rate,
        net=net,
        tax=net.percent(line.rate),
        unused=BillingPeriod(on, line.period.end),
        period_days=line.period.days,
    )
    used = min(credit.gross, record.net + record.tax)
    return replace(
        record,
        order_id=context.ids.new(),
        kind=OrderKind.CHANGE,
        credit=used,
        correction=credit.gross,
        total=record.net + record.tax - used,
        credits=(credit,),
    )
