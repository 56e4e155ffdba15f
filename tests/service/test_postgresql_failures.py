"""A PostgreSQL server: the ways it can fail, and what is told of them."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from billing.errors import DatabaseUnavailable, StorageCause
from billing.storage.migrate import open_database
from tests.service.stock import Databases, with_options

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.storage.database import Database
    from tests.postgresql import Server


@pytest.fixture
def stock(databases: Databases) -> Databases:
    """PostgreSQL only."""
    return databases


def cause_of(address: str) -> StorageCause:
    with pytest.raises(DatabaseUnavailable) as caught:
        open_database(address)
    return caught.value.cause


@pytest.mark.parametrize(
    ("state", "cause"),
    [
        ("25006", StorageCause.READ_ONLY),
        ("42501", StorageCause.READ_ONLY),
        ("53100", StorageCause.DISK_FULL),
        ("53300", StorageCause.LOCKED),
        ("55P03", StorageCause.LOCKED),
        ("57014", StorageCause.LOCKED),
        ("40001", StorageCause.LOCKED),
        ("40P01", StorageCause.LOCKED),
        ("08006", StorageCause.UNREACHABLE),
        ("57P03", StorageCause.UNREACHABLE),
    ],
)
def test_a_failure_is_known_by_its_sqlstate_whatever_it_says(
    empty_database: Database, state: str, cause: StorageCause
) -> None:
    raising = text(f"DO 'BEGIN RAISE EXCEPTION ''no such table'' USING ERRCODE = ''{state}''; END'")
    with pytest.raises(DatabaseUnavailable) as caught:
        empty_database.work(None, lambda connection: connection.execute(raising))
    assert caught.value.cause is cause


@pytest.mark.parametrize("state", ["23505", "22001", "42P01"])
def test_a_refused_statement_is_no_failure_of_the_database(
    empty_database: Database, state: str
) -> None:
    raising = text(f"DO 'BEGIN RAISE EXCEPTION ''disk full'' USING ERRCODE = ''{state}''; END'")
    with pytest.raises(DBAPIError):
        empty_database.work(None, lambda connection: connection.execute(raising))


def test_a_statement_that_hangs_is_ended(empty_address: str) -> None:
    database = open_database(with_options(empty_address, statement_timeout="50ms"))
    with pytest.raises(DatabaseUnavailable) as caught:
        database.read(lambda connection: connection.execute(text("SELECT pg_sleep(10)")))
    assert caught.value.cause is StorageCause.LOCKED
    database.close()


def test_a_database_that_cannot_be_written_is_found_when_it_is_opened(
    empty_address: str, bare_address: str
) -> None:
    for address in (empty_address, bare_address):
        read_only = with_options(address, default_transaction_read_only="on")
        assert cause_of(read_only) is StorageCause.READ_ONLY


def test_a_user_without_rights_is_told(bare_address: str, server: Server) -> None:
    if not is_superuser(server):
        pytest.skip("only a superuser can become another")
    address = with_options(bare_address, role="pg_read_all_data")
    assert cause_of(address) is StorageCause.READ_ONLY


def is_superuser(server: Server) -> bool:
    with server.connect() as connection:
        return connection.info.parameter_status("is_superuser") == "on"


def test_a_server_that_is_not_there_is_unreachable_and_keeps_its_password() -> None:
    for place in ("localhost:1/billing", "/billing?host=/nowhere"):
        with pytest.raises(DatabaseUnavailable) as caught:
            open_database(f"postgresql://anna:secret@{place}")
        assert caught.value.cause is StorageCause.UNREACHABLE
        error: BaseException | None = caught.value
        while error is not None:
            assert "secret" not in f"{error} {error!r}"
            error = error.__cause__ or error.__context__


def test_a_database_that_is_not_there_is_unreachable(server: Server) -> None:
    assert cause_of(server.address("nothing_of_this_name")) is StorageCause.UNREACHABLE


@pytest.mark.parametrize("query", ["nonsense=1", "sslmode=nonsense", "connect_timeout=soon"])
def test_options_that_nobody_knows_make_an_address_unreachable(server: Server, query: str) -> None:
    address = f"postgresql://anna:secret@/billing?{query}"
    assert cause_of(address) is StorageCause.UNREACHABLE


def test_both_names_of_the_driver_are_known(empty_address: str) -> None:
    rest = empty_address.partition("://")[2]
    for scheme in ("postgresql", "postgresql+psycopg"):
        open_database(f"{scheme}://{rest}").close()
    assert cause_of(f"postgresql+psycopg2://{rest}") is StorageCause.UNREACHABLE


def test_a_missing_driver_is_named(empty_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert cause_of(empty_address) is StorageCause.NO_DRIVER


def test_a_program_that_uses_up_its_connections_is_told(empty_address: str) -> None:
    database = open_database(empty_address, busy_seconds=0.05)

    def deeper(_connection: Connection) -> None:
        database.read(deeper)

    with pytest.raises(DatabaseUnavailable) as caught:
        database.read(deeper)
    assert caught.value.cause is StorageCause.LOCKED
    database.close()


def test_remarks_of_the_driver_are_drawn_over_no_screen(
    empty_address: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    open_database(empty_address).close()
    logging.getLogger("psycopg").error("error ignored terminating a pipeline")
    assert (capfd.readouterr(), caplog.records) == (("", ""), [])
