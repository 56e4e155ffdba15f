"""Orders as they are stored: written once when placed, then only their state changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from billing.accounts.model import VatIdState
from billing.catalogue.model import BillingCycle, Offer
from billing.payments.model import PaymentKind, PaymentSummary
from billing.rating.money import Money
from billing.rating.periods import BillingPeriod
from billing.rating.quote import TaxLine
from billing.rating.tax import TaxTreatment
from billing.storage.tables import account, order, order_line, order_tax

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Connection, Row


class OrderState(StrEnum):
    """Where an order stands; stored, so values never change."""

    AWAITING_PAYMENT = "awaiting_payment"
    FULFILLED = "fulfilled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class LineRecord:
    """A line of an order and the subscription it gives; `cycle` is None for a trial."""

    line_id: str
    subscription_id: str
    offer: Offer
    product: str
    tier: str
    seats: int
    cycle: BillingCycle | None
    unit_price: Money
    amount: Money
    period: BillingPeriod


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """An order of an account. `credit` is what was taken off; `payment` is None for a trial."""

    account_id: str
    order_id: str
    number: str
    contact_id: str
    state: OrderState
    placed_at: datetime
    placed_on: date
    net: Money
    tax: Money
    credit: Money
    total: Money
    treatment: TaxTreatment
    tax_country: str
    vat_id: str
    vat_id_state: VatIdState
    payment: PaymentSummary | None
    quote_identity: str
    catalogue_version: str
    lines: tuple[LineRecord, ...]
    taxes: tuple[TaxLine, ...]

    @property
    def invoice_waits(self) -> bool:
        """The VAT id could not be checked yet, so the invoice cannot be written."""
        return self.treatment is TaxTreatment.UNDECIDED


def next_number(connection: Connection, account_id: str, placed_on: date) -> str:
    """The next order number of a locked account, such as B-2026-000042."""
    mine = account.c.account_id == account_id
    count: int = connection.execute(select(account.c.order_count).where(mine)).scalar_one() + 1
    connection.execute(update(account).where(mine).values(order_count=count))
    return f"B-{placed_on.year}-{count:06d}"


def insert_order(connection: Connection, record: OrderRecord) -> None:
    """Store a new order with its lines and taxes."""
    payment = record.payment
    connection.execute(
        insert(order).values(
            account_id=record.account_id,
            order_id=record.order_id,
            number=record.number,
            contact_id=record.contact_id,
            state=record.state,
            placed_at=record.placed_at,
            placed_on=record.placed_on,
            currency=record.total.currency,
            net_minor=record.net.minor,
            tax_minor=record.tax.minor,
            credit_minor=record.credit.minor,
            total_minor=record.total.minor,
            tax_treatment=record.treatment,
            tax_country=record.tax_country,
            vat_id=record.vat_id,
            vat_id_state=record.vat_id_state,
            payment_kind=payment.kind if payment else "",
            payment_label=payment.label if payment else "",
            payment_bank=payment.bank[:100] if payment else "",
            quote_identity=record.quote_identity,
            catalogue_version=record.catalogue_version,
        )
    )
    key = {"account_id": record.account_id, "order_id": record.order_id}
    connection.execute(
        insert(order_line),
        [key | _line_values(line, index) for index, line in enumerate(record.lines)],
    )
    if record.taxes:
        connection.execute(insert(order_tax), [key | _tax_values(tax) for tax in record.taxes])


def set_order_state(connection: Connection, record: OrderRecord, state: OrderState) -> OrderRecord:
    """The order in its new state, stored."""
    connection.execute(
        update(order)
        .where(order.c.account_id == record.account_id, order.c.order_id == record.order_id)
        .values(state=state)
    )
    return replace(record, state=state)


def set_line_subscription(
    connection: Connection, record: OrderRecord, line: LineRecord, subscription_id: str
) -> LineRecord:
    """The line with the subscription it really gave, stored."""
    connection.execute(
        update(order_line)
        .where(
            order_line.c.account_id == record.account_id,
            order_line.c.order_id == record.order_id,
            order_line.c.line_id == line.line_id,
        )
        .values(subscription_id=subscription_id)
    )
    return replace(line, subscription_id=subscription_id)


def read_order(connection: Connection, account_id: str, order_id: str) -> OrderRecord:
    """An order of an account; it must exist."""
    row = connection.execute(
        select(order).where(order.c.account_id == account_id, order.c.order_id == order_id)
    ).one()
    lines = connection.execute(
        select(order_line)
        .where(order_line.c.account_id == account_id, order_line.c.order_id == order_id)
        .order_by(order_line.c.position)
    )
    taxes = connection.execute(
        select(order_tax).where(
            order_tax.c.account_id == account_id, order_tax.c.order_id == order_id
        )
    )
    currency = row.currency
    return OrderRecord(
        account_id=account_id,
        order_id=order_id,
        number=row.number,
        contact_id=row.contact_id,
        state=OrderState(row.state),
        placed_at=row.placed_at,
        placed_on=row.placed_on,
        net=Money.from_minor(row.net_minor, currency),
        tax=Money.from_minor(row.tax_minor, currency),
        credit=Money.from_minor(row.credit_minor, currency),
        total=Money.from_minor(row.total_minor, currency),
        treatment=TaxTreatment(row.tax_treatment),
        tax_country=row.tax_country,
        vat_id=row.vat_id,
        vat_id_state=VatIdState(row.vat_id_state),
        payment=_payment(row),
        quote_identity=row.quote_identity,
        catalogue_version=row.catalogue_version,
        lines=tuple(_line(line, currency) for line in lines),
        taxes=tuple(sorted((_tax(tax, currency) for tax in taxes), key=lambda tax: tax.rate)),
    )


def _line_values(line: LineRecord, position: int) -> dict[str, object]:
    return {
        "line_id": line.line_id,
        "position": position,
        "subscription_id": line.subscription_id,
        "offer": line.offer,
        "product": line.product,
        "tier": line.tier,
        "seats": line.seats,
        "cycle": line.cycle,
        "unit_price_minor": line.unit_price.minor,
        "amount_minor": line.amount.minor,
        "period_start": line.period.start,
        "period_end": line.period.end,
    }


def _tax_values(tax: TaxLine) -> dict[str, object]:
    return {"rate": str(tax.rate), "net_minor": tax.net.minor, "tax_minor": tax.tax.minor}


def _line(row: Row[Any], currency: str) -> LineRecord:
    return LineRecord(
        line_id=row.line_id,
        subscription_id=row.subscription_id,
        offer=Offer(row.offer),
        product=row.product,
        tier=row.tier,
        seats=row.seats,
        cycle=BillingCycle(row.cycle) if row.cycle else None,
        unit_price=Money.from_minor(row.unit_price_minor, currency),
        amount=Money.from_minor(row.amount_minor, currency),
        period=BillingPeriod(row.period_start, row.period_end),
    )


def _tax(row: Row[Any], currency: str) -> TaxLine:
    return TaxLine(
        rate=Decimal(row.rate),
        net=Money.from_minor(row.net_minor, currency),
        tax=Money.from_minor(row.tax_minor, currency),
    )


def _payment(row: Row[Any]) -> PaymentSummary | None:
    if not row.payment_kind:
        return None
    return PaymentSummary(PaymentKind(row.payment_kind), row.payment_label, row.payment_bank)
