"""„Pläne vergleichen“: the features in which tiers differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing.catalogue.model import Feature, Product, Tier


def differing_features(
    product: Product, tiers: Sequence[Tier] | None = None
) -> tuple[Feature, ...]:
    """The features whose values are not the same in all of `tiers`, in the product's order.

    Without `tiers` all tiers of the product are compared; one tier differs from nothing.
    """
    compared = product.tiers if tiers is None else tiers
    return tuple(
        feature
        for feature in product.features
        if len({tier.features[feature.id] for tier in compared}) > 1
    )
