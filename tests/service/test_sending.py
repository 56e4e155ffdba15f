"""Statements that are sent together: their order, failures and values, on every database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import bindparam, event, exists, func, insert, literal, select, text, update
from sqlalchemy.exc import IntegrityError, MultipleResultsFound, NoResultFound

from billing.errors import DatabaseUnavailable
from billing.storage.engine import add_if_absent, insert_or_replace
from billing.storage.invoice_tables import vat_check
from billing.storage.schema import metadata
from billing.storage.sending import HEARD, expect, run
from billing.storage.statements import insert_into
from billing.storage.tables import account, idempotency, sign_in, subscription
from tests.service.stock import mails_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from billing.storage.database import Database
    from billing.storage.waiting import Waiting

OWNER = "00000000-0000-7000-8000-000000000001"
NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)

EVERYTHING = {
    table.name: select(table).order_by(*table.primary_key) for table in metadata.sorted_tables
}
MAILS = select(sign_in.c.mail).order_by(sign_in.c.mail)
ACCOUNT = select(account.c.name, account.c.credit_minor).where(
    account.c.account_id == bindparam("owner")
)
CHANGE = update(account).where(account.c.account_id == bindparam("owner"))
ADD_CREDIT = CHANGE.values(credit_minor=account.c.credit_minor + bindparam("given"))

SEVEN = CHANGE.values(credit_minor=7)
NUMBER = select(func.count()).select_from(sign_in)
NUMBER_BEHIND_AN_ALIAS = select(func.count()).select_from(sign_in.alias())
IS_THERE = select(func.count()).where(exists(select(literal(1)).select_from(sign_in)))
CREDIT_BEHIND_AN_ALIAS = select(account.alias().c.credit_minor)


def mail(name: str) -> dict[str, Any]:
    return {"mail": name, "account_id": OWNER, "contact_id": OWNER, "password_hash": "x"}


def owner(**changed: object) -> dict[str, Any]:
    names = ("name", "kind", "street", "postcode", "city")
    return {
        "account_id": OWNER,
        **dict.fromkeys(names, "Müller & Söhne"[:10]),
        "country": "DE",
        "currency": "EUR",
        "time_zone": "Europe/Berlin",
        **changed,
    }


class Trips:
    """How many statements went in each trip."""

    def __init__(self, database: Database) -> None:
        self.sizes: list[int] = []
        event.listen(database._writers, "engine_connect", self._hear)

    def _hear(self, connection: Connection) -> None:
        connection.info[HEARD] = self._note

    def _note(self, batch: Sequence[Waiting]) -> None:
        self.sizes.append(len(batch))


def test_statements_go_together_when_somebody_looks(empty_database: Database) -> None:
    trips = Trips(empty_database)

    def step(connection: Connection) -> list[str]:
        trips.sizes.clear()
        run(connection, insert_into(sign_in), mail("one"))
        run(connection, insert_into(sign_in), mail("two"))
        seen = run(connection, MAILS, {})
        run(connection, insert_into(sign_in), mail("three"))
        assert trips.sizes == []
        return seen.scalars()

    assert empty_database.work(None, step) == ["one", "two"]
    assert trips.sizes == [4]
    assert mails_of(empty_database) == {"one", "two", "three"}


def test_other_statements_find_what_was_run_before_them(empty_database: Database) -> None:
    def step(connection: Connection) -> list[str]:
        run(connection, insert_into(sign_in), mail("one"))
        connection.execute(insert(sign_in), mail("two"))
        run(connection, insert_into(sign_in), mail("three"))
        return list(connection.scalars(MAILS))

    assert empty_database.work(None, step) == ["one", "three", "two"]


def test_a_refusal_is_raised_where_somebody_looks(empty_database: Database) -> None:
    def step(connection: Connection) -> None:
        run(connection, insert_into(sign_in), mail("one"))
        again = run(connection, insert_into(sign_in), mail("one"))
        run(connection, insert_into(sign_in), mail("two"))
        with pytest.raises(IntegrityError):
            _ = again.rowcount
        raise KeyError

    with pytest.raises(KeyError):
        empty_database.work(None, step)
    assert mails_of(empty_database) == set()


def test_a_refusal_names_the_statement_that_was_refused(empty_database: Database) -> None:
    def step(connection: Connection) -> None:
        run(connection, insert_into(account), owner())
        for _ in range(2):
            run(connection, insert_into(sign_in), mail("one"))
        run(connection, MAILS, {})

    with pytest.raises(IntegrityError) as caught:
        empty_database.work(None, step)
    assert (caught.value.statement or "").startswith("INSERT INTO sign_in")


def test_a_refusal_that_nobody_looks_at_undoes_everything(empty_database: Database) -> None:
    def step(connection: Connection) -> None:
        for name in ("one", "one", "two"):
            run(connection, insert_into(sign_in), mail(name))

    for _ in range(3):
        with pytest.raises(IntegrityError):
            empty_database.work(None, step)
    assert mails_of(empty_database) == set()
    empty_database.work(None, lambda c: run(c, insert_into(sign_in), mail("one")).rowcount)
    assert mails_of(empty_database) == {"one"}


def test_nobody_goes_on_after_a_refusal(empty_database: Database) -> None:
    def step(connection: Connection) -> None:
        again = [run(connection, insert_into(sign_in), mail("one")) for _ in range(2)]
        lost = run(connection, insert_into(sign_in), mail("two"))
        with pytest.raises(IntegrityError):
            again[1].all()
        with pytest.raises(AssertionError):
            lost.all()

    with pytest.raises(AssertionError):
        empty_database.work(None, step)
    assert mails_of(empty_database) == set()


def test_a_reader_cannot_write_this_way_either(empty_database: Database) -> None:
    with pytest.raises(DatabaseUnavailable):
        empty_database.read(lambda c: run(c, insert_into(sign_in), mail("one")).rowcount)
    assert mails_of(empty_database) == set()


@pytest.mark.parametrize("number", [1, 2, 10, 11, 500])
def test_all_rows_arrive(empty_database: Database, number: int) -> None:
    names = [f"{index:03}" for index in range(number)]

    def step(connection: Connection) -> tuple[int, list[str]]:
        added = run(connection, insert_into(sign_in), [mail(name) for name in names])
        return added.rowcount, run(connection, MAILS, {}).scalars()

    assert empty_database.work(None, step) == (number, names)


def test_the_answers_say_how_many_rows_there_are(empty_database: Database) -> None:
    def step(connection: Connection) -> None:
        nothing = run(connection, MAILS, {})
        assert (nothing.first(), nothing.one_or_none()) == (None, None)
        assert nothing.scalar_one_or_none() is None
        with pytest.raises(NoResultFound):
            nothing.one()
        run(connection, insert_into(sign_in), [mail("one"), mail("two")])
        both = run(connection, MAILS, {})
        assert [row.mail for row in both] == ["one", "two"]
        assert both.first().mail == "one"
        with pytest.raises(MultipleResultsFound):
            both.one()

    empty_database.work(None, step)


def test_rows_are_the_ones_that_sqlalchemy_reads(database: Database) -> None:
    def step(connection: Connection) -> None:
        for statement in EVERYTHING.values():
            plain = [tuple(row) for row in connection.execute(statement)]
            assert [tuple(row) for row in run(connection, statement, {})] == plain

    database.read(step)


def test_values_come_back_as_they_went(empty_database: Database) -> None:
    answer = {"raw": "„Ärger“ \u0000 \U0001f600", "list": [1, None, 2.5], "no": None}
    check = {
        "account_id": OWNER,
        "vat_id": "DE'--;",
        "state": "",
        "first_asked_at": NOON.astimezone(),
        "next_ask_at": None,
        "answer": answer,
    }

    def step(connection: Connection) -> tuple[Any, Any]:
        run(connection, insert_into(account), owner(expired_on=date(2000, 2, 29)))
        run(connection, insert_into(vat_check), check)
        return (
            run(connection, EVERYTHING["account"], {}).one(),
            run(connection, EVERYTHING["vat_check"], {}).one(),
        )

    found, checked = empty_database.work(None, step)
    assert (found.expired_on, found.credit_minor) == (date(2000, 2, 29), 0)
    assert found.name == "Müller & S"
    assert (checked.first_asked_at, checked.next_ask_at) == (NOON, None)
    assert (checked.answer, checked.vat_id) == (answer, "DE'--;")


def test_a_moment_without_a_zone_is_refused(empty_database: Database) -> None:
    row = {"account_id": OWNER, "vat_id": "x", "first_asked_at": NOON.replace(tzinfo=None)}
    with pytest.raises(ValueError, match="time zone"):
        empty_database.work(None, lambda c: run(c, insert_into(vat_check), row))


def test_a_text_that_depends_on_its_values_is_refused(empty_database: Database) -> None:
    listed = select(sign_in.c.mail).where(sign_in.c.mail.in_(["one", "two"]))
    with pytest.raises(ValueError, match="depends on its values"):
        empty_database.read(lambda connection: run(connection, listed, {}))


def test_what_is_expected_comes_with_the_lock_and_is_not_asked_again(
    empty_database: Database,
) -> None:
    empty_database.work(None, lambda c: run(c, insert_into(account), owner()).rowcount)
    trips = Trips(empty_database)

    def step(connection: Connection) -> None:
        assert len(trips.sizes) == 1
        assert run(connection, ACCOUNT, {"owner": OWNER}).one().credit_minor == 0
        run(connection, CHANGE, {"owner": OWNER, "order_count": 5})
        assert run(connection, ACCOUNT, {"owner": OWNER}).one().credit_minor == 0
        assert len(trips.sizes) == 1

    empty_database.work(
        OWNER, step, expecting=lambda connection: expect(connection, ACCOUNT, {"owner": OWNER})
    )


def raise_credit(connection: Connection) -> None:
    run(connection, CHANGE, {"owner": OWNER, "credit_minor": 7})


def add_credit(connection: Connection) -> None:
    run(connection, ADD_CREDIT, {"owner": OWNER, "given": 7})


def raise_it_in_another_way(connection: Connection) -> None:
    connection.execute(text("UPDATE account SET credit_minor = 7"))


def raise_it_to_the_same_for_all(connection: Connection) -> None:
    run(connection, SEVEN, {"owner": OWNER})


@pytest.mark.parametrize(
    "change", [raise_credit, add_credit, raise_it_in_another_way, raise_it_to_the_same_for_all]
)
def test_what_was_changed_since_is_asked_again(empty_database: Database, change: Any) -> None:
    def step(connection: Connection) -> list[int]:
        run(connection, insert_into(account), owner())
        expect(connection, ACCOUNT, {"owner": OWNER})
        before = run(connection, ACCOUNT, {"owner": OWNER}).one()
        change(connection)
        return [before.credit_minor, run(connection, ACCOUNT, {"owner": OWNER}).one().credit_minor]

    assert empty_database.work(None, step) == [0, 7]


def test_rows_that_came_or_went_are_noticed(database: Database) -> None:
    known = select(subscription.c.seats).where(subscription.c.account_id == bindparam("owner"))

    def step(connection: Connection) -> list[list[int]]:
        rows = run(connection, EVERYTHING["subscription"], {}).all()
        values = rows[0]._asdict() | {
            "subscription_id": OWNER,
            "product": "another",
            "seats": 999,
        }
        asked = {"owner": rows[0].account_id}
        expect(connection, known, asked)
        before = run(connection, known, asked).scalars()
        run(connection, insert_into(subscription), values)
        return [before, run(connection, known, asked).scalars()]

    before, after = database.work(None, step)
    assert sorted(after) == sorted([*before, 999])


@pytest.mark.parametrize("known", [NUMBER, NUMBER_BEHIND_AN_ALIAS, IS_THERE])
def test_rows_that_are_only_counted_are_noticed(empty_database: Database, known: Any) -> None:
    def step(connection: Connection) -> list[int]:
        expect(connection, known, {})
        before = run(connection, known, {}).scalar_one()
        run(connection, insert_into(sign_in), mail("one"))
        return [before, run(connection, known, {}).scalar_one()]

    assert empty_database.work(None, step) == [0, 1]


def test_a_column_behind_an_alias_is_noticed(empty_database: Database) -> None:
    def step(connection: Connection) -> list[int]:
        run(connection, insert_into(account), owner())
        expect(connection, CREDIT_BEHIND_AN_ALIAS, {})
        before = run(connection, CREDIT_BEHIND_AN_ALIAS, {}).scalar_one()
        raise_credit(connection)
        return [before, run(connection, CREDIT_BEHIND_AN_ALIAS, {}).scalar_one()]

    assert empty_database.work(None, step) == [0, 7]


def test_a_row_is_added_once_or_replaced(empty_database: Database) -> None:
    def key(order_id: str) -> dict[str, Any]:
        return {
            "account_id": OWNER,
            "operation": "order",
            "key": "k",
            "request_hash": order_id,
            "order_id": order_id,
        }

    def step(connection: Connection) -> list[Any]:
        run(connection, insert_into(account), owner())
        counts = [add_if_absent(connection, idempotency, key(one)).rowcount for one in ("1", "2")]
        first = run(connection, EVERYTHING["idempotency"], {}).one()
        insert_or_replace(connection, idempotency, key("3"))
        third = run(connection, EVERYTHING["idempotency"], {}).one()
        return [counts, first.order_id, third.order_id, third.request_hash]

    assert empty_database.work(None, step) == [[1, 0], "1", "3", "3"]
