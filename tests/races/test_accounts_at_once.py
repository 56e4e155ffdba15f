"""Different accounts at once on PostgreSQL: nobody waits for another or has to begin again."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, insert, select

from billing.storage.tables import account, contact, order, sign_in
from tests.processes.crew import race
from tests.races.test_worker_at_once import MONTHLY
from tests.service.audit import audit
from tests.service.books import Books
from tests.service.shop import GOOD_CARD, LENA, request

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, ExceptionContext, Table

    from tests.processes.premises import Premises
    from tests.service.shop import Shop
    from tests.service.stock import Databases

ACCOUNTS = 8


@pytest.fixture
def stock(databases: Databases) -> Databases:
    """PostgreSQL only: on SQLite there is one writer at a time."""
    return databases


def open_accounts(shop: Shop) -> list[str]:
    """Accounts beside Lena's that are like hers; answers the mails of their contacts."""
    lenas = shop.session(LENA).account.account_id

    def copy(connection: Connection, table: Table, **changed: str) -> None:
        row = connection.execute(select(table).where(table.c.account_id == lenas)).mappings().one()
        connection.execute(insert(table).values({**row, **changed}))

    def step(connection: Connection) -> list[str]:
        mails = []
        for number in range(ACCOUNTS):
            ids = {"account_id": f"00000000-0000-7000-8000-{number:012}"}
            mail = f"buyer-{number}@huber.example"
            copy(connection, account, **ids)
            copy(connection, contact, **ids, mail=mail)
            copy(connection, sign_in, **ids, mail=mail)
            mails.append(mail)
        return mails

    return shop.database.work(None, step)


def order_all(mail: str, shop: Shop) -> Callable[[], list[str]]:
    """Order one thing after the other; answers the errors that the database told meanwhile."""
    errors: list[str] = []

    @event.listens_for(shop.database._writers, "handle_error")
    def note(context: ExceptionContext) -> None:
        errors.append(str(context.original_exception))

    session = shop.session(mail)

    def act() -> list[str]:
        for selection in MONTHLY:
            asked = request(shop.checkout(session, selection), GOOD_CARD)
            shop.service.place_order(session, asked)
        return errors

    return act


def test_accounts_order_at_once_without_one_retry(premises: Premises, shop: Shop) -> None:
    mails = open_accounts(shop)
    came = race(premises, [partial(order_all, mail) for mail in mails])
    told: list[Any] = [(one.kind, one.answer) for one in came]
    assert told == [("done", [])] * ACCOUNTS
    placed = Counter((row.account_id, row.state) for row in shop.rows(order))
    assert set(placed.values()) == {len(MONTHLY)}
    assert len(placed) == ACCOUNTS
    audit(Books(shop))
