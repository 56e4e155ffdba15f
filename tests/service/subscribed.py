"""What tests of running subscriptions need: one that was bought, and changes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from billing.ordering.model import Change, ChangeRequest
from billing.storage.tables import subscription, subscription_event
from tests.service.shop import GOOD_CARD, WEBINAR, request

if TYPE_CHECKING:
    from sqlalchemy import Row

    from billing.accounts.model import Session
    from billing.ordering.model import Selection
    from billing.payments.model import PaymentInput
    from billing.subscriptions.model import Subscription
    from tests.service.shop import Shop

KEY = "00000000-0000-7000-8000-00000000000c"
OTHER_KEY = "00000000-0000-7000-8000-00000000000d"


def bought(
    shop: Shop,
    session: Session,
    selection: Selection = WEBINAR,
    payment: PaymentInput = GOOD_CARD,
    *,
    days_ago: int = 0,
) -> Subscription:
    """A subscription that was bought and paid some days ago."""
    asked = request(shop.checkout(session, selection), payment)
    shop.service.place_order(session, asked)
    shop.clock.advance(timedelta(days=days_ago))
    return held(shop, session, selection.product)


def held(shop: Shop, session: Session, product: str = WEBINAR.product) -> Subscription:
    """The account's subscription of a product, as it is shown now."""
    (found,) = [one for one in shop.service.home(session).subscriptions if one.product == product]
    return found


def with_changes(one: Subscription, **changed: Any) -> Change:
    """What the subscription is, with some of it changed."""
    assert one.cycle is not None
    return replace(Change(one.tier, one.seats, one.cycle), **changed)


def change_of(
    shop: Shop,
    session: Session,
    one: Subscription,
    change: Change,
    payment: PaymentInput | None = None,
    *,
    key: str = KEY,
) -> ChangeRequest:
    """The request to change a subscription at the price that is shown now."""
    quote = shop.service.preview_change(session, one.subscription_id, change)
    return ChangeRequest(
        key=key,
        subscription_id=one.subscription_id,
        version=one.version,
        change=change,
        quote=quote,
        payment=payment,
    )


def row_of(shop: Shop, one: Subscription) -> Row[Any]:
    """The subscription as it is stored."""
    rows = shop.rows(subscription)
    found: Row[Any] = next(row for row in rows if row.subscription_id == one.subscription_id)
    return found


def events_of(shop: Shop, one: Subscription) -> list[Row[Any]]:
    """The log of a subscription, oldest first."""
    rows = [
        row for row in shop.rows(subscription_event) if row.subscription_id == one.subscription_id
    ]
    return sorted(rows, key=lambda row: row.version)
