"""The sums of an invoice: right ones pass, and no wrong one does, by however little."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.catalogue.model import BillingCycle
from billing.invoicing.model import (
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    InvoiceTax,
    LineKind,
    Party,
)
from billing.invoicing.numbers import account_code
from billing.invoicing.totals import check_totals
from billing.rating.money import Money
from billing.rating.periods import BillingPeriod
from billing.rating.tax import TaxTreatment
from tests.unit.rating.values import CURRENCIES

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY = date(2026, 11, 22)
NOBODY = Party("", "", "", "", "", "")
RATES = [Decimal(rate) for rate in ("5.5", "16", "19", "25.5")]


def billed(lines: Sequence[tuple[Decimal, Money, int]], share: int) -> Invoice:
    """An invoice of lines (rate, unit price, seats); `share` percent of it are paid by credit."""
    currency = lines[0][1].currency
    positions = tuple(
        InvoiceLine(
            kind=LineKind.PURCHASE,
            subscription_id=str(index),
            product="p",
            product_name="P",
            tier="t",
            tier_name="T",
            seats=seats,
            cycle=BillingCycle.MONTHLY,
            unit_price=price,
            amount=price * seats,
            rate=rate,
            period=BillingPeriod(DAY, date(2026, 12, 22)),
        )
        for index, (rate, price, seats) in enumerate(lines)
    )
    taxes = []
    for rate in sorted({line.rate for line in positions if line.rate}):
        net = Money.total((line.amount for line in positions if line.rate == rate), currency)
        taxes.append(InvoiceTax(rate, net, net.percent(rate)))
    net = Money.total((line.amount for line in positions), currency)
    tax = Money.total((each.tax for each in taxes), currency)
    credit = Money.rounded((net + tax).amount * share / 100, currency)
    return Invoice(
        account_id="a",
        invoice_id="i",
        number="",
        kind=InvoiceKind.INVOICE,
        state=InvoiceState.OPEN,
        order_id="o",
        corrects_id=None,
        issued_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
        issued_on=DAY,
        due_on=DAY,
        net=net,
        tax=tax,
        gross=net + tax,
        credit=credit,
        total=net + tax - credit,
        treatment=TaxTreatment.DOMESTIC if taxes else TaxTreatment.REVERSE_CHARGE,
        tax_country="DE",
        vat_id="",
        seller=NOBODY,
        buyer=NOBODY,
        payment=None,
        lines=positions,
        taxes=tuple(taxes),
    )


@st.composite
def invoices(draw: st.DrawFn) -> Invoice:
    currency = draw(st.sampled_from(CURRENCIES))
    rates = draw(st.sampled_from([RATES, [Decimal(0)]]))
    prices = st.integers(0, 10**9).map(lambda minor: Money.from_minor(minor, currency))
    lines = st.tuples(st.sampled_from(rates), prices, st.integers(1, 10_000))
    return billed(draw(st.lists(lines, min_size=1, max_size=5)), share=draw(st.integers(0, 100)))


def negated(invoice: Invoice) -> Invoice:
    """The correction that takes a whole invoice back."""
    return replace(
        invoice,
        kind=InvoiceKind.CORRECTION,
        corrects_id="earlier",
        net=-invoice.net,
        tax=-invoice.tax,
        gross=-invoice.gross,
        credit=Money.zero(invoice.net.currency),
        total=-invoice.gross,
        lines=tuple(
            replace(line, kind=LineKind.CREDIT, amount=-line.amount) for line in invoice.lines
        ),
        taxes=tuple(replace(tax, net=-tax.net, tax=-tax.tax) for tax in invoice.taxes),
    )


@given(invoices())
def test_every_right_invoice_and_its_correction_pass(invoice: Invoice) -> None:
    check_totals(invoice)
    check_totals(negated(invoice))


@given(invoices(), st.sampled_from(["net", "tax", "gross", "credit", "total"]), st.booleans())
def test_a_sum_that_is_off_by_one_minor_unit_is_refused(
    invoice: Invoice, name: str, correction: bool
) -> None:
    document = negated(invoice) if correction else invoice
    off = getattr(document, name) + Money.from_minor(1, document.net.currency)
    with pytest.raises(ValueError, match="no such invoice"):
        check_totals(replace(document, **{name: off}))


@given(invoices(), st.sampled_from([-1, 1]), st.integers(0, 4))
def test_a_line_that_is_off_is_refused_even_when_the_sums_follow_it(
    invoice: Invoice, by: int, which: int
) -> None:
    index, step = which % len(invoice.lines), Money.from_minor(by, invoice.net.currency)
    line = invoice.lines[index]
    lines = list(invoice.lines)
    lines[index] = replace(line, amount=line.amount + step)
    off = replace(
        invoice,
        lines=tuple(lines),
        net=invoice.net + step,
        gross=invoice.gross + step,
        total=invoice.total + step,
    )
    with pytest.raises(ValueError, match="no such invoice"):
        check_totals(off)


@given(invoices(), st.sampled_from([-1, 1]), st.integers(0, 4))
def test_a_tax_that_is_off_is_refused_even_when_the_sums_follow_it(
    invoice: Invoice, by: int, which: int
) -> None:
    step = Money.from_minor(by, invoice.net.currency)
    taxes = list(invoice.taxes) or [InvoiceTax(Decimal(0), invoice.net, invoice.tax)]
    index = which % len(taxes)
    taxes[index] = replace(taxes[index], tax=taxes[index].tax + step)
    off = replace(
        invoice,
        taxes=tuple(taxes),
        tax=invoice.tax + step,
        gross=invoice.gross + step,
        total=invoice.total + step,
    )
    with pytest.raises(ValueError, match="no such invoice"):
        check_totals(off)


ONE = billed([(Decimal(19), Money(Decimal("0.13"), "EUR"), 1)], share=0)
BACK = negated(ONE)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(ONE, lines=(), net=ONE.net - ONE.net, gross=ONE.tax, total=ONE.tax),
        replace(ONE, treatment=TaxTreatment.REVERSE_CHARGE),
        replace(ONE, treatment=TaxTreatment.NOT_TAXABLE),
        replace(ONE, treatment=TaxTreatment.UNDECIDED),
        replace(ONE, corrects_id="earlier"),
        replace(ONE, taxes=(*ONE.taxes, InvoiceTax(Decimal(7), ONE.net, ONE.net - ONE.net))),
        replace(ONE, credit=ONE.gross + ONE.tax, total=-ONE.tax),
        replace(ONE, credit=-ONE.tax, total=ONE.gross + ONE.tax),
        replace(ONE, lines=(replace(ONE.lines[0], kind=LineKind.CREDIT),)),
        replace(BACK, corrects_id=None),
        replace(BACK, kind=InvoiceKind.INVOICE, corrects_id=None),
        replace(BACK, lines=(replace(BACK.lines[0], kind=LineKind.CHANGE),)),
        replace(ONE, kind=InvoiceKind.CORRECTION, corrects_id="earlier"),
    ],
)
def test_what_is_no_invoice_is_refused(wrong: Invoice) -> None:
    with pytest.raises(ValueError, match="no such invoice"):
        check_totals(wrong)


def test_tax_is_rounded_once_per_rate_and_not_per_line() -> None:
    """BR-CO-17: three lines of 0.13 at 19 % owe 0.07, not three times 0.02."""
    three = billed([(Decimal(19), Money(Decimal("0.13"), "EUR"), 1)] * 3, share=0)
    assert three.tax == Money(Decimal("0.07"), "EUR")
    check_totals(three)


@pytest.mark.parametrize(
    ("tax", "left", "right"),
    [
        *((1, 1, True), (1, 0, True), (0, 0, True), (0, -1, True), (2, 0, True)),
        *((1, 2, False), (0, 1, False), (1, None, False), (3, 0, False), (-1, -1, False)),
    ],
)
def test_a_correction_takes_back_less_tax_only_where_no_more_is_left(
    tax: int, left: int | None, *, right: bool
) -> None:
    """The share of 0.13 at 19 % is 0.02; an invoice of several such lines charged less for each."""
    taken = Money.from_minor(-tax, "EUR")
    less = replace(
        BACK,
        taxes=(replace(BACK.taxes[0], tax=taken),),
        tax=taken,
        gross=BACK.net + taken,
        total=BACK.net + taken,
    )
    rest = None if left is None else Money.from_minor(left, "EUR")
    if right:
        check_totals(less, rest)
    else:
        with pytest.raises(ValueError, match="rounded once"):
            check_totals(less, rest)


@given(st.integers(0, 2**50 - 1), st.integers(0, 2**50 - 1))
def test_accounts_that_differ_at_their_end_have_codes_that_differ(one: int, two: int) -> None:
    codes = [account_code(str(_uuid(tail))) for tail in (one, two)]
    assert (codes[0] == codes[1]) is (one == two)
    assert all(len(code) == 10 and not set(code) & set("ILOU") for code in codes)


def _uuid(tail: int) -> str:
    digits = f"{0x0198_0000_0000_7000_8000_0000_0000_0000 | tail:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
