"""The invariants of the engine, over any catalogue, buyer, time zone and moment of a century.

Where each is proven; `machine` is `tests/service/test_life_machine.py`, whose audit (in
`tests/service/audit.py`) holds all of these against the database and the bank after every step:

I1   here; test_quote.py::test_totals_are_sums_of_the_lines_that_are_printed;
     tests/unit/test_invoice_totals.py::test_every_right_invoice_and_its_correction_pass; machine
I2   here; tests/unit/test_invoice_totals.py::test_tax_is_rounded_once_per_rate_and_not_per_line;
     machine
I3   here; test_periods.py::test_periods_tile; machine
I4   here; test_proration.py::test_credit_of_repeated_changes_never_exceeds_what_was_paid;
     tests/service/test_corrections.py; machine
I5   machine; tests/service/test_attempts.py
I6   machine; tests/service/test_exactly_once.py, test_changes.py, test_trials.py, test_dunning.py
I7   machine; tests/service/test_exactly_once.py::test_two_services_on_one_file_order_once
I8   machine; tests/service/test_trials.py::test_two_services_start_one_trial
I9   here; test_periods.py::test_every_day_lies_in_exactly_one_period; machine
I10  here; test_change.py::test_a_change_adds_up_to_the_cent; machine
I11  here; tests/service/test_preview_is_charge.py; machine
I12  machine; tests/service/test_licences.py
I13  machine; tests/service/test_sample_history.py
I14  test_allocation.py::test_parts_sum_to_the_amount_and_miss_their_share_by_less_than_a_unit;
     of account credit: machine
I15  test_change.py::test_up_and_down_at_the_same_instant_nets_to_nothing;
     test_proration.py::test_changing_there_and_back_at_once_nets_to_nothing
I16  machine; tests/service/test_outbox.py
"""

from __future__ import annotations

import zoneinfo
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from itertools import count, pairwise
from typing import TYPE_CHECKING

from hypothesis import assume, given
from hypothesis import strategies as st

from billing.clock import local_date
from billing.invoicing.drafting import Issue, draft_invoice
from billing.ordering.model import Cart, CartLine
from billing.ordering.pricing import price_cart, price_selections
from billing.rating.change import PaidPeriod, change_quote
from billing.rating.money import Money, currency_digits
from billing.rating.periods import BillingPeriod, boundary, next_boundary
from billing.rating.quote import QuoteItem
from billing.rating.tax import TaxTreatment
from billing.subscriptions.shelf import Shelf
from tests.unit.rating.catalogues import minor, moments, ordered, selections, visits, zones
from tests.unit.rating.values import cycles, days

if TYPE_CHECKING:
    from datetime import datetime

    from billing.ordering.model import Selection
    from billing.rating.periods import BillingCycle
    from billing.rating.quote import Quote
    from tests.unit.rating.catalogues import Visit


def priced(visit: Visit) -> Quote:
    """The cart as the checkout prices it."""
    currency = visit.account.currency
    shelf = Shelf(visit.catalogue, currency, held={}, tried={})
    lines = tuple(
        CartLine(str(number), selection, Money.zero(currency))
        for number, selection in enumerate(visit.cart, start=1)
    )
    return price_cart(
        shelf, visit.account, visit.today, Cart(1, lines), buyer=visit.buyer, credit=visit.credit
    )


def item(visit: Visit, selection: Selection) -> QuoteItem:
    """A selection with its price."""
    tier = visit.catalogue.product(selection.product).tier(selection.tier)
    price = tier.price(selection.cycle, visit.account.currency)
    return QuoteItem(
        "s", selection.product, selection.tier, selection.seats, selection.cycle, price
    )


@given(visits())
def test_i01_an_invoice_is_the_sum_of_its_lines_and_taxes_at_the_currency_s_precision(
    visit: Visit,
) -> None:
    shown = priced(visit)
    assume(shown.treatment is not TaxTreatment.UNDECIDED)
    issue = Issue(visit.account, visit.catalogue, visit.moment)
    bill = draft_invoice(issue, ordered(visit, shown), "i", paid=True)
    parts = [*(line.amount for line in bill.lines), *(tax.tax for tax in bill.taxes)]
    assert bill.total.minor == minor(parts) - bill.credit.minor
    digits = currency_digits(visit.account.currency)
    for amount in (*parts, bill.credit, bill.total):
        assert amount.amount.as_tuple().exponent == -digits


@given(visits())
def test_i02_tax_of_a_rate_is_rounded_once_on_the_sum_of_its_net_lines(visit: Visit) -> None:
    shown = priced(visit)
    unit = Decimal(1).scaleb(-currency_digits(visit.account.currency))
    with localcontext(prec=60):
        for tax in shown.taxes:
            net = sum(line.unit_price.amount * line.seats for line in shown.lines)
            exact = net * tax.rate / 100
            assert tax.tax.amount == exact.quantize(unit, ROUND_HALF_UP)


@given(
    days,
    cycles,
    st.lists(st.tuples(st.integers(0, 13), st.integers(0, 400), cycles), max_size=4),
)
def test_i03_paid_periods_tile_through_renewals_and_changes_and_have_no_slivers(
    start: date, cycle: BillingCycle, life: list[tuple[int, int, BillingCycle]]
) -> None:
    """Each of `life` is a number of renewals, and a change after some days of the last period."""
    anchor, used = start, []
    for renewals, offset, becomes in life:
        period = BillingPeriod(anchor, boundary(anchor, cycle.months, 1))
        for k in range(renewals):
            used.append(period)
            end = next_boundary(anchor, cycle.months, period.end)
            period = BillingPeriod(period.end, end)
            assert period.start == boundary(anchor, cycle.months, k + 1)
            assert period.days >= (28 if cycle.months == 1 else 365)
        change = period.start + timedelta(days=offset % period.days)
        if change > period.start:
            used.append(BillingPeriod(period.start, change))
        anchor, cycle = change, becomes
    assert all(earlier.end == later.start for earlier, later in pairwise(used))
    assert not used or (used[0].start, used[-1].end) == (start, anchor)


@given(visits(), st.lists(st.integers(0, 500), min_size=1, max_size=4), st.data())
def test_i04_what_is_given_back_of_a_line_is_at_most_what_was_paid_for_it(
    visit: Visit, waits: list[int], data: st.DataObject
) -> None:
    """A chain of changes, each crediting what the one before had paid, at any distance in days."""
    credit, today = visit.credit, visit.today
    paid: PaidPeriod | None = None
    old = BillingPeriod(today, today + timedelta(days=1))
    for wait in waits:
        product = data.draw(st.sampled_from(visit.catalogue.products))
        wanted = item(visit, data.draw(selections(product)))
        shown = change_quote(
            wanted,
            old_period=old,
            paid=paid,
            today=today,
            buyer=visit.buyer,
            seller_country=visit.catalogue.seller.country,
            catalogue_version=visit.catalogue.version,
            account_credit=credit,
        )
        for given_back in shown.credits:
            assert paid is not None
            assert 0 < given_back.net.minor <= paid.net.minor
            assert given_back.tax <= paid.net.percent(paid.rate)
        taxes = shown.charge.taxes
        rate = taxes[0].rate if taxes else Decimal(0)
        old, credit = shown.new_period, shown.credit_left
        paid = PaidPeriod("i", shown.charge.net, rate, old)
        today += timedelta(days=wait)


@given(visits(), st.integers(0, 2000))
def test_i09_the_next_invoice_is_on_the_first_boundary_after_today(
    visit: Visit, later: int
) -> None:
    for line in priced(visit).lines:
        months = line.cycle.months
        assert line.renews_on == line.period.end == boundary(visit.today, months, 1) > visit.today
        day = visit.today + timedelta(days=later)
        boundaries = (boundary(visit.today, months, k) for k in count(1))
        first = next(one for one in boundaries if one > day)
        assert next_boundary(visit.today, months, day) == first


@given(visits(), moments, zones, st.data())
def test_i10_a_change_moves_the_anchor_to_its_day_in_the_account_s_time_zone(
    visit: Visit, moment: datetime, zone: str, data: st.DataObject
) -> None:
    product = data.draw(st.sampled_from(visit.catalogue.products))
    today = moment.astimezone(zoneinfo.ZoneInfo(zone)).date()
    assert local_date(moment, zone) == today
    wanted = item(visit, data.draw(selections(product)))
    shown = change_quote(
        wanted,
        old_period=BillingPeriod(today, today + timedelta(days=1)),
        paid=None,
        today=local_date(moment, zone),
        buyer=visit.buyer,
        seller_country=visit.catalogue.seller.country,
        catalogue_version=visit.catalogue.version,
        account_credit=visit.credit,
    )
    assert shown.new_period.start == today
    assert shown.new_billing_date == boundary(today, wanted.cycle.months, 1)


@given(visits(), st.timedeltas(timedelta(0), timedelta(days=2)))
def test_i11_what_is_previewed_is_what_the_checkout_shows_until_the_day_changes(
    visit: Visit, later: timedelta
) -> None:
    """Without credit, which no preview knows of."""
    visit = replace(visit, credit=Money.zero(visit.account.currency))
    preview = price_selections(visit.catalogue, visit.account, visit.today, visit.cart, visit.buyer)
    assert preview == priced(visit)
    again = replace(visit, moment=visit.moment + later)
    same = again.today == visit.today
    assert (priced(again).identity == preview.identity) is same
