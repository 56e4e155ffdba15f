"""A SQLite file: what is kept, who waits for whom, and the ways a file can fail."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from billing.errors import DatabaseUnavailable, StorageCause
from billing.storage.migrate import open_database
from billing.storage.tables import sign_in
from tests.service.stock import add_sign_in, mails_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from billing.storage.database import Database
    from tests.service.stock import Files

NOBODY = 65534


@pytest.fixture
def stock(files: Files) -> Files:
    """SQLite only."""
    return files


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


def test_a_file_is_its_owners(tmp_path: Path) -> None:
    database = open_database(str(tmp_path / "new.sqlite3"))
    database.work(None, lambda connection: add_sign_in(connection, "one"))
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}
    database.close()


def test_an_sqlalchemy_address_names_the_same_file_as_its_path(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite3"
    database = open_database(f"sqlite:///{path}")
    database.work(None, lambda connection: add_sign_in(connection, "one"))
    database.close()
    again = open_database(str(path))
    assert mails_of(again) == {"one"}
    again.close()


def test_a_lock_that_lasts_is_named_and_passes(empty_database: Database, tmp_path: Path) -> None:
    path = tmp_path / "locked.sqlite3"
    database = open_database(str(path), busy_seconds=0.05)
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailable) as caught:
        database.work(None, lambda connection: add_sign_in(connection, "one"))
    assert (caught.value.cause, caught.value.place) == (StorageCause.LOCKED, str(path))
    assert _cause(path) is StorageCause.LOCKED
    other.rollback()
    other.close()
    database.work(None, lambda connection: add_sign_in(connection, "one"))
    assert mails_of(database) == {"one"}
    database.close()


def test_a_full_disk_leaves_nothing_half_done(empty_database: Database) -> None:
    def fill(connection: Connection) -> None:
        pages = connection.scalar(text("PRAGMA page_count"))
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
        for number in range(5000):
            add_sign_in(connection, f"mail{number}")

    with pytest.raises(DatabaseUnavailable) as caught:
        empty_database.work(None, fill)
    assert caught.value.cause is StorageCause.DISK_FULL
    assert mails_of(empty_database) == set()


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
