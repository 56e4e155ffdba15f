"""Bugs that other billing engines shipped, in what is reckoned; each is a test named after it.

Those in what is done (charges, orders, mails) are in `tests/service/test_their_bugs.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest

from billing.catalogue.loader import sample_catalogue
from billing.invoicing.drafting import Issue, draft_invoice
from billing.payments.model import PaymentKind, PaymentSummary
from billing.rating.money import Money
from billing.rating.periods import BillingCycle, BillingPeriod, boundary, period_containing, periods
from billing.rating.proration import credit_for_unused_days, share_of
from billing.rating.quote import QuoteItem, quote
from billing.rating.tax import BuyerTax, VatIdState
from billing.rating.trials import trial_period
from tests.unit.rating.catalogues import Visit, account_of, ordered

JAN_31 = date(2027, 1, 31)
GERMAN = BuyerTax("DE", "", VatIdState.NONE)


def test_killbill_127_the_period_after_february_is_billed() -> None:
    billed = list(periods(JAN_31, 1, since=JAN_31, until=date(2027, 4, 1)))
    assert [period.start for period in billed] == [JAN_31, date(2027, 2, 28), date(2027, 3, 31)]


def test_killbill_2133_the_end_of_the_month_is_aligned_again_after_adding_periods() -> None:
    ends = [boundary(date(2027, 8, 31), 1, k) for k in range(1, 8)]
    assert [day.day for day in ends] == [30, 31, 30, 31, 31, 29, 31]


@pytest.mark.parametrize("day", [29, 30, 31])
@pytest.mark.parametrize("months", [1, 12])
def test_lago_1567_no_two_periods_overlap_and_none_is_dropped(day: int, months: int) -> None:
    anchor = date(2027, 1, day)
    until = boundary(anchor, months, 60)
    billed = list(periods(anchor, months, since=anchor, until=until))
    assert len(billed) == 61
    assert all(earlier.end == later.start for earlier, later in pairwise(billed))


def test_lago_6173_a_year_that_began_on_29_february_is_billed_every_year() -> None:
    anchor = date(2024, 2, 29)
    billed = list(periods(anchor, 12, since=anchor, until=date(2034, 1, 1)))
    leap_years = (2024, 2028, 2032)
    assert [period.start for period in billed] == [
        date(year, 2, 29 if year in leap_years else 28) for year in range(2024, 2034)
    ]
    # No two billing dates belong to one period.
    assert [period_containing(anchor, 12, period.start) for period in billed] == billed


def test_polar_10664_the_31st_does_not_become_the_29th_for_ever() -> None:
    after_a_year = [boundary(date(2024, 1, 31), 1, k) for k in (1, 2, 12, 14)]
    assert after_a_year == [
        date(2024, 2, 29),
        date(2024, 3, 31),
        date(2025, 1, 31),
        date(2025, 3, 31),
    ]


@pytest.mark.parametrize("day", [28, 29, 30, 31])
def test_flexprice_2733_no_invoice_has_a_sliver_of_a_period(day: int) -> None:
    """Renewals go on from a clamped start, as the worker does; the anchor is not lost there."""
    anchor = date(2027, 1, day)
    start = boundary(anchor, 1, 1)
    following = list(periods(anchor, 1, since=start, until=start + timedelta(days=800)))
    assert following[0].start == start
    assert min(period.days for period in following) >= 28


def test_polar_11459_the_first_paid_period_after_a_trial_is_one_month() -> None:
    trial = trial_period(date(2026, 4, 28), 7)
    assert trial.end == date(2026, 5, 5)
    assert boundary(trial.end, 1, 1) == date(2026, 6, 5)


def test_lago_6194_the_denominator_is_the_whole_period_and_never_what_is_left_of_it() -> None:
    quarter = BillingPeriod(date(2026, 1, 1), date(2026, 4, 2))
    change = quarter.end - timedelta(days=42)
    assert share_of(BillingPeriod(change, quarter.end), quarter) == Fraction(42, 91)
    paid = Money.from_minor(9100, "EUR")
    assert credit_for_unused_days(paid, quarter, change) == Money.from_minor(4200, "EUR")


def test_odoo_37896_tax_is_reckoned_once_on_the_sum_and_not_on_every_line() -> None:
    lines = [
        QuoteItem(str(n), "p", "t", 1, BillingCycle.MONTHLY, Money.from_minor(minor, "EUR"))
        for n, minor in enumerate((1003, 1003, 1003))
    ]
    shown = quote(
        lines,
        today=date(2026, 11, 22),
        currency="EUR",
        buyer=GERMAN,
        seller_country="DE",
        catalogue_version="1",
        credit=Money.zero("EUR"),
    )
    # 19 % of 30.09 is 5.7171; three times 19 % of 10.03, rounded each, would be 5.73.
    assert [tax.tax.minor for tax in shown.taxes] == [572]


@pytest.mark.parametrize("day", [JAN_31, date(2027, 2, 28), date(2028, 2, 29), date(2027, 12, 31)])
def test_odoo_246474_an_invoice_of_a_month_s_end_is_due_fourteen_days_later(day: date) -> None:
    catalogue = sample_catalogue()
    account = account_of(GERMAN, "EUR", "Europe/Berlin")
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    nothing = Money.zero("EUR")
    visit = Visit(catalogue, account, moment, GERMAN, (), nothing)
    item = QuoteItem("1", "p", "t", 1, BillingCycle.MONTHLY, Money.from_minor(100, "EUR"))
    shown = quote(
        [item],
        today=day,
        currency="EUR",
        buyer=GERMAN,
        seller_country="DE",
        catalogue_version="1",
        credit=nothing,
    )
    record = replace(ordered(visit, shown), payment=PaymentSummary(PaymentKind.INVOICE))
    bill = draft_invoice(Issue(account, catalogue, moment), record, "i", paid=False)
    assert (bill.issued_on, bill.due_on) == (day, day + timedelta(days=14))
