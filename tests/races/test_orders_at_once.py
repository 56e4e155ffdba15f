"""Many buyers press „Bestellung aufgeben“ on one cart at once: one order, one charge, one mail."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from billing.storage.tables import cart_line, order, outbox, payment_attempt
from tests.processes.crew import race
from tests.processes.jobs import check_out
from tests.service.audit import audit
from tests.service.books import Books
from tests.service.shop import ANNA, RESCUE, WEBINAR

if TYPE_CHECKING:
    from tests.processes.premises import Premises
    from tests.service.shop import Shop

CLIENTS = 32


def assert_ordered_once(shop: Shop) -> None:
    assert [(row.number, row.state) for row in shop.rows(order)] == [
        ("B-2026-000001", "fulfilled"),
    ]
    assert [row.state for row in shop.rows(payment_attempt)] == ["succeeded"]
    charges = [line.taken_minor for line in shop.bank.operations()]
    assert charges == [row.total_minor for row in shop.rows(order)]
    assert [row.kind for row in shop.rows(outbox)] == ["confirmation"]
    assert shop.rows(cart_line) == []
    audit(Books(shop))


def test_32_clients_with_one_key_order_once(premises: Premises, shop: Shop) -> None:
    shop.fill(shop.session(), WEBINAR, RESCUE)
    came = race(premises, [check_out(ANNA)] * CLIENTS)
    assert Counter((one.kind, one.answer) for one in came) == {("done", "B-2026-000001"): CLIENTS}
    assert_ordered_once(shop)


def test_32_clients_with_keys_of_their_own_order_once(premises: Premises, shop: Shop) -> None:
    shop.fill(shop.session(), WEBINAR, RESCUE)
    made_up = [check_out(ANNA, key=f"made-up-{number:028}") for number in range(CLIENTS - 1)]
    came = race(premises, [check_out(ANNA), *made_up])
    assert Counter(one.kind for one in came) == {"done": 1, "CartChanged": CLIENTS - 1}
    assert_ordered_once(shop)
