"""Corrections: documents that take back what an earlier invoice billed, and never more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from billing.invoicing.model import Invoice, InvoiceKind, InvoiceState, InvoiceTax, LineKind
from billing.rating.money import Money
from billing.rating.periods import BillingPeriod
from billing.rating.tax import TaxTreatment
from tests.service.billed import change_of, context_of, documents_of, invoice_of, issue, order
from tests.service.shop import ADA, ANNA, LENA, RESCUE, WEBINAR, without

if TYPE_CHECKING:
    from billing.context import Context
    from billing.ordering.orders import OrderCredit, OrderRecord
    from tests.service.shop import Shop

HALF = date(2027, 5, 23)


@pytest.fixture
def context(shop: Shop) -> Context:
    return context_of(shop)


@pytest.fixture
def bought(shop: Shop) -> OrderRecord:
    return order(shop, ANNA)


@pytest.fixture
def billed(shop: Shop, bought: OrderRecord) -> Invoice:
    return invoice_of(shop, ANNA, bought)


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def refused(shop: Shop, context: Context, change: OrderRecord, why: str) -> None:
    before = shop.everything()
    with pytest.raises(ValueError, match=why):
        issue(context, change)
    assert shop.everything() == before


def with_credit(change: OrderRecord, credit: OrderCredit) -> OrderRecord:
    return replace(change, credits=(credit,))


def test_a_change_brings_a_correction_and_then_its_invoice(
    shop: Shop, context: Context, bought: OrderRecord, billed: Invoice
) -> None:
    change = change_of(context, bought, billed, net=euros("5000.01"), on=HALF)
    issue(context, change)
    invoice, correction = documents_of(shop, ANNA, change)
    assert (invoice.kind, correction.kind) == (InvoiceKind.INVOICE, InvoiceKind.CORRECTION)
    assert (invoice.corrects_id, correction.corrects_id) == (None, billed.invoice_id)
    assert (correction.net, correction.tax) == (euros("-5000.01"), euros("-950.00"))
    assert correction.gross == correction.total == euros("-5950.01")
    assert correction.taxes == (InvoiceTax(Decimal(19), euros("-5000.01"), euros("-950.00")),)
    assert (correction.state, correction.payment) == (InvoiceState.PAID, None)
    assert (invoice.credit, invoice.total) == (euros("5950.01"), euros("8258.59"))
    assert [line.kind for line in invoice.lines] == [LineKind.CHANGE]


def test_a_correction_has_one_negative_line_in_the_old_words(
    shop: Shop, context: Context, bought: OrderRecord, billed: Invoice
) -> None:
    change = change_of(context, bought, billed, net=euros("5000.01"), on=HALF)
    issue(replace(context, catalogue=without(shop.catalogue, "goto-webinar")), change)
    _, correction = documents_of(shop, ANNA, change)
    assert correction.lines == (
        replace(
            billed.lines[0],
            kind=LineKind.CREDIT,
            amount=euros("-5000.01"),
            period=BillingPeriod(HALF, billed.lines[0].period.end),
        ),
    )


def test_the_tax_given_back_is_the_one_that_was_charged(shop: Shop, context: Context) -> None:
    bought = order(shop, LENA)
    billed = invoice_of(shop, LENA, bought)
    change = change_of(context, bought, billed, net=euros("100.00"), on=HALF)
    domestic = replace(change, treatment=TaxTreatment.NOT_TAXABLE, tax_country="CH", vat_id="CHE-1")
    issue(context, domestic)
    invoice, correction = documents_of(shop, LENA, change)
    assert (invoice.treatment, invoice.tax_country) == (TaxTreatment.NOT_TAXABLE, "CH")
    assert (correction.treatment, correction.tax_country) == (TaxTreatment.REVERSE_CHARGE, "AT")
    assert (correction.vat_id, correction.buyer.vat_id) == ("ATU14243102", "ATU14243102")
    assert (correction.taxes, correction.total) == ((), euros("-100.00"))


def test_the_whole_of_a_line_can_be_taken_back_but_only_once(
    shop: Shop, context: Context, bought: OrderRecord, billed: Invoice
) -> None:
    whole = billed.lines[0].amount
    issue(context, change_of(context, bought, billed, net=whole, on=bought.placed_on))
    again = change_of(context, bought, billed, net=euros("0.01"), on=bought.placed_on)
    refused(shop, context, again, "at most what was billed")


def test_no_more_is_taken_back_than_the_line_billed_whatever_stands_beside_it(
    shop: Shop, context: Context
) -> None:
    bought = order(shop, ANNA, WEBINAR, RESCUE)
    billed = invoice_of(shop, ANNA, bought)
    too_much = billed.lines[0].amount + euros("0.01")
    change = change_of(context, bought, billed, net=too_much, on=bought.placed_on)
    refused(shop, context, change, "at most what was billed")


def test_what_the_invoice_did_not_bill_is_not_taken_back(
    shop: Shop, context: Context, bought: OrderRecord, billed: Invoice
) -> None:
    change = change_of(context, bought, billed, net=euros("1.00"), on=HALF)
    (credit,) = change.credits
    other = replace(credit, subscription_id="another")
    refused(shop, context, with_credit(change, other), "did not bill that subscription")


def test_a_correction_at_another_rate_is_refused(
    shop: Shop, context: Context, bought: OrderRecord, billed: Invoice
) -> None:
    change = change_of(context, bought, billed, net=euros("100.00"), on=HALF)
    (credit,) = change.credits
    other = replace(credit, rate=Decimal(16), tax=credit.net.percent(Decimal(16)))
    refused(shop, context, with_credit(change, other), "rate of what it corrects")


def test_a_tax_that_is_not_the_rates_share_is_refused(
    shop: Shop, context: Context, bought: OrderRecord, billed: Invoice
) -> None:
    change = change_of(context, bought, billed, net=euros("100.00"), on=HALF)
    (credit,) = change.credits
    other = replace(credit, tax=credit.tax + euros("0.01"))
    refused(shop, context, with_credit(change, other), "rounded once")


def test_no_other_accounts_invoice_is_corrected(
    shop: Shop, context: Context, bought: OrderRecord, billed: Invoice
) -> None:
    change = change_of(context, bought, billed, net=euros("100.00"), on=HALF)
    foreign = replace(change, account_id=shop.session(ADA).account.account_id)
    refused(shop, context, foreign, "of its account")
