"""Pricing a change: what the subscription is and was paid with, and what it is to become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from billing.accounts.entry import read_credit
from billing.catalogue.model import BillingCycle, Offer
from billing.errors import Problem, Refused
from billing.invoicing.debts import is_owed
from billing.invoicing.drafting import billed_line
from billing.invoicing.read import invoice_of_order, read_tax_left
from billing.ordering.buyer import require_buyer
from billing.ordering.pricing import buyer_tax
from billing.rating.change import PaidPeriod, change_quote
from billing.rating.periods import BillingPeriod
from billing.rating.quote import QuoteItem
from billing.storage.tables import licence
from billing.subscriptions.running import read_running
from billing.subscriptions.shelf import check_seats

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from billing.accounts.model import Account, Session
    from billing.context import Context
    from billing.invoicing.model import Invoice
    from billing.ordering.model import Change
    from billing.rating.change import ChangeQuote
    from billing.rating.tax import BuyerTax


@dataclass(frozen=True, slots=True)
class Subject:
    """Who wants to change which subscription, with all that was read for it."""

    contact_id: str
    account: Account
    buyer: BuyerTax
    row: Row[Any]


def read_subject(
    connection: Connection, context: Context, session: Session, subscription_id: str
) -> Subject:
    """The subscription of an account, if this contact may change it today.

    Raises:
        NotAllowed: ordering is not open to the contact.
        Refused: UNKNOWN_SUBSCRIPTION, ON_TRIAL, SUBSCRIPTION_NOT_ACTIVE, CANCELLATION_PENDING,
            PAYMENT_OPEN.
    """
    account = require_buyer(connection, context, session)
    today = context.today(account)
    row = read_running(connection, context.catalogue, account.account_id, subscription_id, today)
    return Subject(session.contact_id, account, buyer_tax(account, None), row)


def price_change(
    connection: Connection, context: Context, subject: Subject, change: Change
) -> ChangeQuote:
    """What the change costs today, or on the first day of the current period where that is later.

    Raises:
        Refused: TAX_PENDING, or the subscription cannot become that.
    """
    account, row = subject.account, subject.row
    invoice = _invoice(connection, context, row)
    priced = change_quote(
        _item(connection, context, subject, change),
        old_period=BillingPeriod(row.period_start, row.period_end),
        paid=None if invoice is None else _paid(connection, invoice, row.subscription_id),
        # A clock that was set back must not begin a period within the one before the current one.
        today=max(context.today(account), row.period_start),
        buyer=subject.buyer,
        seller_country=context.catalogue.seller.country,
        catalogue_version=context.catalogue.version,
        account_credit=read_credit(connection, account),
    )
    if (
        invoice is not None
        and priced.correction > priced.charge.total_due + priced.charge.credit_used
        and is_owed(connection, invoice, row.subscription_id)
    ):
        # Credit must come of money: what is still owed is paid first, or changed to no less.
        raise Refused(Problem.PAYMENT_OPEN, product=context.catalogue.product_name(row.product))
    return priced


def _invoice(connection: Connection, context: Context, row: Row[Any]) -> Invoice | None:
    """The invoice of the current period; None when no order paid for it."""
    if row.order_id is None:
        return None
    invoice = invoice_of_order(connection, row.account_id, row.order_id)
    if invoice is None:
        name = context.catalogue.product_name(row.product)
        raise Refused(Problem.TAX_PENDING, product=name)
    return invoice


def _paid(connection: Connection, invoice: Invoice, subscription_id: str) -> PaidPeriod:
    """What an invoice charged for a subscription, and how much of its tax is left to give back."""
    billed = billed_line(invoice, subscription_id)
    tax_left = read_tax_left(connection, invoice, billed.rate)
    return PaidPeriod(invoice.invoice_id, billed.amount, billed.rate, billed.period, tax_left)


def _item(connection: Connection, context: Context, subject: Subject, change: Change) -> QuoteItem:
    """The changed subscription as it is to be priced, if it may be changed to that."""
    row = subject.row
    product = context.catalogue.product(row.product)
    if (change.tier, change.seats, change.cycle) == (row.tier, row.seats, BillingCycle(row.cycle)):
        raise Refused(Problem.NOTHING_CHANGES, product=product.name)
    tier = product.tier(change.tier)
    price = tier.price(change.cycle, subject.account.currency)
    check_seats(product, tier, change.seats, Offer.BUY)
    assigned = _assigned(connection, row)
    if change.seats < assigned:
        raise Refused(
            Problem.SEATS_ASSIGNED, product=product.name, seats=change.seats, assigned=assigned
        )
    return QuoteItem(
        line_id=row.subscription_id,
        product=row.product,
        tier=change.tier,
        seats=change.seats,
        cycle=change.cycle,
        unit_price=price,
    )


def _assigned(connection: Connection, row: Row[Any]) -> int:
    number: int = connection.execute(
        select(func.count())
        .select_from(licence)
        .where(
            licence.c.account_id == row.account_id,
            licence.c.subscription_id == row.subscription_id,
        )
    ).scalar_one()
    return number
