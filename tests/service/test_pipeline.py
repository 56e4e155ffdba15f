"""Many statements in one trip to a PostgreSQL server: what may break on the way."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Date, Integer, func, literal_column, make_url, select, text, type_coerce
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import DBAPIError, IntegrityError

from billing.errors import DatabaseUnavailable, StorageCause
from billing.storage import pipeline
from billing.storage.migrate import open_database
from billing.storage.sending import run
from billing.storage.statements import insert_into
from billing.storage.tables import sign_in
from tests.service.stock import Databases, mails_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.storage.database import Database
    from tests.postgresql import Server

OURS = select(literal_column("pg_backend_pid()").label("pid"), sign_in.c.mail)
MAILS = select(sign_in.c.mail)
NUMBER = select(func.count()).select_from(sign_in)


@pytest.fixture
def stock(databases: Databases) -> Databases:
    """PostgreSQL only."""
    return databases


def mail(name: str) -> dict[str, Any]:
    return {"mail": name, "account_id": "a", "contact_id": "b", "password_hash": "x"}


def add(connection: Connection, name: str) -> int:
    return run(connection, insert_into(sign_in), mail(name)).rowcount


def end_session(connection: Connection, server: Server) -> None:
    with server.connect() as other:
        process = connection.scalar(text("SELECT pg_backend_pid()"))
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [process])


def test_a_statement_is_prepared_once_in_a_session(empty_database: Database) -> None:
    def prepared(connection: Connection) -> int:
        for _ in range(3):
            assert run(connection, NUMBER, {}).scalar_one() == 0
        number: int = connection.scalar(text("SELECT count(*) FROM pg_prepared_statements")) or 0
        return number

    first = empty_database.read(prepared)
    assert empty_database.read(prepared) == first > 0


def test_what_a_refusal_left_prepared_does_not_get_in_the_way(empty_database: Database) -> None:
    def refused(connection: Connection) -> None:
        add(connection, "one")
        run(connection, insert_into(sign_in), [mail("two"), mail("one")])
        run(connection, MAILS, {})

    for _ in range(3):
        with pytest.raises(Exception, match="duplicate key"):
            empty_database.work(None, refused)
        assert empty_database.read(lambda c: run(c, MAILS, {}).all()) == []
    assert empty_database.work(None, lambda connection: add(connection, "one")) == 1


def test_refusals_prepare_nothing_again(empty_database: Database) -> None:
    known = text("SELECT count(*) FROM pg_prepared_statements")

    def refused(connection: Connection) -> None:
        for _ in range(2):
            run(connection, insert_into(sign_in), mail("one"))

    numbers = []
    for _ in range(3):
        with pytest.raises(IntegrityError):
            empty_database.work(None, refused)
        numbers.append(empty_database.read(lambda c: c.scalar(known)))
    assert numbers == [numbers[0]] * 3


def test_a_table_that_changed_under_a_session_is_read_on(empty_database: Database) -> None:
    longer = text("ALTER TABLE sign_in ALTER COLUMN mail TYPE VARCHAR(300)")

    def read() -> list[str]:
        return empty_database.read(lambda connection: run(connection, MAILS, {}).scalars())

    empty_database.work(None, lambda connection: add(connection, "one"))
    assert read() == ["one"]
    empty_database.work(None, lambda connection: connection.execute(longer))
    assert read() == read() == ["one"]


@pytest.mark.parametrize("style", ["German", "SQL, MDY", "ISO, DMY"])
def test_dates_are_read_whatever_the_environment_asks_for(
    empty_address: str, monkeypatch: pytest.MonkeyPatch, style: str
) -> None:
    monkeypatch.setenv("PGDATESTYLE", style)
    day = select(type_coerce(text("DATE '2026-11-22'"), Date))
    with closing(open_database(empty_address)) as database:
        assert database.read(lambda c: run(c, day, {}).scalar_one()) == date(2026, 11, 22)


def test_an_encoding_in_the_address_changes_no_letter(empty_address: str) -> None:
    address = make_url(empty_address).update_query_dict({"client_encoding": "latin1"})
    with closing(open_database(address.render_as_string(hide_password=False))) as database:
        database.work(None, lambda connection: add(connection, "Müller"))
        assert mails_of(database) == {"Müller"}
        assert database.read(lambda c: run(c, MAILS, {}).scalars()) == ["Müller"]


def test_a_session_that_ended_meanwhile_begins_the_step_again(
    empty_database: Database, server: Server
) -> None:
    attempts = []

    def step(connection: Connection) -> None:
        attempts.append(1)
        add(connection, "one")
        if len(attempts) == 1:
            end_session(connection, server)
        add(connection, "two")

    empty_database.work(None, step)
    assert len(attempts) == 2
    assert mails_of(empty_database) == {"one", "two"}


def test_sessions_that_end_again_and_again_are_told(
    empty_database: Database, server: Server
) -> None:
    def step(connection: Connection) -> None:
        end_session(connection, server)
        run(connection, insert_into(sign_in), mail("one"))

    with pytest.raises(DatabaseUnavailable) as caught:
        empty_database.work(None, step)
    assert caught.value.cause is StorageCause.CONNECTION_LOST
    assert mails_of(empty_database) == set()


def test_whoever_is_interrupted_leaves_no_answer_to_the_next(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "_arrived", interrupt)
        with pytest.raises(KeyboardInterrupt):
            empty_database.work(None, lambda connection: add(connection, "one"))
    assert empty_database.read(lambda c: run(c, NUMBER, {}).scalar_one()) == 0
    assert empty_database.work(None, lambda connection: add(connection, "two")) == 1
    assert mails_of(empty_database) == {"two"}


def test_more_than_fits_on_the_way_goes_through(empty_database: Database) -> None:
    names = [f"{index:05}".ljust(200, "x") for index in range(2_000)]

    def step(connection: Connection) -> list[int]:
        run(connection, insert_into(sign_in), [mail(name) for name in names])
        answers = [run(connection, MAILS, {}) for _ in range(5)]
        return [len(answer.all()) for answer in answers]

    assert empty_database.work(None, step) == [len(names)] * 5


def test_a_text_that_the_server_cannot_keep_is_refused_and_not_cut_off(
    empty_database: Database,
) -> None:
    with pytest.raises(DBAPIError, match="0x00"):
        empty_database.work(None, lambda connection: add(connection, "one\0two"))
    assert mails_of(empty_database) == set()


@pytest.mark.parametrize("value", [2.5, 2.0, Decimal("2.5")])
def test_what_is_no_whole_number_is_not_cut_to_one(value: object) -> None:
    write = pipeline.writer(Integer(), DefaultDialect())
    with pytest.raises(TypeError):
        write(value)
    assert write(2) == b"2"
