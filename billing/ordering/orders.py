"""Orders as they are stored: written once when placed, then only their state changes.

The tax of an order whose VAT id could not be checked is decided later, once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select, update

from billing.accounts.model import VatIdState
from billing.accounts.vat_checks import await_answer
from billing.catalogue.model import BillingCycle, Offer
from billing.payments.model import PaymentKind, PaymentSummary
from billing.rating.money import Money
from billing.rating.periods import BillingPeriod
from billing.rating.quote import TaxLine
from billing.rating.tax import TaxTreatment
from billing.storage.sending import expect, run
from billing.storage.statements import insert_into
from billing.storage.tables import account, order, order_credit, order_line, order_tax

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Connection, Row

_MINE = account.c.account_id == bindparam("owner")
_COUNT = select(account.c.order_count).where(_MINE)
_COUNT_ON = update(account).where(_MINE)
_THIS = (order.c.account_id == bindparam("owner"), order.c.order_id == bindparam("this"))
_READ = select(order).where(*_THIS)
_CHANGE = update(order).where(*_THIS)
_LINES = (
    select(order_line)
    .where(
        order_line.c.account_id == bindparam("owner"), order_line.c.order_id == bindparam("this")
    )
    .order_by(order_line.c.position)
)
_TAXES = select(order_tax).where(
    order_tax.c.account_id == bindparam("owner"), order_tax.c.order_id == bindparam("this")
)


class OrderState(StrEnum):
    """Where an order stands; stored, so values never change."""

    AWAITING_PAYMENT = "awaiting_payment"
    FULFILLED = "fulfilled"
    FAILED = "failed"


class OrderKind(StrEnum):
    """What an order is for; stored, so values never change. The worker places renewals."""

    PURCHASE = "purchase"
    TRIAL = "trial"
    CHANGE = "change"
    RENEWAL = "renewal"


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
class OrderCredit:
    """What a change gives back of an earlier invoice: the unused days of its period.

    `net` and `tax` are positive, at the `rate` (percent) of the invoice corrected; `unused` lies at
    the end of a period of `period_days` days.
    """

    subscription_id: str
    corrects_id: str
    rate: Decimal
    net: Money
    tax: Money
    unused: BillingPeriod
    period_days: int

    @property
    def gross(self) -> Money:
        """Net and tax."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """An order of an account. `payment` is None for a trial.

    `total` = `net` + `tax` − `credit`. Of the credit, a change brings `correction` (gross) itself;
    only the rest came from the account, and what of it is not needed goes there.
    """

    account_id: str
    order_id: str
    number: str
    kind: OrderKind
    contact_id: str
    state: OrderState
    placed_at: datetime
    placed_on: date
    net: Money
    tax: Money
    credit: Money
    correction: Money
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
    credits: tuple[OrderCredit, ...] = ()

    @property
    def credit_taken(self) -> Money:
        """What of the credit came from the account when the order was placed."""
        return max(Money.zero(self.total.currency), self.credit - self.correction)

    @property
    def credit_given(self) -> Money:
        """What the account gets when the order is fulfilled: a correction's unused rest."""
        return max(Money.zero(self.total.currency), self.correction - self.credit)

    @property
    def invoice_waits(self) -> bool:
        """The VAT id could not be checked yet, so the invoice cannot be written."""
        return self.treatment is TaxTreatment.UNDECIDED


def expect_number(connection: Connection, account_id: str) -> None:
    """Have what `next_number` needs sent with the next trip."""
    expect(connection, _COUNT, {"owner": account_id})


def next_number(connection: Connection, account_id: str, placed_on: date) -> str:
    """The next order number of a locked account, such as B-2026-000042."""
    count: int = run(connection, _COUNT, {"owner": account_id}).scalar_one() + 1
    run(connection, _COUNT_ON, {"owner": account_id, "order_count": count})
    return f"B-{placed_on.year}-{count:06d}"


def insert_order(connection: Connection, record: OrderRecord) -> None:
    """Store a new order with its lines and taxes."""
    key = {"account_id": record.account_id, "order_id": record.order_id}
    run(connection, insert_into(order), key | _values(record) | _payment_values(record.payment))
    run(
        connection,
        insert_into(order_line),
        [key | _line_values(line, index) for index, line in enumerate(record.lines)],
    )
    if record.taxes:
        run(connection, insert_into(order_tax), [key | _tax_values(tax) for tax in record.taxes])
    if record.credits:
        run(
            connection, insert_into(order_credit), [key | _credit_values(c) for c in record.credits]
        )
    if record.invoice_waits and record.kind is not OrderKind.TRIAL:
        await_answer(connection, record.account_id, record.vat_id, record.placed_at)


def set_order_state(connection: Connection, record: OrderRecord, state: OrderState) -> OrderRecord:
    """The order in its new state, stored."""
    if record.state is state:
        return record
    run(connection, _CHANGE, _this(record) | {"state": state})
    return replace(record, state=state)


def set_order_payment(
    connection: Connection, record: OrderRecord, payment: PaymentSummary
) -> OrderRecord:
    """The order with what it is to be paid with from now on, stored; its invoice stays as it is."""
    run(connection, _CHANGE, _this(record) | _payment_values(payment))
    return replace(record, payment=payment)


def set_order_tax(connection: Connection, record: OrderRecord) -> None:
    """Store what the check of the VAT id made of an order: its tax and the sums that follow."""
    decided = {
        "tax_treatment": record.treatment,
        "vat_id_state": record.vat_id_state,
        "tax_minor": record.tax.minor,
        "credit_minor": record.credit.minor,
        "total_minor": record.total.minor,
    }
    run(connection, _CHANGE, _this(record) | decided)
    kept = [str(tax.rate) for tax in record.taxes]
    connection.execute(
        delete(order_tax).where(
            order_tax.c.account_id == record.account_id,
            order_tax.c.order_id == record.order_id,
            order_tax.c.rate.not_in(kept),
        )
    )


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
    this = {"owner": account_id, "this": order_id}
    row = run(connection, _READ, this).one()
    lines = run(connection, _LINES, this)
    taxes = run(connection, _TAXES, this)
    currency = row.currency
    return OrderRecord(
        account_id=account_id,
        order_id=order_id,
        number=row.number,
        kind=OrderKind(row.kind),
        contact_id=row.contact_id,
        state=OrderState(row.state),
        placed_at=row.placed_at,
        placed_on=row.placed_on,
        net=Money.from_minor(row.net_minor, currency),
        tax=Money.from_minor(row.tax_minor, currency),
        credit=Money.from_minor(row.credit_minor, currency),
        correction=Money.from_minor(row.correction_minor, currency),
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
        credits=_credits(connection, row) if row.kind == OrderKind.CHANGE else (),
    )


def _credits(connection: Connection, owner: Row[Any]) -> tuple[OrderCredit, ...]:
    rows = connection.execute(
        select(order_credit)
        .where(
            order_credit.c.account_id == owner.account_id,
            order_credit.c.order_id == owner.order_id,
        )
        .order_by(order_credit.c.subscription_id)
    )
    return tuple(
        OrderCredit(
            subscription_id=row.subscription_id,
            corrects_id=row.corrects_id,
            rate=Decimal(row.rate),
            net=Money.from_minor(row.net_minor, owner.currency),
            tax=Money.from_minor(row.tax_minor, owner.currency),
            unused=BillingPeriod(row.unused_start, row.unused_end),
            period_days=row.period_days,
        )
        for row in rows
    )


def _credit_values(credit: OrderCredit) -> dict[str, object]:
    return {
        "subscription_id": credit.subscription_id,
        "corrects_id": credit.corrects_id,
        "rate": str(credit.rate),
        "net_minor": credit.net.minor,
        "tax_minor": credit.tax.minor,
        "unused_start": credit.unused.start,
        "unused_end": credit.unused.end,
        "period_days": credit.period_days,
    }


def _this(record: OrderRecord) -> dict[str, object]:
    return {"owner": record.account_id, "this": record.order_id}


def _values(record: OrderRecord) -> dict[str, object]:
    return {
        "number": record.number,
        "kind": record.kind,
        "contact_id": record.contact_id,
        "state": record.state,
        "placed_at": record.placed_at,
        "placed_on": record.placed_on,
        "currency": record.total.currency,
        "net_minor": record.net.minor,
        "tax_minor": record.tax.minor,
        "credit_minor": record.credit.minor,
        "correction_minor": record.correction.minor,
        "total_minor": record.total.minor,
        "tax_treatment": record.treatment,
        "tax_country": record.tax_country,
        "vat_id": record.vat_id,
        "vat_id_state": record.vat_id_state,
        "quote_identity": record.quote_identity,
        "catalogue_version": record.catalogue_version,
    }


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


def _payment_values(payment: PaymentSummary | None) -> dict[str, object]:
    return {
        "payment_kind": payment.kind if payment else "",
        "payment_label": payment.label if payment else "",
        "payment_bank": payment.bank[:100] if payment else "",
    }


def _payment(row: Row[Any]) -> PaymentSummary | None:
    if not row.payment_kind:
        return None
    return PaymentSummary(PaymentKind(row.payment_kind), row.payment_label, row.payment_bank)
