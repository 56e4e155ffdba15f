"""A process is killed at every commit, gateway call and mail, and started again.

However it was killed, everything ends as if it had not been: one order, one charge, one mail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing.storage.tables import cart_line
from tests.crashes.outcome import outcome_of
from tests.crashes.rehearsal import RESTARTED_AFTER, rest, restarted
from tests.crashes.scenarios import (
    ORDERS,
    SCENARIOS,
    order_with_credit,
    two_renewals,
)
from tests.processes.crew import kill_at
from tests.service.audit import audit_at_rest
from tests.service.books import Books
from tests.service.shop import ANNA, GOOD_CARD, request

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crashes.rehearsal import Rehearsals
    from tests.crashes.scenarios import Scenario
    from tests.service.stock import Stock

AN_ORDER = (
    "before a commit",
    "after a commit",
    "before authorise",
    "after authorise",
    "before a commit",
    "after a commit",
)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_killed_at_any_moment_it_ends_the_same(
    rehearsals: Rehearsals, stock: Stock, tmp_path: Path, scenario: Scenario
) -> None:
    played = rehearsals.of(stock, scenario)
    assert played.moments
    for number, moment in enumerate(played.moments):
        with played.copied(tmp_path / str(number)) as premises:
            kill_at(premises, played.job, number)
            ended = restarted(premises, played.job)
        assert ended == played.outcome, f"killed {moment}, number {number} of {played.moments}"


@pytest.mark.parametrize("scenario", ORDERS)
def test_an_order_is_stored_before_the_gateway_is_asked_and_settled_after(
    rehearsals: Rehearsals, stock: Stock, scenario: Scenario
) -> None:
    assert rehearsals.of(stock, scenario).moments == AN_ORDER


def test_a_run_of_the_worker_stores_every_charge_before_it_asks_for_it(
    rehearsals: Rehearsals, stock: Stock
) -> None:
    moments = rehearsals.of(stock, two_renewals).moments
    asked = [number for number, moment in enumerate(moments) if moment == "before authorise"]
    assert [moments[number - 2 : number + 4] for number in asked] == [AN_ORDER] * 2


def test_a_buyer_who_never_comes_back_has_ordered_and_paid_or_neither(
    rehearsals: Rehearsals, stock: Stock, tmp_path: Path
) -> None:
    played = rehearsals.of(stock, order_with_credit)
    for number in range(len(played.moments)):
        with played.copied(tmp_path / str(number)) as premises:
            kill_at(premises, played.job, number)
            shop = premises.open(seed=2)
            shop.clock.advance(RESTARTED_AFTER)
            rest(shop)
            audit_at_rest(Books(shop))
            ordered = played.moments[: number + 1].count("after authorise") == 1
            assert ordered is not bool(shop.rows(cart_line))
            if ordered:
                assert outcome_of(shop, premises) == played.outcome
            else:
                session = shop.session(ANNA)
                asked = request(shop.service.open_checkout(session), GOOD_CARD)
                shop.service.place_order(session, asked)
                rest(shop)
                audit_at_rest(Books(shop))
            totals = sorted(
                row.total_minor
                for row in Books(shop).placed_here
                if row.state == "fulfilled" and row.total_minor
            )
            assert totals == sorted(line.taken_minor for line in shop.bank.operations())
            shop.close()
