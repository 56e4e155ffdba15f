"""The worker: repeated, doubled, paused or killed anywhere, it does everything once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from billing.errors import DatabaseUnavailable, PaymentUnknown, StorageCause
from billing.payments.testgateway import Fault
from billing.storage.invoice_tables import invoice
from billing.storage.tables import account, contact, order, outbox, payment_attempt
from billing.worker import due, outage
from tests.service.life import bill, bought, lines_of, move_to, row_of, run
from tests.service.shop import ADA, ANNA, GOOD_CARD, LENA, RESCUE, WEBINAR, request

if TYPE_CHECKING:
    from billing.payments.gateway import GatewayAnswer
    from billing.worker.report import WorkerReport
    from tests.service.shop import Shop

DUE = date(2026, 12, 22)


class Killed(BaseException):
    """The process ends here; no handler of errors sees it."""


class KillingGateway:
    """A gateway whose first charge kills the process, before the bank has it or after."""

    def __init__(self, shop: Shop, *, paid: bool) -> None:
        self._shop = shop
        self._paid = paid

    def authorise(self, **asked: Any) -> GatewayAnswer:
        if self._paid:
            self._shop.bank.authorise(**asked)
        raise Killed


def test_a_second_run_finds_nothing_to_do(shop: Shop) -> None:
    bought(shop, RESCUE)
    move_to(shop, DUE)
    assert not run(shop).idle
    before = shop.everything()
    assert run(shop).idle
    assert shop.everything() == before


def test_two_at_once_bill_once(shop: Shop) -> None:
    held = [bought(shop, RESCUE), bought(shop, RESCUE, mail=LENA), bought(shop, RESCUE, mail=ADA)]
    move_to(shop, date(2027, 1, 25))
    start = Barrier(2)

    def work(service: Shop) -> WorkerReport:
        start.wait()
        return run(service)

    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(work, (shop, shop.second())))
    assert sum(report.renewals for report in reports) == 6
    for each in held:
        periods = [line.period_start for line in lines_of(shop, each)]
        assert periods == [DUE, date(2027, 1, 22)]
    _assert_sound(shop)


@pytest.mark.parametrize("paid", [False, True])
def test_after_a_kill_at_the_gateway_the_renewal_is_finished_once(
    shop: Shop, *, paid: bool
) -> None:
    held = bought(shop, RESCUE)
    move_to(shop, DUE)
    killed = shop.second()
    killed.service._context = _with_gateway(killed, KillingGateway(shop, paid=paid))
    with pytest.raises(Killed):
        killed.service.run_worker()
    assert bill(shop, row_of(shop, held).order_id).state == "open"
    assert run(shop).renewals == 0
    shop.clock.advance(timedelta(minutes=5))
    assert run(shop).payments == 1
    assert bill(shop, row_of(shop, held).order_id).state == "paid"
    assert len(lines_of(shop, held)) == 1
    assert len(shop.bank.operations()) == 2
    assert [row.kind for row in shop.rows(outbox)].count("renewal") == 1
    _assert_sound(shop)


@pytest.mark.parametrize("fault", [Fault.REQUEST_LOST, Fault.ANSWER_LOST])
def test_an_outcome_that_is_unknown_is_asked_for_and_nothing_is_billed_before(
    shop: Shop, fault: Fault
) -> None:
    held = bought(shop, RESCUE)
    move_to(shop, date(2027, 1, 25))
    shop.faults.authorise.append(fault)
    assert run(shop).renewals == 1
    assert run(shop).renewals == 0
    shop.clock.advance(timedelta(minutes=5))
    report = run(shop)
    assert (report.payments, report.renewals) == (1, 1)
    assert len(lines_of(shop, held)) == 2
    assert {row.state for row in shop.rows(payment_attempt)} == {"succeeded"}
    assert len(shop.bank.operations()) == 3


def test_a_gateway_that_stays_silent_is_asked_less_and_less(shop: Shop) -> None:
    bought(shop, RESCUE)
    move_to(shop, DUE)
    shop.faults.authorise.append(Fault.REQUEST_LOST)
    shop.faults.ask.extend([Fault.REQUEST_LOST] * 100)
    run(shop)
    asked = []
    for wait in (0, 4, 1, 54, 6, 60 * 23, 60, 60 * 23, 60):
        shop.clock.advance(timedelta(minutes=wait))
        asked.append(run(shop).payments)
    assert asked == [0, 0, 1, 0, 1, 0, 1, 0, 1]


def test_a_gateway_that_is_away_is_left_alone_until_the_next_run(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "ENOUGH_SILENCES", 1)
    held = [bought(shop, RESCUE, mail=mail) for mail in (ANNA, LENA, ADA)]
    move_to(shop, DUE)
    shop.faults.authorise.append(Fault.REQUEST_LOST)
    report = run(shop)
    assert report.renewals == 1
    assert report.mails >= len(held)
    assert run(shop).renewals == 2
    shop.clock.advance(timedelta(minutes=5))
    run(shop)
    assert [len(lines_of(shop, each)) for each in held] == [1, 1, 1]
    assert {bill(shop, row_of(shop, each).order_id).state for each in held} == {"paid"}


def test_an_order_the_gateway_never_heard_of_is_given_up(shop: Shop) -> None:
    session = shop.session()
    shop.faults.authorise.append(Fault.REQUEST_LOST)
    with pytest.raises(PaymentUnknown):
        shop.service.place_order(session, request(shop.checkout(session, WEBINAR), GOOD_CARD))
    assert run(shop).payments == 0
    shop.clock.advance(timedelta(minutes=5))
    assert run(shop).payments == 1
    (placed,) = shop.rows(order)
    (attempt,) = shop.rows(payment_attempt)
    assert (placed.state, attempt.state, attempt.next_ask_at) == ("failed", "lost", None)
    assert [line.selection for line in shop.service.cart(session).lines] == [WEBINAR]


def test_an_order_that_was_paid_is_fulfilled_when_the_buyer_never_comes_back(shop: Shop) -> None:
    session = shop.session()
    shop.faults.authorise.append(Fault.ANSWER_LOST)
    with pytest.raises(PaymentUnknown):
        shop.service.place_order(session, request(shop.checkout(session, WEBINAR), GOOD_CARD))
    shop.clock.advance(timedelta(minutes=5))
    run(shop)
    (placed,) = shop.rows(order)
    assert (placed.state, bill(shop, placed.order_id).state) == ("fulfilled", "paid")


def test_a_broken_account_does_not_stop_the_others(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    broken, whole = bought(shop, RESCUE), bought(shop, RESCUE, mail=LENA)
    move_to(shop, DUE)
    owner = row_of(shop, broken).account_id
    shop.execute(update(contact).where(contact.c.account_id == owner).values(role="admin"))
    report = shop.service.run_worker()
    assert (report.renewals, report.failed) == (1, 1)
    assert (len(lines_of(shop, whole)), lines_of(shop, broken)) == (1, [])
    assert owner in caplog.text
    shop.execute(
        update(contact).where(contact.c.account_id == owner).values(role="billing_contact")
    )
    assert run(shop).renewals == 1
    assert len(lines_of(shop, broken)) == 1


@pytest.mark.parametrize("nowhere", ["Nowhere/At_All", "", "../etc/passwd", "Europe"])
def test_an_account_in_no_time_zone_does_not_stop_the_others(shop: Shop, nowhere: str) -> None:
    lost, found = (bought(shop, RESCUE, mail=mail) for mail in (ANNA, LENA))
    move_to(shop, DUE)
    mine = account.c.account_id == shop.session(ANNA).account.account_id
    shop.execute(update(account).where(mine).values(time_zone=nowhere))
    report = shop.service.run_worker()
    assert (report.failed, report.renewals) == (1, 1)
    assert [len(lines_of(shop, each)) for each in (lost, found)] == [0, 1]


def test_a_database_that_fails_ends_the_run(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    bought(shop, RESCUE)
    move_to(shop, DUE)

    def fail(*_: object) -> None:
        raise DatabaseUnavailable(StorageCause.DISK_FULL, "here")

    monkeypatch.setattr(shop.database, "work", fail)
    with pytest.raises(DatabaseUnavailable):
        shop.service.run_worker()


def test_a_run_stops_between_two_pieces_of_work(shop: Shop) -> None:
    held = [bought(shop, RESCUE), bought(shop, RESCUE, mail=LENA)]
    move_to(shop, DUE)
    asked = iter([False])
    report = shop.service.run_worker(stopping=lambda: next(asked, True))
    assert report.renewals <= 1
    run(shop)
    assert [len(lines_of(shop, each)) for each in held] == [1, 1]


@pytest.mark.parametrize("back", [timedelta(days=20), timedelta(days=400)])
def test_a_clock_that_jumps_ahead_and_back_bills_nothing_twice(shop: Shop, back: timedelta) -> None:
    held = bought(shop, RESCUE)
    move_to(shop, date(2027, 2, 1))
    run(shop)
    billed = lines_of(shop, held)
    shop.clock.advance(-back)
    run(shop)
    move_to(shop, date(2027, 2, 2))
    run(shop)
    assert lines_of(shop, held) == billed
    _assert_sound(shop)


def test_mails_are_sent_and_those_not_taken_wait(shop: Shop) -> None:
    bought(shop, RESCUE)
    assert run(shop).mails == 1
    assert run(shop).mails == 0
    assert [row.state for row in shop.rows(outbox)] == ["sent"]


def test_a_walk_over_many_pages_finds_every_account_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "LONGEST_PAGE", 2)
    held = [bought(shop, RESCUE, mail=mail) for mail in (LENA, ADA)] + [bought(shop, RESCUE)]
    held += [bought(shop, WEBINAR, mail=LENA)]
    move_to(shop, DUE)
    found = [one.account_id for one in due.accounts_with_steps(shop.database, shop.clock.now())]
    assert {row_of(shop, each).account_id for each in held} == set(found)
    run(shop)
    assert [len(lines_of(shop, each)) for each in held] == [1, 1, 1, 0]
    assert not list(due.accounts_with_steps(shop.database, shop.clock.now()))
    assert not list(due.accounts_with_mail(shop.database, shop.clock.now()))


def _with_gateway(shop: Shop, gateway: Any) -> Any:
    return replace(shop.service._context, gateway=gateway)


def _assert_sound(shop: Shop) -> None:
    """Numbers without gaps, each invoice's parts on it, and the bank's sums are the paid ones."""
    for owner in {row.account_id for row in shop.rows(invoice)}:
        mine = [row for row in shop.rows(invoice) if row.account_id == owner]
        numbers = sorted(int(row.number.rpartition("-")[2]) for row in mine)
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    taken = sum(one.taken_minor for one in shop.bank.operations())
    assert taken == sum(row.total_minor for row in shop.rows(invoice) if row.state == "paid")
