"""Hypothesis strategies for the values that rating works on."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from billing.rating.money import Money
from billing.rating.periods import BillingCycle, BillingPeriod, boundary
from billing.rating.quote import QuoteItem
from billing.rating.tax import BuyerTax, VatIdState

CURRENCIES = ("EUR", "USD", "JPY", "KWD", "CLF")
COUNTRIES = ("DE", "AT", "FI", "GR", "EL", "GB", "XI", "CH", "US")

days = st.dates(date(2000, 1, 1), date(2100, 12, 31))
cycles = st.sampled_from(BillingCycle)
cycle_months = st.sampled_from((1, 3, 12))
currencies = st.sampled_from(CURRENCIES)
names = st.text(max_size=12)


def money(currency: str, least: int = 0, most: int = 10**12) -> st.SearchStrategy[Money]:
    """Amounts of a currency between two numbers of minor units."""
    return st.integers(least, most).map(lambda minor: Money.from_minor(minor, currency))


def whole_periods() -> st.SearchStrategy[BillingPeriod]:
    """Periods of one cycle from any day."""
    return st.builds(
        lambda start, months: BillingPeriod(start, boundary(start, months, 1)), days, cycle_months
    )


def items(currency: str) -> st.SearchStrategy[QuoteItem]:
    """Items of a cart in a currency, with any text for ids."""
    return st.builds(
        QuoteItem,
        line_id=names,
        product=names,
        tier=names,
        seats=st.integers(1, 10_000),
        cycle=cycles,
        unit_price=money(currency),
    )


buyers = st.builds(
    BuyerTax,
    country=st.sampled_from(COUNTRIES),
    vat_id=st.sampled_from(("", "ATU65033803")),
    vat_id_state=st.sampled_from(VatIdState),
)
