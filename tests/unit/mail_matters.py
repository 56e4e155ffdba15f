"""What mails tell of, made up: an order, its invoice and correction, and a subscription's event."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from billing.accounts.model import VatIdState
from billing.catalogue.loader import sample_catalogue
from billing.catalogue.model import Offer
from billing.invoicing.model import (
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    InvoiceTax,
    LineKind,
    Party,
)
from billing.mail.history import Event, Then
from billing.mail.matter import Matter, Reader
from billing.ordering.orders import LineRecord, OrderCredit, OrderKind, OrderRecord, OrderState
from billing.payments.model import PaymentKind, PaymentSummary
from billing.rating.money import Money
from billing.rating.periods import BillingCycle, BillingPeriod
from billing.rating.quote import TaxLine
from billing.rating.tax import TaxTreatment
from billing.subscriptions.model import SubscriptionState

if TYPE_CHECKING:
    from billing.catalogue.model import Catalogue

MOMENT = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = MOMENT.date()
OLD = BillingPeriod(date(2026, 11, 2), date(2026, 12, 2))
NEW = BillingPeriod(TODAY, date(2026, 12, 22))
CARD = PaymentSummary(PaymentKind.CARD, "Visa •••• 4242")
ON_INVOICE = PaymentSummary(PaymentKind.INVOICE)


def euro(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@cache
def catalogue() -> Catalogue:
    return sample_catalogue()


def reader(language: str = "de", name: str = "Anna Muster", account: str = "Muster GmbH") -> Reader:
    return Reader(name, "anna@muster.example", language, account)


def order(kind: OrderKind = OrderKind.CHANGE) -> OrderRecord:
    """5 → 8 seats, monthly, after 20 of 30 days: 10 of them come back."""
    trial = kind is OrderKind.TRIAL
    line = LineRecord(
        line_id="l",
        subscription_id="s",
        offer=Offer.TRIAL if trial else Offer.BUY,
        product="goto-webinar",
        tier="pro",
        seats=8,
        cycle=None if trial else BillingCycle.MONTHLY,
        unit_price=euro("249.00"),
        amount=euro("1992.00"),
        period=NEW,
    )
    credit = OrderCredit(
        subscription_id="s",
        corrects_id="old",
        rate=Decimal(19),
        net=euro("415.00"),
        tax=euro("78.85"),
        unused=BillingPeriod(TODAY, OLD.end),
        period_days=OLD.days,
    )
    return OrderRecord(
        account_id="a",
        order_id="o",
        number="B-2026-000007",
        kind=kind,
        contact_id="c",
        state=OrderState.FULFILLED,
        placed_at=MOMENT,
        placed_on=TODAY,
        net=euro("1992.00"),
        tax=euro("378.48"),
        credit=euro("493.85"),
        correction=euro("493.85"),
        total=euro("1876.63"),
        treatment=TaxTreatment.DOMESTIC,
        tax_country="DE",
        vat_id="DE136695976",
        vat_id_state=VatIdState.CONFIRMED,
        payment=CARD,
        quote_identity="q",
        catalogue_version="v",
        lines=(line,),
        taxes=(TaxLine(Decimal(19), euro("1992.00"), euro("378.48")),),
        credits=(credit,) if kind is OrderKind.CHANGE else (),
    )


def invoice(kind: InvoiceKind = InvoiceKind.INVOICE) -> Invoice:
    """The invoice of the order, or the correction that it brings."""
    seller = catalogue().seller
    line = InvoiceLine(
        kind=LineKind.CHANGE,
        subscription_id="s",
        product="goto-webinar",
        product_name="GoTo Webinar",
        tier="pro",
        tier_name="Pro",
        seats=8,
        cycle=BillingCycle.MONTHLY,
        unit_price=euro("249.00"),
        amount=euro("1992.00"),
        rate=Decimal(19),
        period=NEW,
    )
    correction = kind is InvoiceKind.CORRECTION
    return Invoice(
        account_id="a",
        invoice_id="i",
        number="RK-0123456789-000001" if correction else "RE-0123456789-000042",
        kind=kind,
        state=InvoiceState.OPEN,
        order_id="o",
        corrects_id="old" if correction else None,
        issued_at=MOMENT,
        issued_on=TODAY,
        due_on=date(2026, 12, 6),
        net=euro("1992.00"),
        tax=euro("378.48"),
        gross=euro("2370.48"),
        credit=euro("493.85"),
        total=euro("1876.63"),
        treatment=TaxTreatment.DOMESTIC,
        tax_country="DE",
        vat_id="DE136695976",
        seller=Party("S", "s", "p", "c", "DE", seller.vat_id),
        buyer=Party("Muster GmbH", "s", "p", "c", "DE", "DE136695976"),
        payment=CARD,
        lines=(line,),
        taxes=(InvoiceTax(Decimal(19), euro("1992.00"), euro("378.48")),),
    )


def then(state: SubscriptionState = SubscriptionState.ACTIVE) -> Then:
    """5 seats in the old period; a failed payment is tried again three days later."""
    trial = state is SubscriptionState.TRIALING
    return Then(
        on=TODAY,
        product="goto-webinar",
        tier="pro",
        seats=5,
        cycle=None if trial else BillingCycle.MONTHLY,
        state=state,
        period=OLD,
        unit_price=euro("249.00"),
        next_step_on=date(2026, 11, 25),
        failed_payments=1,
    )


def matter(language: str = "de", state: SubscriptionState = SubscriptionState.ACTIVE) -> Matter:
    """Everything that any mail may tell of."""
    return Matter(
        reader=reader(language),
        catalogue=catalogue(),
        order=order(),
        invoice=invoice(),
        corrections=(invoice(InvoiceKind.CORRECTION),),
        event=Event(now=then(state), before=then()),
    )


def all_from_outside(text: str, language: str) -> Matter:
    """The matter with `text` in every place that people fill in or name."""
    known = matter(language, SubscriptionState.PAST_DUE)
    assert known.order is not None
    assert known.invoice is not None
    payment = PaymentSummary(PaymentKind.SEPA, text, text)
    seller = replace(
        known.catalogue.seller, street=text, postcode=text, city=text, register=text, vat_id=text
    )
    products = tuple(
        replace(one, name=text, tiers=tuple(replace(tier, name=text) for tier in one.tiers))
        for one in known.catalogue.products
    )
    line = replace(known.invoice.lines[0], product_name=text, tier_name=text)
    return replace(
        known,
        reader=reader(language, text, text),
        catalogue=replace(known.catalogue, seller=seller, products=products),
        order=replace(known.order, vat_id=text, payment=payment),
        invoice=replace(known.invoice, vat_id=text, payment=payment, lines=(line,)),
    )
