"""What a process is killed at: orders, a trial, a change, a run of the worker, mails."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from billing.catalogue.model import BillingCycle, Offer
from billing.ordering.model import Draft, Selection
from tests.processes.jobs import change, deliver, place, try_out, work
from tests.service.life import bought, run
from tests.service.shop import ADA, ANNA, GOOD_CARD, IBAN, LENA, RESCUE, WEBINAR, request
from tests.service.subscribed import change_of, held, with_changes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.processes.crew import Job
    from tests.service.shop import Shop

    Scenario = Callable[[Shop], Job]


def order_by_debit(shop: Shop) -> Job:
    """One line, paid by a debit, whose money comes days later."""
    return place(ANNA, request(shop.checkout(shop.session(), WEBINAR), IBAN))


def order_by_card(shop: Shop) -> Job:
    """One line, paid by card."""
    return place(ADA, request(shop.checkout(shop.session(ADA), WEBINAR), GOOD_CARD))


def order_of_two_lines(shop: Shop) -> Job:
    """Two lines in one order."""
    return place(LENA, request(shop.checkout(shop.session(LENA), WEBINAR, RESCUE), GOOD_CARD))


def order_with_credit(shop: Shop) -> Job:
    """An order that the account's credit pays in part, the card the rest."""
    session = shop.session()
    bought(shop, WEBINAR)
    shop.clock.advance(timedelta(days=1))
    one = held(shop, session)
    fewer = with_changes(one, seats=1)
    shop.service.change_subscription(session, change_of(shop, session, one, fewer))
    run(shop)
    many = Selection("logmein-rescue", "rescue", 12, BillingCycle.ANNUAL)
    asked = request(shop.checkout(session, many), GOOD_CARD)
    assert asked.quote.credit_used.minor
    assert asked.quote.total_due.minor
    return place(ANNA, asked)


def trial(shop: Shop) -> Job:
    """A trial."""
    name = "00000000-0000-7000-8000-00000000000"
    return try_out(LENA, Draft(f"{name}d", f"{name}e", "goto-webinar", Offer.TRIAL, "pro", 2))


def change_of_seats(shop: Shop) -> Job:
    """More seats, with a correction and a new invoice, paid by the stored card."""
    session = shop.session()
    bought(shop, WEBINAR)
    shop.clock.advance(timedelta(days=10))
    run(shop)
    one = held(shop, session)
    return change(ANNA, change_of(shop, session, one, with_changes(one, seats=7)))


def run_of_the_worker(shop: Shop) -> Job:
    """A renewal by card, a trial and a cancellation that end, and their mails."""
    bought(shop, RESCUE, GOOD_CARD, mail=ADA)
    return _a_month_later(shop)


def two_renewals(shop: Shop) -> Job:
    """As before, with one more renewal, by debit."""
    bought(shop, RESCUE, IBAN, mail=LENA)
    return run_of_the_worker(shop)


def _a_month_later(shop: Shop) -> Job:
    for days in (4, 4, 22):
        run(shop)
        shop.clock.advance(timedelta(days=days))
    return work()


def delivery(shop: Shop) -> Job:
    """Two mails that wait to be sent."""
    bought(shop, WEBINAR)
    bought(shop, RESCUE)
    return deliver(ANNA)


ORDERS: tuple[Scenario, ...] = (
    order_by_debit,
    order_by_card,
    order_of_two_lines,
    order_with_credit,
)
SCENARIOS: tuple[Scenario, ...] = (*ORDERS, trial, change_of_seats, run_of_the_worker, delivery)
LONG_SCENARIOS: tuple[Scenario, ...] = (*SCENARIOS, two_renewals)
