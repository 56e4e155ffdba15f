"""Trials end by themselves: announced three days before, and never with a charge."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update

from billing.catalogue.model import Offer
from billing.storage.tables import account, outbox, subscription_event
from tests.service.life import bought, lines_of, move_to, row_of, run
from tests.service.shop import GOOD_CARD, LENA, WEBINAR

if TYPE_CHECKING:
    from tests.service.shop import Shop

STARTED = date(2026, 11, 22)
REMINDED = date(2026, 11, 26)
ENDS = date(2026, 11, 29)


def test_the_end_is_announced_three_days_before_and_once(shop: Shop) -> None:
    held = _tried(shop)
    for day in (REMINDED - timedelta(days=1), REMINDED, REMINDED + timedelta(days=1)):
        move_to(shop, day)
        run(shop)
        announced = _kinds(shop, held).count("trial_end_announced")
        assert announced == int(day >= REMINDED)
    row = row_of(shop, held)
    assert (row.state, row.next_step_on) == ("trialing", ENDS)
    assert _mails(shop, held) == ["trial_reminder"]


def test_a_trial_expires_without_a_charge(shop: Shop) -> None:
    held = _tried(shop)
    for day in (REMINDED, ENDS):
        move_to(shop, day)
        run(shop)
    row = row_of(shop, held)
    assert (row.state, row.next_step_on) == ("expired", None)
    assert _kinds(shop, held) == ["trial_started", "trial_end_announced", "expired"]
    assert _mails(shop, held) == ["trial_reminder", "trial_ended"]
    assert lines_of(shop, held) == []
    assert shop.bank.operations() == ()


def test_an_end_that_has_passed_is_not_announced_any_more(shop: Shop) -> None:
    held = _tried(shop)
    move_to(shop, ENDS + timedelta(days=30))
    run(shop)
    assert _kinds(shop, held) == ["trial_started", "expired"]
    assert _mails(shop, held) == ["trial_ended"]


def test_a_trial_that_was_bought_is_neither_announced_nor_ended(shop: Shop) -> None:
    held = _tried(shop)
    assert bought(shop, WEBINAR, GOOD_CARD, mail=LENA) == held
    move_to(shop, ENDS)
    run(shop)
    assert row_of(shop, held).state == "active"
    assert _kinds(shop, held) == ["trial_started", "converted"]


def test_a_trial_ends_on_the_date_of_its_account(shop: Shop) -> None:
    held = _tried(shop)
    shop.execute(update(account).values(time_zone="America/Los_Angeles"))
    move_to(shop, ENDS)
    shop.clock.advance(timedelta(hours=-6))
    run(shop)
    assert row_of(shop, held).state == "trialing"
    shop.clock.advance(timedelta(hours=4))
    run(shop)
    assert row_of(shop, held).state == "expired"


def _tried(shop: Shop) -> str:
    move_to(shop, STARTED)
    session = shop.session(LENA)
    draft = replace(
        shop.service.new_draft(session),
        product="goto-webinar",
        offer=Offer.TRIAL,
        tier=shop.catalogue.product("goto-webinar").tiers[0].id,
        seats=3,
    )
    return shop.service.start_trial(session, draft).lines[0].subscription_id


def _kinds(shop: Shop, held: str) -> list[str]:
    """What happened to a subscription, in its order."""
    rows = [row for row in shop.rows(subscription_event) if row.subscription_id == held]
    return [row.kind for row in sorted(rows, key=lambda row: row.version)]


def _mails(shop: Shop, held: str) -> list[str]:
    rows = [row for row in shop.rows(outbox) if row.payload.get("subscription_id") == held]
    return [row.kind for row in sorted(rows, key=lambda row: row.written_at)]
