"""Changing a running subscription: priced beforehand, ordered exactly once at that very price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing.catalogue.model import Offer
from billing.errors import PriceChanged, Problem, Refused
from billing.ordering.buyer import require_buyer
from billing.ordering.change_pricing import Subject, price_change, read_subject
from billing.ordering.keys import Operation, recall, request_hash
from billing.ordering.orders import (
    LineRecord,
    OrderCredit,
    OrderKind,
    OrderRecord,
    OrderState,
    next_number,
)
from billing.ordering.payment_details import check_details
from billing.ordering.placing import carry_through
from billing.ordering.standing import Asked, find_order, payment_facts, place, shown
from billing.payments.methods import current_method
from billing.rating.money import Money

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from billing.accounts.model import Session
    from billing.context import Context
    from billing.ordering.model import Change, ChangeRequest, Confirmation
    from billing.ordering.standing import Payment, Pending
    from billing.payments.check import CheckedPayment
    from billing.rating.change import ChangeCredit, ChangeQuote


def preview_change(
    context: Context, session: Session, subscription_id: str, change: Change
) -> ChangeQuote:
    """What a change would cost today, and how it would move the billing date.

    Raises:
        NotAllowed: ordering is not open to the contact.
        Refused: the subscription cannot be changed now, or not to that; see `change_subscription`.
    """

    def step(connection: Connection) -> ChangeQuote:
        subject = read_subject(connection, context, session, subscription_id)
        return price_change(connection, context, subject, change)

    return context.database.read(step)


def change_subscription(context: Context, session: Session, request: ChangeRequest) -> Confirmation:
    """Change a subscription once: the same request again gives the same confirmation.

    After PaymentDeclined the next try needs a new key.

    Raises:
        NotAllowed, InvalidInput: nothing was changed.
        Refused: UNKNOWN_SUBSCRIPTION, ON_TRIAL, SUBSCRIPTION_NOT_ACTIVE, CANCELLATION_PENDING,
            PAYMENT_OPEN, TAX_PENDING, SUBSCRIPTION_CHANGED (since that version), NOTHING_CHANGES,
            UNKNOWN_PRODUCT or UNKNOWN_TIER, NOT_SOLD_IN_CURRENCY, SEATS_BELOW_MINIMUM or
            SEATS_ABOVE_MAXIMUM, SEATS_ASSIGNED (facts `product`, `seats`, `assigned`),
            NO_PAYMENT_METHOD or SEPA_IN_EURO_ONLY.
        PriceChanged: with another quote than the one seen.
        OrderConflict: the key belongs to another change, which was made.
        PaymentDeclined: nothing was charged, the subscription is as it was.
        PaymentUnknown: the order stands; the same request again asks what became of it.
        PaymentActionNeeded: the bank asks the buyer first; the same request again goes on after it.
    """
    typed = request.payment
    payment = None if typed is None else check_details(context, session, typed)

    def accept(connection: Connection, give_up: str) -> Confirmation | Pending:
        return _accept(connection, context, session, request, payment, give_up=give_up)

    return carry_through(context, session.account.account_id, accept)


def _accept(
    connection: Connection,
    context: Context,
    session: Session,
    request: ChangeRequest,
    payment: CheckedPayment | None,
    *,
    give_up: str,
) -> Confirmation | Pending:
    account = require_buyer(connection, context, session)
    asked = Asked(
        Operation.CHANGE,
        account.account_id,
        _hash(request, payment),
        request.quote.identity,
        payment or current_method(connection, account.account_id),
    )
    known = recall(connection, account.account_id, Operation.CHANGE, request.key)
    found = find_order(connection, context, asked, known, give_up)
    if found is not None:
        return found
    subject = read_subject(connection, context, session, request.subscription_id)
    if subject.row.version != request.version:
        name = context.catalogue.product_name(subject.row.product)
        raise Refused(Problem.SUBSCRIPTION_CHANGED, product=name)
    priced = price_change(connection, context, subject, request.change)
    if priced.identity != request.quote.identity:
        raise PriceChanged(request.quote, priced)
    if asked.payment is None and priced.total_due.minor:
        raise Refused(Problem.NO_PAYMENT_METHOD)
    record = _record(connection, context, subject, priced, asked.payment)
    return place(connection, context, record, asked, (request.key,))


def _record(
    connection: Connection,
    context: Context,
    subject: Subject,
    priced: ChangeQuote,
    payment: Payment | None,
) -> OrderRecord:
    account, charge = subject.account, priced.charge
    (line,) = charge.lines
    return OrderRecord(
        account_id=account.account_id,
        order_id=context.ids.new(),
        number=next_number(connection, account.account_id, charge.today),
        kind=OrderKind.CHANGE,
        contact_id=subject.contact_id,
        state=OrderState.AWAITING_PAYMENT,
        placed_at=context.clock.now(),
        placed_on=charge.today,
        net=charge.net,
        tax=Money.total((tax.tax for tax in charge.taxes), account.currency),
        credit=charge.credit_used,
        correction=priced.correction,
        total=charge.total_due,
        treatment=charge.treatment,
        tax_country=charge.tax_country,
        vat_id=subject.buyer.vat_id,
        vat_id_state=subject.buyer.vat_id_state,
        payment=None if payment is None else shown(payment),
        quote_identity=priced.identity,
        catalogue_version=charge.catalogue_version,
        lines=(
            LineRecord(
                line_id=line.line_id,
                subscription_id=subject.row.subscription_id,
                offer=Offer.BUY,
                product=line.product,
                tier=line.tier,
                seats=line.seats,
                cycle=line.cycle,
                unit_price=line.unit_price,
                amount=line.amount,
                period=line.period,
            ),
        ),
        taxes=charge.taxes,
        credits=tuple(_credit(subject.row, credit) for credit in priced.credits),
    )


def _credit(row: Row[Any], credit: ChangeCredit) -> OrderCredit:
    return OrderCredit(
        subscription_id=row.subscription_id,
        corrects_id=credit.invoice_id,
        rate=credit.rate,
        net=credit.net,
        tax=credit.tax,
        unused=credit.unused,
        period_days=credit.old_days,
    )


def _hash(request: ChangeRequest, payment: CheckedPayment | None) -> str:
    """What is to become of what, and how it is paid. Not the price: it may be another tomorrow."""
    wanted = request.change
    return request_hash(
        request.subscription_id,
        request.version,
        wanted.tier,
        wanted.seats,
        wanted.cycle,
        None if payment is None else payment_facts(payment),
    )
