"""The shelf: what is kept of a catalogue for the next account is what this one would see anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from billing.catalogue.loader import sample_catalogue
from billing.catalogue.model import BillingCycle, Catalogue
from billing.errors import Problem
from billing.rating.money import Money
from billing.subscriptions.model import Subscription, SubscriptionState
from billing.subscriptions.shelf import Shelf

DAY = date(2026, 11, 22)


def held(product: str, state: SubscriptionState) -> Subscription:
    return Subscription(
        subscription_id="s",
        product=product,
        tier="pro",
        seats=5,
        seats_free=5,
        state=state,
        cycle=BillingCycle.ANNUAL,
        renews_on=DAY,
        renewal_price=Money.zero("EUR"),
        ends_on=None,
        version=1,
    )


def shelf(
    catalogue: Catalogue, *mine: Subscription, tried: tuple[str, ...] = (), currency: str = "EUR"
) -> Shelf:
    by_product = {one.product: one for one in mine}
    return Shelf(catalogue, currency, by_product, dict.fromkeys(tried, DAY))


@pytest.mark.parametrize("state", SubscriptionState)
def test_what_an_account_holds_and_tried_is_seen_on_every_product(
    state: SubscriptionState,
) -> None:
    catalogue = sample_catalogue()
    for product in catalogue.products:
        for tried in ((), (product.id,), (catalogue.products[0].id, "gone")):
            for mine in ((), (held(product.id, state), held("lost", state))):
                found = shelf(catalogue, *mine, tried=tried)
                assert found.availabilities() == found.one_by_one()


def test_one_account_sees_nothing_of_another() -> None:
    catalogue = sample_catalogue()
    product = catalogue.products[0].id
    before = shelf(catalogue).availabilities()
    theirs = shelf(catalogue, held(product, SubscriptionState.ACTIVE), tried=(product,))
    assert theirs.availabilities()[0].buy is Problem.ALREADY_SUBSCRIBED
    assert shelf(catalogue).availabilities() == before


def test_another_catalogue_or_currency_is_looked_at_anew() -> None:
    catalogue = sample_catalogue()
    smaller = replace(catalogue, products=catalogue.products[1:])
    for one in (catalogue, smaller, catalogue):
        assert [found.product for found in shelf(one).availabilities()] == list(one.products)
    for found in shelf(catalogue, currency="XXX").availabilities():
        assert found.buy is Problem.NOT_SOLD_IN_CURRENCY
    assert shelf(catalogue).availabilities()[0].buy is None
