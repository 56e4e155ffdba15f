"""The last one there is, wanted by several at once: a product's one trial, and a free licence."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from billing.catalogue.model import BillingCycle, Offer
from billing.ordering.model import Draft, Selection
from billing.storage.tables import licence, order, outbox, subscription, trial_use
from tests.processes.crew import race
from tests.processes.jobs import assign, try_out
from tests.service.audit import audit
from tests.service.books import Books
from tests.service.life import bought
from tests.service.shop import ANNA, LENA

if TYPE_CHECKING:
    from tests.processes.premises import Premises
    from tests.service.shop import Shop

WEBINAR, SEATS = "goto-webinar", 2


def draft(number: int) -> Draft:
    name = f"00000000-0000-7000-8000-{number:012}"
    return Draft(name, f"{name[:-13]}f-{number:011}", WEBINAR, Offer.TRIAL, "pro", SEATS)


def assert_tried_once(shop: Shop) -> None:
    assert [row.product for row in shop.rows(subscription) if row.product == WEBINAR] == [WEBINAR]
    assert [row.product for row in shop.rows(trial_use)].count(WEBINAR) == 1
    assert [(row.kind, row.state) for row in shop.rows(order)] == [("trial", "fulfilled")]
    assert [row.kind for row in shop.rows(outbox)] == ["welcome"]
    audit(Books(shop))


@pytest.mark.parametrize("claims", [2, 8])
def test_a_trial_claimed_by_several_starts_once(
    premises: Premises, shop: Shop, claims: int
) -> None:
    came = race(premises, [try_out(LENA, draft(number)) for number in range(claims)])
    kinds = Counter(one.refusal or "done" for one in came)
    assert kinds == {"done": 1, "Refused": claims - 1}
    assert {one.told for one in came} <= {"", "trial_used", "already_subscribed"}
    assert_tried_once(shop)


def test_one_draft_sent_by_several_starts_one_trial(premises: Premises, shop: Shop) -> None:
    came = race(premises, [try_out(LENA, draft(1))] * 8)
    assert Counter(one.answer for one in came) == {"B-2026-000001": 8}
    assert_tried_once(shop)


def test_the_last_licence_is_assigned_once(premises: Premises, shop: Shop) -> None:
    rescue = bought(shop, Selection("logmein-rescue", "rescue", 1, BillingCycle.MONTHLY))
    users = shop.service.users(shop.session(ANNA))[:8]
    wishes = [assign(ANNA, user.user_id, user.subscriptions | {rescue}) for user in users]
    came = race(premises, wishes)
    refused = "Refused no_free_licence"
    assert Counter(one.kind for one in came) == {"done": 1, refused: len(users) - 1}
    assert [row.subscription_id for row in shop.rows(licence)].count(rescue) == 1
    audit(Books(shop))
