"""The unit of work, on every database."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from billing.errors import DatabaseUnavailable, StorageCause
from billing.storage.engine import insert_if_absent, safe_place
from billing.storage.migrate import open_database
from billing.storage.tables import account, sign_in
from tests.service.stock import add_sign_in, mails_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.storage.database import Database


def test_rows_cannot_refer_to_an_account_that_is_not_there(empty_database: Database) -> None:
    with pytest.raises(IntegrityError):
        empty_database.work(
            None,
            lambda connection: connection.execute(
                text("INSERT INTO cart (account_id, version) VALUES ('nobody', 1)")
            ),
        )


def test_work_keeps_everything_or_nothing(empty_database: Database) -> None:
    def half(connection: Connection) -> None:
        add_sign_in(connection, "one")
        raise KeyError

    with pytest.raises(KeyError):
        empty_database.work(None, half)
    assert mails_of(empty_database) == set()

    empty_database.work("a", lambda connection: add_sign_in(connection, "two"))
    assert mails_of(empty_database) == {"two"}


def test_a_reader_cannot_write(empty_database: Database) -> None:
    with pytest.raises(DatabaseUnavailable) as caught:
        empty_database.read(lambda connection: add_sign_in(connection, "one"))
    assert caught.value.cause is StorageCause.READ_ONLY
    empty_database.work(None, lambda connection: add_sign_in(connection, "two"))
    assert mails_of(empty_database) == {"two"}


def test_reading_does_not_wait_for_a_writer(empty_database: Database) -> None:
    def read_from_elsewhere(connection: Connection) -> set[str]:
        add_sign_in(connection, "one")
        return mails_of(empty_database)

    assert empty_database.work(None, read_from_elsewhere) == set()


def test_any_thread_may_call(empty_database: Database) -> None:
    empty_database.work(None, lambda connection: add_sign_in(connection, "one"))
    seen: list[set[str]] = []
    thread = threading.Thread(target=lambda: seen.append(mails_of(empty_database)))
    thread.start()
    thread.join()
    assert seen == [{"one"}]


class _DriverError(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_a_step_that_met_another_runs_again_from_its_start(
    empty_database: Database, sqlstate: str
) -> None:
    attempts = []

    def step(connection: Connection) -> None:
        attempts.append(1)
        add_sign_in(connection, "one")
        if len(attempts) < 3:
            raise DBAPIError("UPDATE", None, _DriverError(sqlstate))

    empty_database.work(None, step)
    assert len(attempts) == 3
    assert mails_of(empty_database) == {"one"}


def test_errors_do_not_repeat_the_values(empty_database: Database) -> None:
    def twice(connection: Connection) -> None:
        add_sign_in(connection, "somebody@secret.example")
        add_sign_in(connection, "somebody@secret.example")

    with pytest.raises(IntegrityError) as caught:
        empty_database.work(None, twice)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "nonsense://user:secret@host/db",
        "postgresql+nodriver://user:secret@host/db?password=secret",
        "postgresql+nodriver://user:sec@ret@host/db",
        "postgresql://user:secret@host:not_a_port/db",
        "sqlite://",
        "sqlite:///:memory:",
    ],
)
def test_an_address_nobody_knows_is_unreachable_and_keeps_its_password(address: str) -> None:
    with pytest.raises(DatabaseUnavailable) as caught:
        open_database(address)
    assert caught.value.cause is StorageCause.UNREACHABLE
    for secret in ("sec", "ret", "user"):
        assert secret not in str(caught.value)


def test_a_place_names_host_and_database() -> None:
    address = "postgresql://anna:secret@db.example:5432/billing?sslmode=require"
    assert safe_place(address) == "postgresql://db.example:5432/billing"


def test_no_account_may_owe_credit(empty_database: Database) -> None:
    def owe(connection: Connection) -> None:
        connection.execute(
            insert(account).values(
                account_id="a",
                name="n",
                kind="online",
                country="DE",
                currency="EUR",
                time_zone="Europe/Berlin",
                street="s",
                postcode="1",
                city="c",
                credit_minor=-1,
            )
        )

    with pytest.raises(IntegrityError):
        empty_database.work(None, owe)


def test_running_again_has_a_bound(empty_database: Database) -> None:
    attempts = []

    def step(_connection: Connection) -> None:
        attempts.append(1)
        raise DBAPIError("UPDATE", None, _DriverError("40001"))

    with pytest.raises(DatabaseUnavailable) as caught:
        empty_database.work(None, step)
    assert caught.value.cause is StorageCause.LOCKED
    assert len(attempts) == 5


def test_errors_of_a_statement_are_not_the_databases(empty_database: Database) -> None:
    with pytest.raises(DBAPIError, match="nonsense"):
        empty_database.read(lambda connection: connection.execute(text("SELECT nonsense")))


def test_a_row_whose_key_is_taken_is_left_alone_and_the_work_goes_on(
    empty_database: Database,
) -> None:
    row = {"mail": "one", "account_id": "a", "contact_id": "c", "password_hash": "h"}

    def step(connection: Connection) -> list[bool]:
        inserted = [insert_if_absent(connection, sign_in, row) for _ in range(2)]
        add_sign_in(connection, "two")
        return inserted

    assert empty_database.work(None, step) == [True, False]
    assert mails_of(empty_database) == {"one", "two"}


def test_a_reader_sees_one_moment(empty_database: Database) -> None:
    def step(connection: Connection) -> list[int]:
        seen = []
        for mail in ("one", "two"):
            seen.append(len(connection.execute(select(sign_in)).all()))
            empty_database.work(None, partial(add_sign_in, mail=mail))
        return seen

    assert empty_database.read(step) == [0, 0]
    assert mails_of(empty_database) == {"one", "two"}
