"""What the tax authority said: kept as evidence, asked for again in time, and what it is worth."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from billing.accounts.model import VatIdState
from billing.accounts.vat_authority import VatAnswer
from billing.accounts.vat_checks import (
    CONFIRMED_FOR,
    LONGEST_WAIT,
    due_checks,
    known_state,
    recheck,
    recheck_own,
    store_answer,
    wait_after,
)
from billing.errors import Field, InvalidInput, PriceChanged
from billing.rating.tax import TaxTreatment
from billing.storage.invoice_tables import vat_check
from billing.storage.tables import account, audit_event
from tests.service.shop import ADA, ANNA, LENA, MAX, WEBINAR, request
from tests.service.tax_office import LENAS_ID, OTHER_ID, TaxOffice, waiting_order

if TYPE_CHECKING:
    from billing.context import Context
    from tests.service.shop import Shop

CONFIRMED, REFUTED, UNKNOWN = VatIdState.CONFIRMED, VatIdState.REFUTED, VatIdState.UNKNOWN
DAY = timedelta(days=1)


@pytest.fixture
def asking(shop: Shop, office: TaxOffice) -> Shop:
    """A service with an authority to ask."""
    return shop.second(authority=office)


def lenas(shop: Shop) -> str:
    return shop.session(LENA).account.account_id


def known(shop: Shop, vat_id: str = OTHER_ID) -> VatIdState | None:
    account_id = lenas(shop)
    now = shop.clock.now()
    return shop.database.read(lambda c: known_state(c, account_id, vat_id, now))


def row(shop: Shop) -> Any:
    (found,) = shop.rows(vat_check)
    return found


@pytest.mark.parametrize(
    ("state", "treatment"),
    [
        (CONFIRMED, TaxTreatment.REVERSE_CHARGE),
        (REFUTED, TaxTreatment.BUYERS_RATE),
        (UNKNOWN, TaxTreatment.UNDECIDED),
    ],
)
def test_the_kasse_reckons_with_what_the_authority_said(
    asking: Shop, office: TaxOffice, state: VatIdState, treatment: TaxTreatment
) -> None:
    office.state = state
    session = asking.session(LENA)
    asking.fill(session, WEBINAR)
    assert asking.service.check_vat_id(session, "atu 33864707") == OTHER_ID
    checkout = asking.service.open_checkout(session, OTHER_ID)
    assert (checkout.vat_id_state, checkout.quote.treatment) == (state, treatment)


def test_a_confirmed_id_becomes_the_accounts_own_when_it_had_none(
    asking: Shop, office: TaxOffice
) -> None:
    office.state = CONFIRMED
    asking.execute(update(account).values(vat_id="", vat_id_state=VatIdState.NONE))
    session = asking.session(LENA)
    asking.fill(session, WEBINAR)
    asking.service.check_vat_id(session, OTHER_ID)
    checkout = asking.service.open_checkout(session, OTHER_ID)
    asking.service.place_order(session, request(checkout))
    held = asking.session(LENA).account
    assert (held.vat_id, held.vat_id_state) == (OTHER_ID, CONFIRMED)


def test_a_malformed_id_is_refused_before_anybody_is_asked(asking: Shop, office: TaxOffice) -> None:
    with pytest.raises(InvalidInput) as caught:
        asking.service.check_vat_id(asking.session(LENA), "ATU14243103")
    assert caught.value.field is Field.VAT_ID
    assert office.asked == []


@pytest.mark.parametrize(("mail", "text"), [(ANNA, "DE136695976"), (MAX, "DE136695976")])
def test_an_id_that_decides_no_tax_is_not_asked_for(
    asking: Shop, office: TaxOffice, mail: str, text: str
) -> None:
    before = asking.everything()
    assert asking.service.check_vat_id(asking.session(mail), text) == text
    assert (office.asked, asking.everything()) == ([], before)


def test_a_buyer_outside_the_eu_has_no_id_to_ask_for(asking: Shop, office: TaxOffice) -> None:
    with pytest.raises(InvalidInput):
        asking.service.check_vat_id(asking.session(ADA), LENAS_ID)
    assert office.asked == []


def test_without_an_authority_nothing_is_asked_or_stored(shop: Shop) -> None:
    before = shop.everything()
    assert not shop.service.checks_vat_ids
    assert shop.service.check_vat_id(shop.session(LENA), OTHER_ID) == OTHER_ID
    assert shop.everything() == before
    assert known(shop) is None


def test_the_evidence_is_kept_and_a_second_answer_does_not_replace_it(
    asking: Shop, office: TaxOffice
) -> None:
    session = asking.session(LENA)
    seller = asking.catalogue.seller.vat_id
    for state, wait in ((CONFIRMED, 31 * DAY), (REFUTED, DAY)):
        office.state = state
        asking.service.check_vat_id(session, OTHER_ID)
        asking.clock.advance(wait)
    assert (row(asking).state, row(asking).reference) == (REFUTED, "R2")
    kept = [event for event in asking.rows(audit_event) if event.action == "vat_id_checked"]
    assert [(event.contact_id, event.actor, event.object_id) for event in kept] == [
        (session.contact_id, "contact", OTHER_ID)
    ] * 2
    assert [event.new["state"] for event in kept] == [CONFIRMED, REFUTED]
    assert kept[0].new == {
        "asked_at": "2026-11-22T12:00:00+00:00",
        "reference": "R1",
        "raw": "said confirmed",
        "requester": seller,
        "state": "confirmed",
    }
    assert office.asked == [(OTHER_ID, seller)] * 2


@pytest.mark.parametrize(("state", "fresh_days"), [(CONFIRMED, 30), (REFUTED, 1)])
def test_nobody_is_asked_again_while_an_answer_is_fresh(
    asking: Shop, office: TaxOffice, state: VatIdState, fresh_days: int
) -> None:
    office.state = state
    session = asking.session(LENA)
    asking.service.check_vat_id(session, OTHER_ID)
    asking.clock.advance(fresh_days * DAY - timedelta(seconds=1))
    asking.service.check_vat_id(session, OTHER_ID)
    assert len(office.asked) == 1
    asking.clock.advance(timedelta(seconds=1))
    asking.service.check_vat_id(session, OTHER_ID)
    assert len(office.asked) == 2


def test_a_confirmation_counts_60_days_while_nobody_can_be_asked(
    asking: Shop, office: TaxOffice
) -> None:
    office.state = CONFIRMED
    asking.service.check_vat_id(asking.session(LENA), OTHER_ID)
    office.state = UNKNOWN
    asking.clock.advance(CONFIRMED_FOR)
    asking.service.check_vat_id(asking.session(LENA), OTHER_ID)
    assert known(asking) is CONFIRMED
    asking.clock.advance(timedelta(seconds=1))
    assert known(asking) is UNKNOWN
    assert row(asking).answer["raw"] == "said confirmed"


def test_a_refusal_after_a_confirmation_counts_at_once(asking: Shop, office: TaxOffice) -> None:
    for state in (CONFIRMED, REFUTED):
        office.state = state
        asking.service.check_vat_id(asking.session(LENA), OTHER_ID)
        asking.clock.advance(30 * DAY)
    assert known(asking) is REFUTED


def test_an_answer_that_was_overtaken_changes_nothing(shop: Shop, context: Context) -> None:
    account_id, now = lenas(shop), shop.clock.now()
    for state, moment in ((CONFIRMED, now), (REFUTED, now - DAY), (UNKNOWN, now - DAY)):
        store = partial(
            store_answer,
            context=context,
            account_id=account_id,
            vat_id=OTHER_ID,
            answer=VatAnswer(state, "", moment, ""),
        )
        shop.database.work(account_id, store)
    assert (row(shop).state, row(shop).attempts) == (CONFIRMED, 0)


def test_the_waits_double_from_a_minute_to_an_hour() -> None:
    minutes = [wait_after(attempts) / timedelta(minutes=1) for attempts in range(1, 9)]
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60]
    assert wait_after(10**6) == LONGEST_WAIT


def test_an_authority_that_is_down_is_asked_again_only_after_the_wait(
    asking: Shop, office: TaxOffice
) -> None:
    session = asking.session(LENA)
    for _ in range(3):
        asking.service.check_vat_id(session, OTHER_ID)
    assert len(office.asked) == 1
    asking.clock.advance(timedelta(minutes=1))
    asking.service.check_vat_id(session, OTHER_ID)
    assert len(office.asked) == 2
    assert row(asking).next_ask_at == asking.clock.now() + timedelta(minutes=2)


def test_after_72_hours_without_an_answer_the_log_raises_the_alarm(
    shop: Shop, office: TaxOffice, context: Context, caplog: pytest.LogCaptureFixture
) -> None:
    account_id = lenas(shop)
    with caplog.at_level(logging.ERROR, "billing.accounts.vat_checks"):
        recheck(context, account_id, OTHER_ID)
        shop.clock.advance(timedelta(hours=71))
        recheck(context, account_id, OTHER_ID)
        assert caplog.records == []
        shop.clock.advance(timedelta(hours=1))
        recheck(context, account_id, OTHER_ID)
    assert [account_id in each.getMessage() for each in caplog.records] == [True]
    office.state = CONFIRMED
    shop.clock.advance(timedelta(hours=1))
    recheck(context, account_id, OTHER_ID)
    assert (row(shop).attempts, row(shop).first_asked_at) == (0, shop.clock.now())


def test_an_id_proven_otherwise_counts_until_the_authority_answers(
    asking: Shop, office: TaxOffice, context: Context
) -> None:
    assert asking.session(LENA).account.vat_id_state is CONFIRMED
    recheck_own(context, lenas(asking))
    assert asking.session(LENA).account.vat_id_state is CONFIRMED
    office.state = REFUTED
    asking.clock.advance(timedelta(hours=1))
    recheck_own(context, lenas(asking))
    assert asking.session(LENA).account.vat_id_state is REFUTED
    assert office.asked == [(LENAS_ID, asking.catalogue.seller.vat_id)] * 2


def test_an_account_without_an_id_is_not_asked_about(
    shop: Shop, office: TaxOffice, context: Context
) -> None:
    recheck_own(context, shop.session(ADA).account.account_id)
    recheck_own(context, "nobody")
    assert office.asked == []


def test_one_account_never_sees_the_answer_to_another(shop: Shop, context: Context) -> None:
    recheck(context, lenas(shop), OTHER_ID)
    other = shop.session(ADA).account.account_id
    now = shop.clock.now() + DAY
    found = shop.database.read(
        lambda c: (known_state(c, other, OTHER_ID, now), due_checks(c, other, now))
    )
    assert found == (None, ())


def test_an_order_that_waits_is_put_before_the_worker_in_its_own_transaction(shop: Shop) -> None:
    waiting_order(shop)
    assert (row(shop).vat_id, row(shop).state, row(shop).attempts) == (OTHER_ID, UNKNOWN, 0)
    assert row(shop).next_ask_at == shop.clock.now()


def test_an_answer_between_kasse_and_order_shows_the_new_price_first(
    asking: Shop, office: TaxOffice
) -> None:
    session = asking.session(LENA)
    asking.fill(session, WEBINAR)
    seen = asking.service.open_checkout(session, OTHER_ID)
    office.state = CONFIRMED
    asking.service.check_vat_id(session, OTHER_ID)
    with pytest.raises(PriceChanged) as caught:
        asking.service.place_order(session, request(seen))
    assert caught.value.new.treatment is TaxTreatment.REVERSE_CHARGE


def test_a_preview_needs_no_database_to_know_the_state_of_the_own_id(
    asking: Shop, office: TaxOffice
) -> None:
    office.state = REFUTED
    asking.execute(update(account).values(vat_id_state=UNKNOWN))
    asking.service.check_vat_id(asking.session(LENA), LENAS_ID)
    quote = asking.service.preview(asking.session(LENA), (WEBINAR,))
    assert quote.treatment is TaxTreatment.BUYERS_RATE
