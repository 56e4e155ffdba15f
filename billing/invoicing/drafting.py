"""Drafting: what an order's invoice says, and what the correction of an earlier one says. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from billing.clock import local_date
from billing.invoicing.model import (
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    InvoiceTax,
    LineKind,
    Party,
)
from billing.ordering.orders import OrderKind
from billing.payments.model import PaymentKind
from billing.rating.money import Money

if TYPE_CHECKING:
    from datetime import date, datetime

    from billing.accounts.model import Account
    from billing.catalogue.model import Catalogue, Seller
    from billing.ordering.orders import LineRecord, OrderCredit, OrderRecord
    from billing.payments.model import PaymentSummary

TIME_TO_PAY = timedelta(days=14)

_LINE_KINDS = {
    OrderKind.PURCHASE: LineKind.PURCHASE,
    OrderKind.CHANGE: LineKind.CHANGE,
    OrderKind.RENEWAL: LineKind.RENEWAL,
}


@dataclass(frozen=True, slots=True)
class Issue:
    """The moment of an issue, with the account and the catalogue as they are then."""

    account: Account
    catalogue: Catalogue
    moment: datetime

    @property
    def day(self) -> date:
        """The local date of the account."""
        return local_date(self.moment, self.account.time_zone)


def draft_invoice(issue: Issue, record: OrderRecord, invoice_id: str, *, paid: bool) -> Invoice:
    """The invoice of an order, without a number.

    Raises:
        ValueError: the order has no invoice (a trial), its invoice waits for the check of the VAT
            id, or its lines have several rates, which are not known line by line.
    """
    if record.kind not in _LINE_KINDS:
        raise ValueError("a trial has no invoice")
    if record.invoice_waits:
        raise ValueError("no invoice before the VAT id is checked")
    return Invoice(
        account_id=record.account_id,
        invoice_id=invoice_id,
        number="",
        kind=InvoiceKind.INVOICE,
        state=InvoiceState.PAID if paid else InvoiceState.OPEN,
        order_id=record.order_id,
        corrects_id=None,
        issued_at=issue.moment,
        issued_on=issue.day,
        due_on=_due_on(issue.day, record.payment),
        net=record.net,
        tax=record.tax,
        gross=record.net + record.tax,
        credit=record.credit,
        total=record.total,
        treatment=record.treatment,
        tax_country=record.tax_country,
        vat_id=record.vat_id,
        seller=_seller(issue.catalogue.seller),
        buyer=_buyer(issue.account, record.vat_id),
        payment=record.payment,
        lines=tuple(
            _line(issue.catalogue, _LINE_KINDS[record.kind], line, _rate(record))
            for line in record.lines
        ),
        taxes=tuple(InvoiceTax(tax.rate, tax.net, tax.tax) for tax in record.taxes),
    )


def draft_correction(
    issue: Issue, record: OrderRecord, credit: OrderCredit, corrected: Invoice, invoice_id: str
) -> Invoice:
    """The correction that takes the credit back of the invoice it names, without a number.

    Treatment, country and VAT id are those of the invoice corrected: that is the tax given back.

    Raises:
        ValueError: the invoice to be corrected has no line of that subscription.
    """
    net, tax, gross = -credit.net, -credit.tax, -credit.gross
    taxes = (InvoiceTax(credit.rate, net, tax),) if credit.rate else ()
    return Invoice(
        account_id=record.account_id,
        invoice_id=invoice_id,
        number="",
        kind=InvoiceKind.CORRECTION,
        state=InvoiceState.PAID,
        order_id=record.order_id,
        corrects_id=corrected.invoice_id,
        issued_at=issue.moment,
        issued_on=issue.day,
        due_on=issue.day,
        net=net,
        tax=tax,
        gross=gross,
        credit=Money.zero(gross.currency),
        total=gross,
        treatment=corrected.treatment,
        tax_country=corrected.tax_country,
        vat_id=corrected.vat_id,
        seller=_seller(issue.catalogue.seller),
        buyer=_buyer(issue.account, corrected.vat_id),
        payment=None,
        lines=(_credit_line(credit, corrected),),
        taxes=taxes,
    )


def billed_line(invoice: Invoice, subscription_id: str) -> InvoiceLine:
    """The line of an invoice that billed a subscription.

    Raises:
        ValueError: there is none.
    """
    for line in invoice.lines:
        if line.subscription_id == subscription_id:
            return line
    raise ValueError("the invoice did not bill that subscription")


def _due_on(issued_on: date, payment: PaymentSummary | None) -> date:
    on_invoice = payment is not None and payment.kind is PaymentKind.INVOICE
    return issued_on + TIME_TO_PAY if on_invoice else issued_on


def _rate(record: OrderRecord) -> Decimal:
    rates = [tax.rate for tax in record.taxes]
    if len(rates) > 1:
        raise ValueError("the rate of every line is not known")
    return rates[0] if rates else Decimal(0)


def _line(catalogue: Catalogue, kind: LineKind, line: LineRecord, rate: Decimal) -> InvoiceLine:
    product_name, tier_name = catalogue.names(line.product, line.tier)
    return InvoiceLine(
        kind=kind,
        subscription_id=line.subscription_id,
        product=line.product,
        product_name=product_name,
        tier=line.tier,
        tier_name=tier_name,
        seats=line.seats,
        cycle=line.cycle,
        unit_price=line.unit_price,
        amount=line.amount,
        rate=rate,
        period=line.period,
    )


def _credit_line(credit: OrderCredit, corrected: Invoice) -> InvoiceLine:
    """A line in the words of the invoice corrected, whatever the catalogue calls things now."""
    billed = billed_line(corrected, credit.subscription_id)
    return InvoiceLine(
        kind=LineKind.CREDIT,
        subscription_id=billed.subscription_id,
        product=billed.product,
        product_name=billed.product_name,
        tier=billed.tier,
        tier_name=billed.tier_name,
        seats=billed.seats,
        cycle=billed.cycle,
        unit_price=billed.unit_price,
        amount=-credit.net,
        rate=credit.rate,
        period=credit.unused,
    )


def _seller(seller: Seller) -> Party:
    return Party(
        name=seller.name,
        street=seller.street,
        postcode=seller.postcode,
        city=seller.city,
        country=seller.country,
        vat_id=seller.vat_id,
        tax_number=seller.tax_number,
        register=seller.register,
        mail=seller.mail,
    )


def _buyer(account: Account, vat_id: str) -> Party:
    return Party(
        name=account.name,
        street=account.street,
        postcode=account.postcode,
        city=account.city,
        country=account.country,
        vat_id=vat_id,
    )
