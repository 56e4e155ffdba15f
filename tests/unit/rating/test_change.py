from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rating.change import ChangeQuote, PaidPeriod, change_quote
from billing.rating.money import Money
from billing.rating.periods import BillingCycle, BillingPeriod, add_months
from billing.rating.quote import Quote, QuoteItem, quote
from billing.rating.tax import BuyerTax, TaxTreatment, VatIdState
from tests.unit.rating.values import buyers, currencies, days, items, money, whole_periods

YEAR = BillingPeriod(date(2026, 11, 22), date(2027, 11, 22))
TODAY = date(2027, 2, 3)
GERMAN = BuyerTax("DE", "", VatIdState.NONE)
AUSTRIAN = BuyerTax("AT", "ATU65033803", VatIdState.CONFIRMED)
RATES = (Decimal(0), Decimal(19), Decimal("25.5"))


def euro(minor: int) -> Money:
    return Money.from_minor(minor, "EUR")


SEVEN_SEATS = QuoteItem("s", "webinar", "pro", 7, BillingCycle.ANNUAL, euro(238800))
PAID = PaidPeriod("i", euro(1194000), Decimal(19), YEAR)


def changed(item: QuoteItem = SEVEN_SEATS, **facts: Any) -> ChangeQuote:
    given_facts: dict[str, Any] = {
        "old_period": YEAR,
        "paid": PAID,
        "today": TODAY,
        "buyer": GERMAN,
        "seller_country": "DE",
        "catalogue_version": "2026-11",
        "account_credit": euro(0),
    }
    return change_quote(item, **(given_facts | facts))


def test_two_seats_more_after_73_of_365_days() -> None:
    shown = changed()
    (credit,) = shown.credits
    assert (credit.unused, credit.old_days) == (BillingPeriod(TODAY, YEAR.end), 365)
    # 11 940.00 × 292 ÷ 365, and 19 % of that.
    assert (credit.paid, credit.net, credit.tax) == (euro(1194000), euro(955200), euro(181488))
    assert shown.charge.net == euro(1671600)
    assert [tax.tax for tax in shown.charge.taxes] == [euro(317604)]
    assert shown.credit_used == shown.correction == euro(1136688)
    assert shown.total_due == euro(1989204 - 1136688)
    assert shown.credit_left == euro(0)
    assert (shown.old_billing_date, shown.new_billing_date) == (YEAR.end, date(2028, 2, 3))
    assert (shown.old_period, shown.new_period.start) == (YEAR, TODAY)
    assert (shown.today, shown.catalogue_version) == (TODAY, "2026-11")


def test_no_more_tax_is_given_back_than_is_left_of_what_was_charged() -> None:
    for left, given_back in ((181489, 181488), (181487, 181487), (0, 0)):
        shown = changed(paid=replace(PAID, tax_left=euro(left)))
        assert shown.credits[0].tax == euro(given_back)
        assert shown.correction == euro(955200 + given_back)


def test_credit_and_charge_are_taxed_each_at_its_own_rate() -> None:
    shown = changed(buyer=AUSTRIAN)
    assert shown.charge.treatment is TaxTreatment.REVERSE_CHARGE
    assert shown.charge.taxes == ()
    assert shown.credits[0].tax == euro(181488)
    assert shown.total_due == euro(1671600 - 1136688)


def test_credit_beyond_the_price_is_left_and_never_paid_out() -> None:
    monthly = replace(SEVEN_SEATS, cycle=BillingCycle.MONTHLY, unit_price=euro(24900))
    shown = changed(monthly, account_credit=euro(500))
    assert shown.charge.net == euro(174300)
    assert (shown.credit_used, shown.total_due) == (euro(207417), euro(0))
    assert shown.credit_left == euro(500 + 1136688 - 207417)


def test_the_account_s_credit_is_used_beside_the_correction() -> None:
    shown = changed(account_credit=euro(100))
    assert shown.credit_used == euro(1136788)
    assert (shown.account_credit, shown.credit_left) == (euro(100), euro(0))


@pytest.mark.parametrize(
    "facts",
    [{"paid": None}, {"today": YEAR.end}, {"paid": replace(PAID, net=euro(0))}],
    ids=["never paid", "the last day is over", "paid nothing"],
)
def test_where_nothing_is_left_nothing_is_corrected(facts: dict[str, Any]) -> None:
    shown = changed(**facts)
    assert shown.credits == ()
    assert shown.correction == euro(0)
    assert shown.total_due == euro(1989204)


@given(st.data(), currencies, whole_periods(), buyers, st.sampled_from(RATES))
def test_a_change_adds_up_to_the_cent(
    data: st.DataObject, currency: str, old: BillingPeriod, buyer: BuyerTax, rate: Decimal
) -> None:
    paid = PaidPeriod("i", data.draw(money(currency)), rate, old)
    today = old.start + timedelta(days=data.draw(st.integers(0, old.days)))
    had = data.draw(money(currency))
    shown = changed(
        data.draw(items(currency)),
        paid=paid,
        old_period=old,
        today=today,
        buyer=buyer,
        account_credit=had,
    )
    charge = shown.charge
    for credit in shown.credits:
        exact = Fraction(credit.paid.minor * credit.unused.days, credit.old_days)
        assert credit.net.minor == (2 * exact + 1) // 2
        assert credit.net <= paid.net  # I4
        assert credit.tax == credit.net.percent(rate)
        assert credit.unused == BillingPeriod(today, old.end)
    gross = Money.total((charge.net, *(tax.tax for tax in charge.taxes)), currency)
    assert gross - shown.credit_used == shown.total_due
    assert had + shown.correction == shown.credit_used + shown.credit_left
    assert Money.zero(currency) in {shown.total_due, shown.credit_left}
    # I10: the anchor is the day of the change.
    assert shown.new_period.start == today
    months = charge.lines[0].cycle.months
    assert shown.new_billing_date == add_months(today, months)


@given(st.data(), currencies, whole_periods())
def test_the_charge_of_a_change_is_that_of_a_purchase(
    data: st.DataObject, currency: str, old: BillingPeriod
) -> None:
    item, had = data.draw(items(currency)), data.draw(money(currency))
    paid = PaidPeriod("i", data.draw(money(currency)), Decimal(19), old)
    shown = changed(item, paid=paid, old_period=old, today=old.start, account_credit=had)
    bought = quote(
        [item],
        today=old.start,
        currency=currency,
        buyer=GERMAN,
        seller_country="DE",
        catalogue_version="2026-11",
        credit=had + shown.correction,
    )
    assert shown.charge == bought


def billed(shown: Quote) -> PaidPeriod:
    """What an order at this quote will have paid."""
    rates = [tax.rate for tax in shown.taxes]
    return PaidPeriod("i", shown.net, rates[0] if rates else Decimal(0), shown.lines[0].period)


@given(st.data(), currencies, days, buyers)
def test_up_and_down_at_the_same_instant_nets_to_nothing(
    data: st.DataObject, currency: str, today: date, buyer: BuyerTax
) -> None:
    """I15: who buys, changes and changes back at once has paid for the first order alone."""
    first, other = data.draw(items(currency)), data.draw(items(currency))
    facts = {"today": today, "buyer": buyer}
    bought = changed(first, paid=None, account_credit=Money.zero(currency), **facts)
    paid, period = bought.total_due, bought.new_period
    up = changed(
        other,
        paid=billed(bought.charge),
        old_period=period,
        account_credit=bought.credit_left,
        **facts,
    )
    down = changed(
        first,
        paid=billed(up.charge),
        old_period=up.new_period,
        account_credit=up.credit_left,
        **facts,
    )
    spent = paid + up.total_due + down.total_due
    assert spent - down.credit_left == paid
    assert down.new_period == period


@given(st.data(), currencies, whole_periods())
def test_the_second_change_of_a_day_gives_the_first_one_back_whole(
    data: st.DataObject, currency: str, old: BillingPeriod
) -> None:
    today = old.start + timedelta(days=data.draw(st.integers(0, old.days - 1)))
    had, paid = data.draw(money(currency)), data.draw(money(currency))
    up = changed(
        data.draw(items(currency)),
        paid=PaidPeriod("i", paid, Decimal(19), old),
        old_period=old,
        today=today,
        account_credit=had,
    )
    down = changed(
        data.draw(items(currency)),
        paid=billed(up.charge),
        old_period=up.new_period,
        today=today,
        account_credit=up.credit_left,
    )
    assert down.correction == up.total_due + up.credit_used


CHANGES: dict[str, ChangeQuote] = {
    "seats": changed(replace(SEVEN_SEATS, seats=8)),
    "unit price": changed(replace(SEVEN_SEATS, unit_price=euro(238801))),
    "cycle": changed(replace(SEVEN_SEATS, cycle=BillingCycle.MONTHLY)),
    "day": changed(today=TODAY + timedelta(days=1)),
    "catalogue": changed(catalogue_version="2026-12"),
    "buyer": changed(buyer=AUSTRIAN),
    "credit of the account": changed(account_credit=euro(1)),
    "what was paid": changed(paid=replace(PAID, net=euro(1194001))),
    "rate of what was paid": changed(paid=replace(PAID, rate=Decimal(16))),
    "which invoice": changed(paid=replace(PAID, invoice_id="j")),
    "nothing paid": changed(paid=None),
    "old period": changed(old_period=BillingPeriod(YEAR.start, date(2027, 11, 23))),
}


def test_whatever_decides_the_sum_changes_the_identity() -> None:
    identities = {name: shown.identity for name, shown in CHANGES.items()}
    assert len({*identities.values(), changed().identity}) == len(identities) + 1
    assert changed().identity == changed(paid=replace(PAID, rate=Decimal("19.0"))).identity


def test_a_change_is_no_purchase_by_its_identity() -> None:
    assert changed().identity != changed().charge.identity


def test_another_currency_is_refused() -> None:
    with pytest.raises(ValueError, match="do not mix"):
        changed(account_credit=Money.zero("USD"))
