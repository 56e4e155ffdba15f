"""An order whose database fails at one of its moments, and is well again for the next try."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.errors import DatabaseUnavailable
from billing.storage.tables import outbox, payment_attempt
from tests.crashes.rehearsal import rest
from tests.processes.moments import Moments
from tests.service.audit import audit, audit_at_rest
from tests.service.books import Books
from tests.service.shop import ANNA, GOOD_CARD, RESCUE, WEBINAR, request

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing.errors import StorageCause
    from billing.ordering.model import OrderRequest, Selection
    from tests.processes.premises import Premises
    from tests.service.shop import Shop

# The moments of an order before its second transaction is committed: the failure is told at each.
BEFORE_IT_IS_DONE = range(5)


def asked_for(shop: Shop, *selections: Selection) -> OrderRequest:
    """What Anna asks for: two lines unless others are named."""
    wanted = selections or (WEBINAR, RESCUE)
    return request(shop.checkout(shop.session(ANNA), *wanted), GOOD_CARD)


def order_while(
    premises: Premises, asked: OrderRequest, at: int, happens: Callable[[], object]
) -> StorageCause | None:
    """Place an order in which something happens at a moment; why the database failed, if it did."""
    moments = Moments(at, happens)
    shop = premises.open(seed=3, moments=moments)
    session = shop.session(ANNA)
    moments.begin()
    try:
        shop.service.place_order(session, asked)
    except DatabaseUnavailable as error:
        return error.cause
    finally:
        shop.close()
    return None


def assert_nothing_half_done(shop: Shop) -> None:
    """The order stands and waits to hear of its payment, or was never placed."""
    audit(Books(shop))
    placed = [(row.number, row.state) for row in Books(shop).placed_here]
    assert placed in ([], [("B-2026-000001", "awaiting_payment")])
    assert [row.state for row in shop.rows(payment_attempt)] == ["created"] * len(placed)
    assert shop.rows(outbox) == []


def assert_ordered_after_all(shop: Shop, asked: OrderRequest) -> None:
    """The same request again gives the one order, charged once."""
    told = shop.service.place_order(shop.session(ANNA), asked)
    assert told.order_number == "B-2026-000001"
    placed = [(row.number, row.state) for row in Books(shop).placed_here]
    assert placed == [(told.order_number, "fulfilled")]
    assert [line.taken_minor for line in shop.bank.operations()] == [told.total.minor]
    rest(shop)
    audit_at_rest(Books(shop))
