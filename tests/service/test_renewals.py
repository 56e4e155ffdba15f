"""Renewals: which periods are billed, at what, to whom, and that nothing is billed twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from billing.catalogue.model import BillingCycle
from billing.ordering.model import Selection
from billing.storage.invoice_tables import invoice, invoice_line
from billing.storage.tables import account, audit_event, order, outbox, payment_attempt
from tests.service.life import another, bill, bought, lines_of, move_to, only, row_of, run
from tests.service.shop import GOOD_CARD, IBAN, INVOICE, LENA, RESCUE, WEBINAR

if TYPE_CHECKING:
    from pathlib import Path

    from tests.service.shop import Shop
    from tests.service.stock import Stock

WEBINARS = Selection("goto-webinar", "pro", 2, BillingCycle.MONTHLY)


def test_a_monthly_subscription_is_billed_for_its_next_month(shop: Shop) -> None:
    held = bought(shop, RESCUE, GOOD_CARD)
    move_to(shop, date(2026, 12, 22))
    assert run(shop).renewals == 1
    (line,) = lines_of(shop, held)
    assert (line.period_start, line.period_end) == (date(2026, 12, 22), date(2027, 1, 22))
    row = row_of(shop, held)
    assert (row.state, row.next_step_on, row.version) == ("active", date(2027, 1, 22), 2)
    renewal = only(row for row in shop.rows(order) if row.kind == "renewal")
    assert row.order_id == renewal.order_id
    assert renewal.state == "fulfilled"
    assert bill(shop, renewal.order_id).state == "paid"


def test_nothing_is_billed_before_the_period_has_ended(shop: Shop) -> None:
    held = bought(shop, RESCUE, GOOD_CARD)
    move_to(shop, date(2026, 12, 21))
    assert run(shop).renewals == 0
    assert lines_of(shop, held) == []


def test_missed_periods_are_billed_one_after_the_other_and_tile(shop: Shop) -> None:
    held = bought(shop, RESCUE, GOOD_CARD)
    move_to(shop, date(2027, 3, 1))
    assert run(shop).renewals == 3
    periods = [(line.period_start, line.period_end) for line in lines_of(shop, held)]
    starts = [date(2026, 12, 22), date(2027, 1, 22), date(2027, 2, 22), date(2027, 3, 22)]
    assert periods == list(pairwise(starts))
    assert len({row.gateway_key for row in shop.rows(payment_attempt)}) == 4


def test_a_pause_gives_the_same_invoices_as_daily_runs(
    shop: Shop, stock: Stock, tmp_path: Path
) -> None:
    with another(shop, stock, tmp_path / "paused") as paused:
        for each in (shop, paused):
            bought(each, RESCUE, day=date(2026, 11, 22))
            bought(each, WEBINARS, day=date(2026, 11, 30))
            each.execute(update(account).values(credit_minor=500_00))
        for day in _days(date(2026, 12, 20), date(2027, 3, 1)):
            move_to(shop, day)
            run(shop)
        assert run(paused).renewals == 6
        assert _invoices(paused) == _invoices(shop)


def test_the_31st_bills_on_the_last_day_of_february_and_on_the_31st_again(shop: Shop) -> None:
    held = bought(shop, RESCUE, GOOD_CARD, day=date(2027, 1, 31))
    move_to(shop, date(2027, 6, 1))
    run(shop)
    assert [line.period_start for line in lines_of(shop, held)] == [
        date(2027, 2, 28),
        date(2027, 3, 31),
        date(2027, 4, 30),
        date(2027, 5, 31),
    ]
    assert row_of(shop, held).period_end == date(2027, 6, 30)


def test_the_29th_of_february_is_billed_every_year(shop: Shop) -> None:
    held = bought(shop, WEBINAR, INVOICE, day=date(2028, 2, 29))
    move_to(shop, date(2032, 3, 1))
    run(shop)
    assert [line.period_start for line in lines_of(shop, held)] == [
        date(2029, 2, 28),
        date(2030, 2, 28),
        date(2031, 2, 28),
        date(2032, 2, 29),
    ]


@pytest.mark.parametrize(("zone", "due"), [("Pacific/Auckland", True), ("America/New_York", False)])
def test_an_account_renews_on_its_own_date(shop: Shop, zone: str, due: bool) -> None:
    held = bought(shop, RESCUE, GOOD_CARD)
    shop.execute(update(account).values(time_zone=zone))
    shop.clock.move_to(datetime(2026, 12, 21, 23, tzinfo=UTC))
    assert run(shop).renewals == int(due)
    assert len(lines_of(shop, held)) == int(due)


def test_the_price_is_the_one_it_was_bought_at(shop: Shop) -> None:
    held = bought(shop, WEBINAR, INVOICE)
    paid = row_of(shop, held).unit_price_minor
    move_to(shop, date(2027, 11, 22))
    run(shop)
    (line,) = lines_of(shop, held)
    assert (line.unit_price_minor, line.amount_minor) == (paid, paid * WEBINAR.seats)


def test_the_tax_is_that_of_the_buyer_as_of_the_period(shop: Shop) -> None:
    bought(shop, RESCUE, INVOICE, mail=LENA)
    move_to(shop, date(2026, 12, 22))
    run(shop)
    renewal = only(row for row in shop.rows(order) if row.kind == "renewal")
    assert (renewal.tax_treatment, renewal.tax_minor) == ("reverse_charge", 0)


def test_a_renewal_with_an_unchecked_vat_id_is_only_authorised_until_it_is_decided(
    shop: Shop,
) -> None:
    held = bought(shop, RESCUE, GOOD_CARD, mail=LENA)
    move_to(shop, date(2026, 12, 22))
    shop.execute(update(account).values(vat_id_state="unknown"))
    run(shop)
    row = row_of(shop, held)
    assert (row.state, lines_of(shop, held)) == ("active", [])
    assert _state_of_payment(shop, row.order_id) == "authorised"
    shop.execute(update(account).values(vat_id_state="confirmed"))
    shop.clock.advance(timedelta(hours=2))
    assert run(shop).checks == 1
    (line,) = lines_of(shop, held)
    document = bill(shop, row.order_id)
    assert (document.tax_minor, document.total_minor) == (0, line.amount_minor)
    assert (document.state, _state_of_payment(shop, row.order_id)) == ("paid", "succeeded")
    kinds = [row.kind for row in shop.rows(outbox)]
    assert (kinds.count("invoice"), kinds.count("renewal")) == (1, 0)


def test_credit_is_used_last_and_pays_without_the_gateway(shop: Shop) -> None:
    held = bought(shop, RESCUE, GOOD_CARD)
    move_to(shop, date(2026, 12, 22))
    shop.execute(update(account).values(credit_minor=1_000_000))
    run(shop)
    renewal = only(row for row in shop.rows(order) if row.kind == "renewal")
    assert (renewal.total_minor, renewal.credit_minor) == (
        0,
        renewal.net_minor + renewal.tax_minor,
    )
    assert bill(shop, renewal.order_id).state == "paid"
    owner = only(row for row in shop.rows(account) if row.account_id == renewal.account_id)
    assert owner.credit_minor == 1_000_000 - renewal.credit_minor
    assert len(shop.rows(payment_attempt)) == 1
    assert row_of(shop, held).state == "active"


def test_an_order_on_invoice_renews_on_invoice_and_stays_open(shop: Shop) -> None:
    held = bought(shop, RESCUE, INVOICE)
    move_to(shop, date(2026, 12, 22))
    run(shop)
    renewal = only(row for row in shop.rows(order) if row.kind == "renewal")
    document = bill(shop, renewal.order_id)
    assert (document.state, document.payment_kind) == ("open", "invoice")
    assert document.due_on == document.issued_on + timedelta(days=14)
    assert (row_of(shop, held).state, renewal.state) == ("active", "fulfilled")
    assert shop.rows(payment_attempt) == []


def test_a_debit_is_open_until_the_bank_has_it(shop: Shop) -> None:
    bought(shop, RESCUE, IBAN)
    shop.bank.settle_debits()
    move_to(shop, date(2026, 12, 22))
    run(shop)
    renewal = only(row for row in shop.rows(order) if row.kind == "renewal")
    assert (renewal.state, bill(shop, renewal.order_id).state) == ("fulfilled", "open")
    shop.bank.settle_debits()
    move_to(shop, date(2026, 12, 24))
    assert run(shop).payments == 1
    assert bill(shop, renewal.order_id).state == "paid"


def test_a_cancelled_subscription_ends_and_is_not_billed(shop: Shop) -> None:
    held = bought(shop, RESCUE, GOOD_CARD)
    shop.service.cancel(shop.session(), held)
    move_to(shop, date(2026, 12, 22))
    assert run(shop).renewals == 0
    row = row_of(shop, held)
    assert (row.state, row.next_step_on) == ("expired", None)
    assert lines_of(shop, held) == []


def test_corporate_accounts_are_billed_elsewhere(shop: Shop) -> None:
    move_to(shop, date(2029, 1, 1))
    run(shop)
    corporate = {row.account_id for row in shop.rows(account) if row.kind == "corporate"}
    assert corporate
    assert not [row for row in shop.rows(order) if row.account_id in corporate]


def test_a_renewal_is_told_of_once_and_by_the_worker(shop: Shop) -> None:
    held = bought(shop, RESCUE, GOOD_CARD)
    move_to(shop, date(2026, 12, 22))
    run(shop)
    run(shop)
    told = [row for row in shop.rows(outbox) if row.kind == "renewal"]
    assert [row.state for row in told] == ["sent"]
    events = [row for row in shop.rows(audit_event) if row.object_id == held]
    assert [(row.action, row.actor) for row in events][-1] == ("subscription_renewed", "worker")


def _state_of_payment(shop: Shop, order_id: str) -> str:
    state: str = only(row.state for row in shop.rows(payment_attempt) if row.order_id == order_id)
    return state


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _invoices(shop: Shop) -> list[tuple[object, ...]]:
    numbers = {row.invoice_id: row.number for row in shop.rows(invoice)}
    parts = [
        (numbers[row.invoice_id], row.product, row.period_start, row.period_end, row.amount_minor)
        for row in shop.rows(invoice_line)
    ]
    sums = [
        (row.number, row.state, row.gross_minor, row.credit_minor, row.total_minor)
        for row in shop.rows(invoice)
    ]
    return sorted([*parts, *sums], key=repr)


def test_a_period_billed_late_is_taxed_at_the_rate_of_its_first_day(shop: Shop) -> None:
    """German VAT was 16 % in the second half of 2020."""
    held = bought(shop, RESCUE, day=date(2020, 11, 20))
    move_to(shop, date(2021, 1, 25))
    run(shop)
    rates = [(line.period_start, line.rate) for line in lines_of(shop, held)]
    assert rates == [(date(2020, 12, 20), "16"), (date(2021, 1, 20), "19")]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_day_of_a_renewal_is_the_account_s_own_wherever_it_lies(shop: Shop, zone: str) -> None:
    """At most 14 hours ahead, and 11 behind."""
    mine = account.c.account_id == shop.session().account.account_id
    shop.execute(update(account).where(mine).values(time_zone=zone))
    held = bought(shop, RESCUE)
    midnight = datetime.combine(row_of(shop, held).period_end, time(), ZoneInfo(zone))
    shop.clock.move_to(midnight - timedelta(minutes=1))
    assert run(shop).renewals == 0
    shop.clock.move_to(midnight)
    assert run(shop).renewals == 1
