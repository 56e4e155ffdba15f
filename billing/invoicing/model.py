"""Invoices and corrections as records: who billed whom, on which day, for what, at which tax."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from billing.payments.model import PaymentSummary
    from billing.rating.money import Money
    from billing.rating.periods import BillingCycle, BillingPeriod
    from billing.rating.tax import TaxTreatment


class InvoiceKind(StrEnum):
    """CORRECTION: takes back a part of an earlier invoice; stored, so values never change."""

    INVOICE = "invoice"
    CORRECTION = "correction"


class InvoiceState(StrEnum):
    """Whether anything is still to be paid; all of an invoice that ever changes. Stored."""

    OPEN = "open"
    PAID = "paid"


class LineKind(StrEnum):
    """What a line bills; stored, so values never change. CREDIT: unused days, on a correction."""

    PURCHASE = "purchase"
    CHANGE = "change"
    RENEWAL = "renewal"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class Party:
    """The seller or the buyer as of the day; the last three are the seller's alone."""

    name: str
    street: str
    postcode: str
    city: str
    country: str
    vat_id: str
    tax_number: str = ""
    register: str = ""
    mail: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A position: `amount` = `unit_price` × `seats`, net, for `period`, taxed at `rate` percent.

    On a correction `amount` is negative, `period` are the unused days, and seats and unit price are
    those that had been billed.
    """

    kind: LineKind
    subscription_id: str
    product: str
    product_name: str
    tier: str
    tier_name: str
    seats: int
    cycle: BillingCycle | None
    unit_price: Money
    amount: Money
    rate: Decimal
    period: BillingPeriod


@dataclass(frozen=True, slots=True)
class InvoiceTax:
    """Tax of one rate (percent) on the sum of its net lines."""

    rate: Decimal
    net: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class Invoice:
    """A document that was issued. `gross` = `net` + `tax`, `total` = `gross` − `credit`.

    A correction has negative sums and names the invoice it corrects; its gross was put to the
    account's credit, so it has no payment. `taxes` is empty when no tax is charged: the treatment
    says why. `issued_on` and `due_on` are local dates of the account.
    """

    account_id: str
    invoice_id: str
    number: str
    kind: InvoiceKind
    state: InvoiceState
    order_id: str
    corrects_id: str | None
    issued_at: datetime
    issued_on: date
    due_on: date
    net: Money
    tax: Money
    gross: Money
    credit: Money
    total: Money
    treatment: TaxTreatment
    tax_country: str
    vat_id: str
    seller: Party
    buyer: Party
    payment: PaymentSummary | None
    lines: tuple[InvoiceLine, ...]
    taxes: tuple[InvoiceTax, ...]
