"""The unit of work and the ways a database can fail."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from billing.errors import DatabaseUnavailable, StorageCause
from billing.storage.engine import safe_place
from billing.storage.migrate import open_database
from billing.storage.tables import account, sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from billing.storage.database import Database

NOBODY = 65534


def _add(connection: Connection, mail: str) -> None:
    connection.execute(
        insert(sign_in).values(mail=mail, account_id="a", contact_id="c", password_hash="h")
    )


def _mails(database: Database) -> set[str]:
    return database.read(lambda connection: set(connection.scalars(select(sign_in.c.mail))))


def _pragma(database: Database, name: str) -> object:
    return database.read(lambda connection: connection.scalar(text(f"PRAGMA {name}")))


def _cause(address: Path | str, busy_seconds: float = 0.05) -> StorageCause:
    with pytest.raises(DatabaseUnavailable) as caught:
        open_database(str(address), busy_seconds)
    return caught.value.cause


@pytest.fixture
def common_folder() -> Iterator[Path]:
    """A folder that an ordinary user can reach, which pytest's own folders are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder


@pytest.fixture
def ordinary_user() -> Iterator[None]:
    """Root may write everywhere, so the test runs as somebody who may not."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_committed_order_survives_a_power_cut(empty_database: Database) -> None:
    assert _pragma(empty_database, "journal_mode") == "wal"
    assert _pragma(empty_database, "synchronous") == 2


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
        _add(connection, "one")
        raise KeyError

    with pytest.raises(KeyError):
        empty_database.work(None, half)
    assert _mails(empty_database) == set()

    empty_database.work("a", lambda connection: _add(connection, "two"))
    assert _mails(empty_database) == {"two"}


def test_a_reader_cannot_write(empty_database: Database) -> None:
    with pytest.raises(DatabaseUnavailable) as caught:
        empty_database.read(lambda connection: _add(connection, "one"))
    assert caught.value.cause is StorageCause.READ_ONLY
    empty_database.work(None, lambda connection: _add(connection, "two"))
    assert _mails(empty_database) == {"two"}


def test_reading_does_not_wait_for_a_writer(empty_database: Database) -> None:
    def read_from_elsewhere(connection: Connection) -> set[str]:
        _add(connection, "one")
        return _mails(empty_database)

    assert empty_database.work(None, read_from_elsewhere) == set()


def _other_may_write(path: Path) -> bool:
    """Whether another connection gets the write lock at once."""
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    finally:
        other.close()
    return True


def test_work_has_the_write_lock_before_its_first_statement(
    empty_database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "empty.sqlite3"
    assert not empty_database.work(None, lambda _connection: _other_may_write(path))


def test_reading_keeps_no_writer_waiting(empty_database: Database, tmp_path: Path) -> None:
    path = tmp_path / "empty.sqlite3"

    def read(connection: Connection) -> bool:
        connection.execute(select(sign_in.c.mail)).all()
        return _other_may_write(path)

    assert empty_database.read(read)


def test_opening_waits_for_a_writer_of_a_file_that_is_not_yet_in_wal(tmp_path: Path) -> None:
    path = tmp_path / "plain.sqlite3"
    open_database(str(path)).close()
    writer = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    writer.execute("PRAGMA journal_mode = DELETE")
    writer.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.1, writer.rollback)
    release.start()
    database = open_database(str(path))
    assert _pragma(database, "journal_mode") == "wal"
    release.join()
    writer.close()
    database.close()


def test_any_thread_may_call(empty_database: Database) -> None:
    empty_database.work(None, lambda connection: _add(connection, "one"))
    seen: list[set[str]] = []
    thread = threading.Thread(target=lambda: seen.append(_mails(empty_database)))
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
        _add(connection, "one")
        if len(attempts) < 3:
            raise DBAPIError("UPDATE", None, _DriverError(sqlstate))

    empty_database.work(None, step)
    assert len(attempts) == 3
    assert _mails(empty_database) == {"one"}


def test_running_again_has_a_bound(empty_database: Database) -> None:
    attempts = []

    def step(_connection: Connection) -> None:
        attempts.append(1)
        raise DBAPIError("UPDATE", None, _DriverError("40001"))

    with pytest.raises(DBAPIError):
        empty_database.work(None, step)
    assert len(attempts) == 5


def test_errors_of_a_statement_are_not_the_databases(empty_database: Database) -> None:
    with pytest.raises(OperationalError):
        empty_database.read(lambda connection: connection.execute(text("SELECT nonsense")))


def test_errors_do_not_repeat_the_values(empty_database: Database) -> None:
    def twice(connection: Connection) -> None:
        _add(connection, "somebody@secret.example")
        _add(connection, "somebody@secret.example")

    with pytest.raises(IntegrityError) as caught:
        empty_database.work(None, twice)
    assert "secret" not in str(caught.value)


def test_a_file_is_its_owners(tmp_path: Path) -> None:
    database = open_database(str(tmp_path / "new.sqlite3"))
    database.work(None, lambda connection: _add(connection, "one"))
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}
    database.close()


def test_an_sqlalchemy_address_names_the_same_file_as_its_path(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite3"
    database = open_database(f"sqlite:///{path}")
    database.work(None, lambda connection: _add(connection, "one"))
    database.close()
    again = open_database(str(path))
    assert _mails(again) == {"one"}
    again.close()


def test_a_lock_that_lasts_is_named_and_passes(empty_database: Database, tmp_path: Path) -> None:
    path = tmp_path / "locked.sqlite3"
    database = open_database(str(path), busy_seconds=0.05)
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailable) as caught:
        database.work(None, lambda connection: _add(connection, "one"))
    assert (caught.value.cause, caught.value.place) == (StorageCause.LOCKED, str(path))
    assert _cause(path) is StorageCause.LOCKED
    other.rollback()
    other.close()
    database.work(None, lambda connection: _add(connection, "one"))
    assert _mails(database) == {"one"}
    database.close()


def test_a_full_disk_leaves_nothing_half_done(empty_database: Database) -> None:
    def fill(connection: Connection) -> None:
        pages = connection.scalar(text("PRAGMA page_count"))
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
        for number in range(5000):
            _add(connection, f"mail{number}")

    with pytest.raises(DatabaseUnavailable) as caught:
        empty_database.work(None, fill)
    assert caught.value.cause is StorageCause.DISK_FULL
    assert _mails(empty_database) == set()


def test_a_missing_folder_is_named_and_not_made(tmp_path: Path) -> None:
    assert _cause(tmp_path / "missing" / "new.sqlite3") is StorageCause.MISSING_FOLDER
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_place_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert _cause(tmp_path / "file" / "new.sqlite3") is StorageCause.MISSING_FOLDER


@pytest.mark.parametrize("content", [b"not a database at all, " * 50, b"short"])
def test_another_kind_of_file_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    assert _cause(path) is StorageCause.NOT_A_DATABASE
    assert path.read_bytes() == content


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    assert _cause(tmp_path) is StorageCause.NOT_A_DATABASE


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite3"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE song (title TEXT)")
    other.close()
    assert _cause(path) is StorageCause.NOT_A_DATABASE
    other = sqlite3.connect(path)
    assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("song",)]
    other.close()


@pytest.mark.usefixtures("ordinary_user")
def test_a_read_only_file_is_named(common_folder: Path) -> None:
    path = common_folder / "billing.sqlite3"
    open_database(str(path)).close()
    path.chmod(0o400)
    assert _cause(path) is StorageCause.READ_ONLY


@pytest.mark.usefixtures("ordinary_user")
def test_a_read_only_folder_is_named(common_folder: Path) -> None:
    folder = common_folder / "closed"
    folder.mkdir()
    path = folder / "billing.sqlite3"
    open_database(str(path)).close()
    folder.chmod(0o500)
    try:
        assert _cause(path) is StorageCause.READ_ONLY
        assert _cause(folder / "new.sqlite3") is StorageCause.READ_ONLY
    finally:
        folder.chmod(0o700)


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
