"""The same purchase with the data on a PostgreSQL server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.terminal.buyer import ANNA, Buyer
from tests.terminal.records import Records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgresql import Server
    from tests.terminal.machine import Machine

pytestmark = pytest.mark.terminal


@pytest.fixture
def database(server: Server) -> Iterator[str]:
    """The name of a database without tables."""
    name = server.create()
    yield name
    server.drop(name)


def test_a_purchase_on_postgresql(machine: Machine, server: Server, database: str) -> None:
    terminal = machine.demo("--database", server.address(database))
    buyer = Buyer(terminal, "de")
    buyer.enter(ANNA)
    buyer.buy_webinar()
    buyer.at_checkout()
    buyer.pay_by_sepa()
    buyer.place_order()
    terminal.wait_for(buyer.words("sent to {mail}", mail=ANNA))
    terminal.press("ctrl+q")
    assert terminal.wait_exit() == 0

    with server.connect(database) as connection:
        placed = connection.execute(
            "SELECT number, state, total_minor FROM purchase_order WHERE number LIKE 'B-%'"
        ).fetchall()
        held = connection.execute(
            "SELECT tier, seats, state FROM subscription WHERE product = 'goto-webinar'"
        ).fetchall()
    ((number, state, total),) = placed
    assert (state, total) == ("fulfilled", 14_208_60)
    assert held == [("pro", 5, "active")]
    (books,) = machine.home.rglob("demo-gateway")
    kept = Records(books.with_name("demo"))
    assert kept.charges() == [14_208_60]
    assert kept.subjects() == [f"Bestellbestätigung {number}"]


def test_a_server_that_is_not_there_is_told(machine: Machine) -> None:
    answer = machine.run(
        "database", "upgrade", "--database", "postgresql://anna:secret@localhost:1/billing"
    )
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "postgresql://localhost:1/billing" in answer.stderr
    assert "secret" not in answer.stderr
