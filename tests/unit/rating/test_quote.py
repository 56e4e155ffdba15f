from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import billing.catalogue.model
from billing.rating.identity import identity_of
from billing.rating.money import Money
from billing.rating.periods import BillingCycle, BillingPeriod, add_months
from billing.rating.quote import Quote, QuoteItem, quote
from billing.rating.tax import BuyerTax, TaxTreatment, VatIdState
from tests.unit.rating.values import buyers, currencies, days, items, money

TODAY = date(2026, 11, 22)
GERMAN = BuyerTax("DE", "", VatIdState.NONE)
AUSTRIAN = BuyerTax("AT", "ATU65033803", VatIdState.UNKNOWN)
WEBINAR = QuoteItem(
    line_id="1",
    product="webinar",
    tier="pro",
    seats=5,
    cycle=BillingCycle.ANNUAL,
    unit_price=Money.from_minor(238800, "EUR"),
)


def euro(minor: int) -> Money:
    return Money.from_minor(minor, "EUR")


def priced(*cart: QuoteItem, **changed: Any) -> Quote:
    facts: dict[str, Any] = {
        "today": TODAY,
        "currency": "EUR",
        "buyer": GERMAN,
        "seller_country": "DE",
        "catalogue_version": "2026-11",
        "credit": euro(0),
    }
    return quote(cart, **(facts | changed))


def test_five_seats_of_webinar_pro_for_a_year() -> None:
    shown = priced(WEBINAR)
    (line,) = shown.lines
    assert line.amount == shown.net == euro(1194000)
    assert line.period == BillingPeriod(TODAY, date(2027, 11, 22))
    assert line.period.last_day == date(2027, 11, 21)
    assert line.renews_on == date(2027, 11, 22)
    (tax,) = shown.taxes
    assert (tax.rate, tax.net, tax.tax) == (Decimal(19), euro(1194000), euro(226860))
    assert shown.total_due == euro(1420860)


def test_tax_is_reckoned_on_the_sum_and_not_line_by_line() -> None:
    lines = [replace(WEBINAR, line_id=str(n), seats=1, unit_price=euro(3)) for n in range(9)]
    assert priced(*lines).taxes[0].tax == euro(5)


@pytest.mark.parametrize(
    ("buyer", "treatment", "total"),
    [
        (GERMAN, TaxTreatment.DOMESTIC, 1420860),
        (AUSTRIAN, TaxTreatment.UNDECIDED, 1432800),
        (replace(AUSTRIAN, vat_id_state=VatIdState.REFUTED), TaxTreatment.BUYERS_RATE, 1432800),
        (
            replace(AUSTRIAN, vat_id_state=VatIdState.CONFIRMED),
            TaxTreatment.REVERSE_CHARGE,
            1194000,
        ),
        (BuyerTax("US", "", VatIdState.NONE), TaxTreatment.NOT_TAXABLE, 1194000),
    ],
)
def test_the_buyer_s_tax_makes_the_total(
    buyer: BuyerTax, treatment: TaxTreatment, total: int
) -> None:
    shown = priced(WEBINAR, buyer=buyer)
    assert shown.treatment is treatment
    assert shown.tax_country == buyer.country
    assert shown.total_due == euro(total)
    assert bool(shown.taxes) is (total > 1194000)


@pytest.mark.parametrize(
    ("credit", "used", "due"), [(0, 0, 1420860), (860, 860, 1420000), (9999999, 1420860, 0)]
)
def test_credit_is_taken_off_the_gross_sum_at_last(credit: int, used: int, due: int) -> None:
    shown = priced(WEBINAR, credit=euro(credit))
    assert (shown.credit_used, shown.total_due) == (euro(used), euro(due))
    assert shown.taxes[0].tax == euro(226860)


@given(st.data(), currencies, days, buyers)
def test_totals_are_sums_of_the_lines_that_are_printed(
    data: st.DataObject, currency: str, today: date, buyer: BuyerTax
) -> None:
    cart = data.draw(st.lists(items(currency), max_size=6))
    credit = data.draw(money(currency))
    shown = priced(*cart, currency=currency, today=today, buyer=buyer, credit=credit)
    assert [line.amount.minor for line in shown.lines] == [
        item.unit_price.minor * item.seats for item in cart
    ]
    assert shown.net.minor == sum(line.amount.minor for line in shown.lines)
    for tax in shown.taxes:
        assert tax.net == shown.net
        exact = Fraction(tax.net.minor) * Fraction(tax.rate) / 100
        assert tax.tax.minor == (2 * exact + 1) // 2
    gross = shown.net.minor + sum(tax.tax.minor for tax in shown.taxes)
    assert shown.credit_used.minor == min(credit.minor, gross)
    assert shown.total_due.minor == gross - shown.credit_used.minor
    for line in shown.lines:
        assert line.period.start == today
        assert line.renews_on == line.period.end == add_months(today, line.cycle.months)


CHANGES: dict[str, Quote] = {
    "line id": priced(replace(WEBINAR, line_id="2")),
    "product": priced(replace(WEBINAR, product="meeting")),
    "tier": priced(replace(WEBINAR, tier="standard")),
    "seats": priced(replace(WEBINAR, seats=6)),
    "cycle": priced(replace(WEBINAR, cycle=BillingCycle.MONTHLY)),
    "unit price": priced(replace(WEBINAR, unit_price=euro(238801))),
    "one line more": priced(WEBINAR, replace(WEBINAR, line_id="2")),
    "no line": priced(),
    "no line on another day": priced(today=TODAY + timedelta(days=1)),
    "day": priced(WEBINAR, today=TODAY + timedelta(days=1)),
    "catalogue version": priced(WEBINAR, catalogue_version="2026-12"),
    "credit": priced(WEBINAR, credit=euro(1)),
    "treatment and rate": priced(WEBINAR, buyer=AUSTRIAN),
    "treatment alone": priced(WEBINAR, buyer=replace(AUSTRIAN, vat_id_state=VatIdState.REFUTED)),
    "reverse charge": priced(WEBINAR, buyer=replace(AUSTRIAN, vat_id_state=VatIdState.CONFIRMED)),
    "tax country": priced(WEBINAR, buyer=BuyerTax("US", "", VatIdState.NONE)),
    "tax country alone": priced(WEBINAR, buyer=BuyerTax("CH", "", VatIdState.NONE)),
    "currency": priced(
        replace(WEBINAR, unit_price=Money.from_minor(238800, "USD")),
        currency="USD",
        credit=Money.zero("USD"),
    ),
}


def test_whatever_decides_the_sum_changes_the_identity() -> None:
    identities = {name: shown.identity for name, shown in CHANGES.items()}
    assert len({*identities.values(), priced(WEBINAR).identity}) == len(identities) + 1


def test_the_order_of_the_lines_is_part_of_the_identity() -> None:
    other = replace(WEBINAR, line_id="2")
    assert priced(WEBINAR, other).identity != priced(other, WEBINAR).identity


def test_what_does_not_decide_the_sum_leaves_the_identity() -> None:
    identity = priced(WEBINAR).identity
    assert priced(WEBINAR, buyer=replace(GERMAN, vat_id="DE136695976")).identity == identity
    assert priced(WEBINAR, seller_country="de").identity == identity
    more = priced(WEBINAR, credit=euro(2000000))
    assert more.identity == priced(WEBINAR, credit=euro(3000000)).identity


@given(st.lists(items("EUR"), max_size=3), st.lists(items("EUR"), max_size=3))
def test_identities_are_equal_exactly_for_equal_quotes(
    one: list[QuoteItem], other: list[QuoteItem]
) -> None:
    left, right = priced(*one), priced(*other)
    assert (left.identity == right.identity) is (left == right)
    assert identity_of(left) == left.identity == priced(*one).identity


def test_a_text_cannot_pose_as_another_field() -> None:
    hostile = replace(WEBINAR, line_id="1', 'webinar", product="\ud800\x1b[31m\u202e")
    plain = replace(WEBINAR, line_id="1", product="webinar', '\ud800\x1b[31m\u202e")
    assert len(priced(hostile).identity) == 64
    assert priced(hostile).identity != priced(plain).identity


def test_another_process_reckons_the_same_identity() -> None:
    program = "from tests.unit.rating.test_quote import *; print(priced(WEBINAR).identity)"
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    other = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment
    )
    assert other.stdout.strip() == priced(WEBINAR).identity


def test_the_billing_cycle_is_one_type_in_both_places() -> None:
    assert billing.catalogue.model.BillingCycle is BillingCycle


def test_what_cannot_be_priced_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one seat"):
        priced(replace(WEBINAR, seats=0))
    with pytest.raises(ValueError, match="price is not negative"):
        priced(replace(WEBINAR, unit_price=euro(-1)))
    with pytest.raises(ValueError, match="credit is not negative"):
        priced(WEBINAR, credit=euro(-1))
    with pytest.raises(ValueError, match="do not mix"):
        priced(WEBINAR, currency="USD", credit=Money.zero("USD"))
