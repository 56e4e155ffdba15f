"""„Pläne vergleichen“ shows the differences and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing.catalogue.differences import differing_features
from billing.catalogue.loader import sample_catalogue

if TYPE_CHECKING:
    from billing.catalogue.model import Product

PRODUCTS = sample_catalogue().products
WEBINAR = sample_catalogue().product("goto-webinar")


def test_features_that_all_tiers_share_are_left_out() -> None:
    assert [feature.id for feature in differing_features(WEBINAR)] == [
        "presenters",
        "recordings-kept",
        "branding",
        "simulated-live",
        "paid-registration",
        "personal-contact",
    ]


def test_only_the_tiers_asked_for_are_compared() -> None:
    pair = (WEBINAR.tier("pro"), WEBINAR.tier("enterprise"))
    differing = differing_features(WEBINAR, pair)
    assert [feature.id for feature in differing] == ["presenters", "personal-contact"]


def test_one_tier_differs_from_nothing() -> None:
    assert differing_features(WEBINAR, [WEBINAR.tier("pro")]) == ()
    assert differing_features(WEBINAR, []) == ()


@pytest.mark.parametrize(
    "product",
    [product for product in PRODUCTS if len(product.tiers) > 1],
    ids=lambda product: product.id,
)
def test_comparing_the_sample_is_worth_reading(product: Product) -> None:
    assert 3 <= len(differing_features(product)) < len(product.features)
