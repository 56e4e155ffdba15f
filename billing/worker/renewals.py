"""Renewals: the next period of a subscription is billed when the one before it has ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from billing.accounts.entry import read_account, read_billing_contact_id, read_credit
from billing.accounts.model import AccountKind
from billing.accounts.vat_checks import recheck_own
from billing.audit import Actor, record_event
from billing.catalogue.model import BillingCycle, Offer
from billing.invoicing.issue import issue_invoices
from billing.ordering.attempts import AttemptState, last_attempt
from billing.ordering.orders import (
    LineRecord,
    OrderKind,
    OrderRecord,
    OrderState,
    insert_order,
    next_number,
)
from billing.ordering.settling import fulfil, give_credit
from billing.payments.methods import current_method
from billing.payments.model import PaymentKind
from billing.rating.money import Money
from billing.rating.periods import BillingPeriod, next_boundary
from billing.rating.quote import TaxLine
from billing.rating.tax import decide_tax
from billing.subscriptions.dunning import payment_failed
from billing.subscriptions.model import EventKind, SubscriptionState
from billing.subscriptions.running import awaits_payment
from billing.subscriptions.transitions import Who, advance, read_row
from billing.worker.charging import Charge, begin_charge, carry_out

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from billing.accounts.model import Account
    from billing.context import Context
    from billing.payments.model import StoredMethod


@dataclass(frozen=True, slots=True)
class _Billed:
    """A period that was billed; `charge` is None when the gateway need not be asked."""

    charge: Charge | None


def renew(context: Context, account_id: str, subscription_id: str) -> bool:
    """Bill the next period of a subscription, if it is due; whether it was.

    Called again, it bills the period after that, but none beyond a payment that failed or whose
    outcome is not known yet.
    """
    recheck_own(context, account_id)
    billed = context.database.work(
        account_id, lambda connection: _bill(connection, context, account_id, subscription_id)
    )
    if billed is None:
        return False
    if billed.charge is not None:
        carry_out(context, billed.charge)
    return True


def _bill(
    connection: Connection, context: Context, account_id: str, subscription_id: str
) -> _Billed | None:
    account = read_account(connection, account_id, context.clock.now())
    row = read_row(connection, account_id, subscription_id)
    if account is None or row is None or not _is_due(connection, row, account, context):
        return None
    method = current_method(connection, account_id)
    record = _record(connection, context, account, row, method)
    _store(connection, context, row, record)
    if not record.total.minor or _on_invoice(method):
        fulfil(connection, context, record)
        return _Billed(None)
    if method is None:
        payment_failed(connection, context, record)
        return _Billed(None)
    return _Billed(begin_charge(connection, context, record, method))


def _is_due(connection: Connection, row: Row[Any], account: Account, context: Context) -> bool:
    if account.kind is AccountKind.CORPORATE or row.state != SubscriptionState.ACTIVE:
        return False
    if row.period_end > context.today(account):
        return False
    if awaits_payment(connection, row.account_id, row.subscription_id):
        # Such as a change: once it is paid, it moves the very day that is looked at here.
        return False
    paying = last_attempt(connection, row.account_id, row.order_id) if row.order_id else None
    if paying is None:
        return True
    # A debit on its way that has come back before may do so again: nothing is billed beyond it.
    doubtful = paying.state is AttemptState.PROCESSING and row.failed_payments > 0
    return not (paying.unsettled or doubtful)


def _on_invoice(method: StoredMethod | None) -> bool:
    return method is not None and method.shown.kind is PaymentKind.INVOICE


def _record(
    connection: Connection,
    context: Context,
    account: Account,
    row: Row[Any],
    method: StoredMethod | None,
) -> OrderRecord:
    """The order of the period after the current one, priced as the subscription was bought."""
    today, currency = context.today(account), row.currency
    line = _line(context, row)
    tax = decide_tax(
        context.catalogue.seller.country,
        account.country,
        account.vat_id,
        account.vat_id_state,
        line.period.start,
    )
    taxes = (TaxLine(tax.rate, line.amount, line.amount.percent(tax.rate)),) if tax.rate else ()
    tax_sum = Money.total((one.tax for one in taxes), currency)
    gross = line.amount + tax_sum
    credit = min(gross, read_credit(connection, account))
    return OrderRecord(
        account_id=account.account_id,
        order_id=context.ids.new(),
        number=next_number(connection, account.account_id, today),
        kind=OrderKind.RENEWAL,
        contact_id=read_billing_contact_id(connection, account.account_id),
        state=OrderState.AWAITING_PAYMENT,
        placed_at=context.clock.now(),
        placed_on=today,
        net=line.amount,
        tax=tax_sum,
        credit=credit,
        correction=Money.zero(currency),
        total=gross - credit,
        treatment=tax.treatment,
        tax_country=tax.country,
        vat_id=account.vat_id,
        vat_id_state=account.vat_id_state,
        payment=None if method is None else method.shown,
        quote_identity="",
        catalogue_version=row.catalogue_version,
        lines=(line,),
        taxes=taxes,
    )


def _line(context: Context, row: Row[Any]) -> LineRecord:
    cycle = BillingCycle(row.cycle)
    unit_price = Money.from_minor(row.unit_price_minor, row.currency)
    end = next_boundary(row.anchor, cycle.months, row.period_end)
    return LineRecord(
        line_id=context.ids.new(),
        subscription_id=row.subscription_id,
        offer=Offer.BUY,
        product=row.product,
        tier=row.tier,
        seats=row.seats,
        cycle=cycle,
        unit_price=unit_price,
        amount=unit_price * row.seats,
        period=BillingPeriod(row.period_end, end),
    )


def _store(connection: Connection, context: Context, row: Row[Any], record: OrderRecord) -> None:
    """The subscription in its next period, with the order and the invoice that bill it."""
    period = record.lines[0].period
    values = {
        "period_start": period.start,
        "period_end": period.end,
        "order_id": record.order_id,
        "failed_payments": 0,
        "next_step_on": period.end,
    }
    who = Who(record.contact_id, record.placed_on, Actor.WORKER)
    advance(connection, context, row, EventKind.RENEWED, values, who=who)
    insert_order(connection, record)
    give_credit(connection, record.account_id, -record.credit)
    if not record.invoice_waits:
        issue_invoices(connection, context, record, paid=not record.total.minor)
    record_event(
        connection,
        context,
        account_id=record.account_id,
        contact_id=record.contact_id,
        action="order_placed",
        object_id=record.order_id,
        new={"number": record.number, "total": str(record.total.amount)},
        actor=Actor.WORKER,
    )
