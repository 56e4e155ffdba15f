"""Creating and migrating: the revisions make the tables that the program works with."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, insert, inspect, text, update

from billing.errors import DatabaseUnavailable, StorageCause
from billing.storage.engine import open_engine, safe_place
from billing.storage.migrate import (
    MIGRATIONS,
    REVISIONS,
    Upgrade,
    migrating,
    open_and_upgrade,
    open_database,
    run_migrations,
    version_table,
)
from billing.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.engine.interfaces import ReflectedIndex

    from tests.service.stock import Files, Stock


@pytest.fixture
def migrated(bare_address: str) -> Iterator[Engine]:
    """A database made by running every revision."""
    engine = open_engine(bare_address)
    with migrating(engine) as connection:
        run_migrations(connection)
    yield engine
    engine.dispose()


@pytest.fixture
def created(empty_address: str) -> Iterator[Engine]:
    """A database made at once."""
    engine = open_engine(empty_address)
    yield engine
    engine.dispose()


def _conditions(index: ReflectedIndex) -> list[str]:
    options = index.get("dialect_options", {})
    return [str(value) for name, value in options.items() if name.endswith("_where")]


def _description(engine: Engine) -> dict[str, object]:
    inspector = inspect(engine)
    return {
        name: {
            "columns": sorted(
                (c["name"], str(c["type"]), c["nullable"], c["default"]) for c in columns
            ),
            "key": inspector.get_pk_constraint(name),
            "indexes": sorted(
                (index["name"], index["column_names"], index["unique"], _conditions(index))
                for index in inspector.get_indexes(name)
            ),
            "checks": inspector.get_check_constraints(name),
            "owners": inspector.get_foreign_keys(name),
        }
        for name in inspector.get_table_names()
        for columns in [inspector.get_columns(name)]
    }


def test_the_revisions_make_the_tables_of_the_program(migrated: Engine) -> None:
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []


def test_a_database_made_at_once_is_like_a_migrated_one(created: Engine, migrated: Engine) -> None:
    assert _description(created) == _description(migrated)


def test_every_revision_is_known_to_the_program() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    assert tuple(reversed([script.revision for script in scripts])) == REVISIONS


def test_a_new_database_is_not_migrated_again(bare_address: str) -> None:
    for expected in (Upgrade(None, REVISIONS[-1]), Upgrade(REVISIONS[-1], REVISIONS[-1])):
        database, upgrade = open_and_upgrade(bare_address)
        database.close()
        assert upgrade == expected


def test_a_database_before_its_first_revision_is_migrated(bare_address: str) -> None:
    engine = open_engine(bare_address)
    with migrating(engine) as connection:
        version_table.create(connection)
    engine.dispose()
    database, upgrade = open_and_upgrade(bare_address)
    assert upgrade.after == REVISIONS[-1]
    assert database.read(lambda connection: inspect(connection).has_table("account"))
    database.close()


def test_sqlite_checks_references_again_after_a_migration(files: Files, tmp_path: Path) -> None:
    with files.bare(tmp_path) as address:
        database = open_database(address)
        assert database.read(lambda c: c.scalar(text("PRAGMA foreign_keys"))) == 1
        database.close()


def test_sqlite_keeps_no_migration_that_leaves_a_row_without_its_owner(
    files: Files, tmp_path: Path
) -> None:
    orphan = insert(metadata.tables["cart"]).values(account_id="nobody", version=1)
    with files.empty(tmp_path) as address:
        engine = open_engine(address)
        with pytest.raises(AssertionError, match="1 rows"), migrating(engine) as connection:
            connection.execute(orphan)
        engine.dispose()
        database = open_database(address)
        assert database.read(lambda c: c.scalar(text("SELECT count(*) FROM cart"))) == 0
        database.close()


def test_a_newer_database_is_refused_and_left_alone(empty_address: str) -> None:
    database = open_database(empty_address)
    database.work(None, lambda c: c.execute(update(version_table).values(version_num="9999")))
    database.close()
    engine = open_engine(empty_address)
    before = _description(engine)
    with pytest.raises(DatabaseUnavailable) as caught:
        open_database(empty_address)
    assert caught.value.cause is StorageCause.NEWER_VERSION
    assert caught.value.place == safe_place(empty_address)
    assert _description(engine) == before
    engine.dispose()


def test_another_programs_database_is_refused_and_left_alone(bare_address: str) -> None:
    engine = open_engine(bare_address)
    with migrating(engine) as connection:
        connection.execute(text("CREATE TABLE song (title TEXT)"))
    with pytest.raises(DatabaseUnavailable) as caught:
        open_database(bare_address)
    assert caught.value.cause is StorageCause.NOT_A_DATABASE
    assert inspect(engine).get_table_names() == ["song"]
    engine.dispose()


def test_processes_that_create_one_database_at_once_all_succeed(
    stock: Stock, tmp_path: Path
) -> None:
    program = (
        "import sys; from billing.storage.migrate import open_database\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "for name in sys.argv[1:]: open_database(name).close()\n"
    )
    with ExitStack() as taken:
        addresses = []
        for number in range(4):
            folder = tmp_path / str(number)
            folder.mkdir()
            addresses.append(taken.enter_context(stock.bare(folder)))
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", program, *addresses],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(3)
        ]
        with ThreadPoolExecutor() as pool:
            for process in processes:
                assert process.stdout is not None
                assert process.stdout.readline() == "ready\n"
            errors = list(pool.map(lambda process: process.communicate("go\n")[1], processes))
        assert errors == ["", "", ""]
        for address in addresses:
            database, upgrade = open_and_upgrade(address)
            database.close()
            assert upgrade.before == REVISIONS[-1]


def test_processes_that_migrate_one_database_at_once_all_succeed(bare_address: str) -> None:
    engine = open_engine(bare_address)
    with migrating(engine) as connection:
        version_table.create(connection)
    engine.dispose()
    with ThreadPoolExecutor() as pool:
        opened = list(pool.map(lambda _: open_and_upgrade(bare_address), range(2)))
    for database, upgrade in opened:
        assert upgrade.after == REVISIONS[-1]
        assert database.read(lambda connection: inspect(connection).has_table("account"))
        database.close()


def test_a_new_database_does_not_wait_for_alembic(tmp_path: Path) -> None:
    program = (
        "import sys; from billing.storage.migrate import open_database\n"
        "open_database(sys.argv[1]).close(); print('alembic' in sys.modules)\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "new.sqlite3")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout == "False\n"
