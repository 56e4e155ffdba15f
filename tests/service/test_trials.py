"""Trials: at once, without payment, and one per product and account for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert

from billing.catalogue.model import BillingCycle, Offer
from billing.errors import BillingError, NotAllowed, OrderConflict, Problem, Refused
from billing.ordering.model import Confirmation, Draft, MailState, OrderedLine, StoredDraft
from billing.rating.money import Money
from billing.storage.tables import audit_event, draft, order, outbox, subscription, trial_use
from billing.subscriptions.model import SubscriptionState
from tests.service.shop import LENA, MAX, without

if TYPE_CHECKING:
    from billing.accounts.model import Session
    from tests.service.shop import Shop


def trial(shop: Shop, session: Session, product: str = "goto-webinar", seats: int = 3) -> Draft:
    tier = shop.catalogue.product(product).tiers[0].id
    empty = shop.service.new_draft(session)
    return replace(empty, product=product, offer=Offer.TRIAL, tier=tier, seats=seats)


def test_a_trial_starts_at_once_without_payment(shop: Shop) -> None:
    session = shop.session(LENA)
    told = shop.service.start_trial(session, trial(shop, session))
    assert told == Confirmation(
        order_id=told.order_id,
        order_number="B-2026-000001",
        lines=(
            OrderedLine(
                subscription_id=told.lines[0].subscription_id,
                product="goto-webinar",
                tier="lite",
                seats=3,
                offer=Offer.TRIAL,
                cycle=None,
                amount=Money(Decimal(0), "EUR"),
                renews_on=None,
                ends_on=date(2026, 11, 29),
            ),
        ),
        total=Money(Decimal(0), "EUR"),
        payment=None,
        vat_id_state=session.account.vat_id_state,
        mail_to="lena@huber.example",
        mail_state=MailState.WAITING,
        invoice_waits=False,
    )
    (held,) = shop.service.home(session).subscriptions
    assert (held.state, held.seats, held.seats_free) == (SubscriptionState.TRIALING, 3, 3)
    assert (held.ends_on, held.renews_on, held.renewal_price) == (date(2026, 11, 29), None, None)
    assert shop.bank.operations() == ()
    assert [row.kind for row in shop.rows(outbox)] == ["welcome"]
    assert [row.action for row in shop.rows(audit_event)] == [
        "subscription_trial_started",
        "order_fulfilled",
    ]


def test_the_end_is_told_beforehand(shop: Shop) -> None:
    session = shop.session()
    assert shop.service.trial_ends_on(session, "goto-webinar") == date(2026, 11, 29)
    for product, problem in (("hamachi", Problem.NO_TRIAL), ("gone", Problem.UNKNOWN_PRODUCT)):
        with pytest.raises(Refused) as caught:
            shop.service.trial_ends_on(session, product)
        assert caught.value.problem is problem


def test_a_started_trial_ends_its_draft_and_leaves_others(shop: Shop) -> None:
    session = shop.session(LENA)
    mine, other = trial(shop, session), trial(shop, session, "openvoice")
    shop.service.save_draft(session, StoredDraft(mine, "seats"))
    shop.service.save_draft(session, StoredDraft(other, "seats"))
    shop.service.start_trial(session, mine)
    assert [row.draft_id for row in shop.rows(draft)] == [other.draft_id]


def test_the_same_draft_again_gives_the_same_confirmation(shop: Shop) -> None:
    session = shop.session(LENA)
    wanted = trial(shop, session)
    first = shop.service.start_trial(session, wanted)
    before = shop.everything()
    again = shop.second().service.start_trial(session, wanted)
    assert again == replace(first, replayed=True)
    assert shop.everything() == before


def test_another_trial_under_a_used_key_starts_nothing(shop: Shop) -> None:
    session = shop.session(LENA)
    wanted = trial(shop, session)
    shop.service.start_trial(session, wanted)
    before = shop.everything()
    with pytest.raises(OrderConflict):
        shop.service.start_trial(session, replace(wanted, seats=1))
    assert shop.everything() == before


def test_a_second_trial_is_refused_even_after_the_first_has_ended(shop: Shop) -> None:
    session = shop.session(LENA)
    shop.service.start_trial(session, trial(shop, session))
    shop.clock.move_to(datetime(2027, 11, 22, tzinfo=UTC))
    before = shop.everything()
    with pytest.raises(Refused) as caught:
        shop.service.start_trial(session, trial(shop, session))
    assert caught.value.problem is Problem.TRIAL_USED
    assert caught.value.facts["product"] == "GoTo Webinar"
    assert caught.value.facts["used_on"] == date(2026, 11, 22)
    assert shop.everything() == before


def test_two_services_start_one_trial(shop: Shop) -> None:
    session = shop.session(LENA)
    services = [shop.service, shop.second().service]
    wanted = [trial(shop, session), trial(shop, session)]

    def start(index: int) -> Confirmation | BillingError:
        try:
            return services[index].start_trial(session, wanted[index])
        except BillingError as refused:
            return refused

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(start, range(2)))
    refusals = [each.problem for each in told if isinstance(each, Refused)]
    assert refusals == [Problem.TRIAL_USED]
    mine = session.account.account_id
    assert len([row for row in shop.rows(trial_use) if row.account_id == mine]) == 1
    assert len([row for row in shop.rows(subscription) if row.account_id == mine]) == 1
    assert len(shop.rows(order)) == len(shop.rows(outbox)) == 1


def test_the_index_refuses_a_second_trial_where_the_check_saw_none(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = shop.session(LENA)
    shop.execute(
        insert(trial_use).values(
            account_id=session.account.account_id,
            product="goto-webinar",
            subscription_id="earlier",
            started_on=date(2026, 1, 1),
        )
    )
    before = shop.everything()
    monkeypatch.setattr(
        "billing.subscriptions.shelf.Shelf.check_trial",
        lambda shelf, product, *_: shelf.catalogue.product(product),
    )
    with pytest.raises(Refused) as caught:
        shop.service.start_trial(session, trial(shop, session))
    assert caught.value.problem is Problem.TRIAL_USED
    assert shop.everything() == before


@pytest.mark.parametrize(
    ("product", "seats", "problem"),
    [
        ("goto-meeting", 1, Problem.ALREADY_SUBSCRIBED),
        ("goto-connect", 1, Problem.ALREADY_SUBSCRIBED),
        ("goto-training", 1, Problem.TRIAL_USED),
        ("hamachi", 1, Problem.NO_TRIAL),
        ("goto-webinar", 0, Problem.SEATS_BELOW_MINIMUM),
        ("goto-webinar", 6, Problem.SEATS_ABOVE_MAXIMUM),
    ],
)
def test_what_cannot_be_tried_does_not_start(
    shop: Shop, product: str, seats: int, problem: Problem
) -> None:
    session = shop.session()
    before = shop.everything()
    with pytest.raises(Refused) as caught:
        shop.service.start_trial(session, trial(shop, session, product, seats))
    assert caught.value.problem is problem
    assert shop.everything() == before


def test_a_product_that_was_lost_meanwhile_does_not_start(shop: Shop) -> None:
    session = shop.session(LENA)
    later = shop.second(catalogue=without(shop.catalogue, "goto-webinar"))
    with pytest.raises(Refused) as caught:
        later.service.start_trial(session, trial(shop, session))
    assert caught.value.problem is Problem.UNKNOWN_PRODUCT


@pytest.mark.parametrize("mail", [MAX, "karla@konzern.example", "egon@alt.example"])
def test_who_may_not_order_starts_nothing(shop: Shop, mail: str) -> None:
    session = shop.session(mail)
    before = shop.everything()
    with pytest.raises(NotAllowed) as caught:
        shop.service.start_trial(session, trial(shop, session))
    assert caught.value.entry == session.entry
    assert shop.everything() == before


def test_a_draft_that_is_no_trial_is_a_mistake_of_the_caller(shop: Shop) -> None:
    session = shop.session(LENA)
    for wrong in (
        replace(trial(shop, session), seats=None),
        replace(trial(shop, session), offer=Offer.BUY, cycle=BillingCycle.ANNUAL),
    ):
        with pytest.raises(ValueError, match="no finished trial"):
            shop.service.start_trial(session, wrong)


def test_a_crash_before_the_commit_leaves_the_trial_open(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = shop.session(LENA)
    wanted = trial(shop, session)
    before = shop.everything()

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("billing.ordering.settling.write_mail", killed)
        with pytest.raises(KeyboardInterrupt):
            shop.service.start_trial(session, wanted)
    assert shop.everything() == before
    assert not shop.service.start_trial(session, wanted).replayed


def test_a_trial_of_before_the_records_began_counts_while_it_runs(shop: Shop) -> None:
    session = shop.session()
    shop.execute(delete(trial_use))
    with pytest.raises(Refused) as caught:
        shop.service.start_trial(session, trial(shop, session, "goto-training", 1))
    assert caught.value.problem is Problem.TRIAL_USED
