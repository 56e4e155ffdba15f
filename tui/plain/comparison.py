"""„Pläne vergleichen“ as a list: tier by tier, only what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.catalogue.differences import differing_features
from billing.catalogue.model import Text
from tui.i18n import _, own
from tui.plain.selection import tier_words
from tui.pricing import price_remark

if TYPE_CHECKING:
    from tui.flow import Flow
    from tui.plain.visit import Visit


def compare(visit: Visit, flow: Flow) -> None:
    """Each tier with its price and its features."""
    if flow.available is None:
        return
    product = flow.available.product
    visit.talk.say("", f"{_('Compare Plans')}: {product.name}", price_remark(visit.pricing))
    for tier in product.tiers:
        visit.talk.say("", tier_words(visit, flow, tier))
        for feature in differing_features(product):
            value = tier.features.get(feature.id, False)
            visit.talk.say(f"{own(feature.name)}: {_value(value)}")
    visit.talk.say("")


def _value(value: Text | bool) -> str:
    if isinstance(value, Text):
        return own(value)
    return _("yes") if value else _("no")
