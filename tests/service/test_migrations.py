"""Creating and migrating: the revisions make the tables that the program works with."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, Table, inspect, text, update

from billing.errors import DatabaseUnavailable, StorageCause
from billing.storage.engine import BEGIN, TO_MIGRATE, open_engine
from billing.storage.migrate import (
    MIGRATIONS,
    REVISIONS,
    Upgrade,
    open_and_upgrade,
    open_database,
    run_migrations,
    version_table,
)
from billing.storage.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.engine.interfaces import ReflectedIndex

WITHOUT_ACCOUNT = {"sign_in", "sign_in_failure"}
ACCOUNT_TABLES = [table for table in metadata.sorted_tables if table.name not in WITHOUT_ACCOUNT]


@pytest.fixture
def migrated(tmp_path: Path) -> Iterator[Engine]:
    """A database made by running every revision."""
    engine = open_engine(str(tmp_path / "migrated.sqlite3"))
    with engine.execution_options(**{BEGIN: TO_MIGRATE}).begin() as connection:
        run_migrations(connection)
    yield engine
    engine.dispose()


@pytest.fixture
def created(tmp_path: Path) -> Iterator[Engine]:
    """A database made at once."""
    path = str(tmp_path / "created.sqlite3")
    open_database(path).close()
    engine = open_engine(path)
    yield engine
    engine.dispose()


def _condition(index: ReflectedIndex) -> str:
    return str(index.get("dialect_options", {}).get("sqlite_where"))


def _description(engine: Engine) -> dict[str, object]:
    inspector = inspect(engine)
    return {
        name: {
            "columns": [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in columns],
            "key": inspector.get_pk_constraint(name),
            "indexes": [
                (index["name"], index["column_names"], index["unique"], _condition(index))
                for index in inspector.get_indexes(name)
            ],
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


def test_a_new_database_is_not_migrated_again(tmp_path: Path) -> None:
    path = str(tmp_path / "new.sqlite3")
    for expected in (Upgrade(None, REVISIONS[-1]), Upgrade(REVISIONS[-1], REVISIONS[-1])):
        database, upgrade = open_and_upgrade(path)
        database.close()
        assert upgrade == expected


def test_a_database_before_its_first_revision_is_migrated(tmp_path: Path) -> None:
    path = str(tmp_path / "old.sqlite3")
    engine = open_engine(path)
    with engine.execution_options(**{BEGIN: TO_MIGRATE}).begin() as connection:
        version_table.create(connection)
    engine.dispose()
    database, upgrade = open_and_upgrade(path)
    assert upgrade.after == REVISIONS[-1]
    assert database.read(lambda connection: inspect(connection).has_table("account"))
    assert database.read(lambda c: c.scalar(text("PRAGMA foreign_keys"))) == 1
    database.close()


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "newer.sqlite3"
    database = open_database(str(path))
    database.work(None, lambda c: c.execute(update(version_table).values(version_num="9999")))
    database.close()
    before = path.read_bytes()
    with pytest.raises(DatabaseUnavailable) as caught:
        open_database(str(path))
    assert (caught.value.cause, caught.value.place) == (StorageCause.NEWER_VERSION, str(path))
    assert path.read_bytes() == before


def test_processes_that_create_one_file_at_once_all_succeed(tmp_path: Path) -> None:
    program = (
        "import sys; from billing.storage.migrate import open_database\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "for name in sys.argv[1:]: open_database(name).close()\n"
    )
    names = [str(tmp_path / f"{number}.sqlite3") for number in range(8)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, *names],
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
    for name in names:
        database, upgrade = open_and_upgrade(name)
        database.close()
        assert upgrade.before == REVISIONS[-1]


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


@pytest.mark.parametrize("table", ACCOUNT_TABLES, ids=lambda table: str(table.name))
def test_keys_and_references_begin_with_the_account(created: Engine, table: Table) -> None:
    inspector = inspect(created)
    assert inspector.get_pk_constraint(table.name)["constrained_columns"][0] == "account_id"
    unique = [
        index["column_names"] for index in inspector.get_indexes(table.name) if index["unique"]
    ] + [found["column_names"] for found in inspector.get_unique_constraints(table.name)]
    owners = inspector.get_foreign_keys(table.name)
    assert {columns[0] for columns in unique} <= {"account_id"}
    assert {owner["constrained_columns"][0] for owner in owners} <= {"account_id"}
    assert table.name == "account" or "account" in {owner["referred_table"] for owner in owners}


def test_every_table_is_an_accounts_but_for_the_sign_in_directory(created: Engine) -> None:
    names = set(inspect(created).get_table_names()) - {version_table.name}
    assert names == {table.name for table in ACCOUNT_TABLES} | WITHOUT_ACCOUNT
