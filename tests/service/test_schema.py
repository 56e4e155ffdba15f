"""Every key of an account's table begins with the account, in the metadata and in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import (
    Column,
    Computed,
    Engine,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Sequence,
    String,
    Table,
    UniqueConstraint,
    inspect,
    text,
)

from billing.storage.columns import ACCOUNT_KEY
from billing.storage.distribution import KEYED_OTHERWISE
from billing.storage.engine import open_engine
from billing.storage.migrate import version_table
from billing.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

WITHOUT_ACCOUNT = {"sign_in", "sign_in_failure", "key_owner", "alembic_version"}
"""The tables that belong to no account, by name: whoever adds one must say so here."""


def flaws_of(tables: MetaData) -> list[str]:
    """What would make a table impossible to keep with its account."""
    return [
        f"{table.name}: {flaw}"
        for table in tables.sorted_tables
        for flaw in (*_made_numbers(table), *_keys_without_account(table))
    ]


def _made_numbers(table: Table) -> Iterator[str]:
    for column in table.columns:
        if column.identity is not None or isinstance(column.default, Sequence):
            yield f"{column.name} is numbered by the database"
        if column is table.autoincrement_column:
            yield f"{column.name} counts up by itself"


def _keys_without_account(table: Table) -> Iterator[str]:
    if table.name in WITHOUT_ACCOUNT:
        return
    unique = {
        "primary key": [table.primary_key.columns],
        "unique constraint": [
            c.columns for c in table.constraints if isinstance(c, UniqueConstraint)
        ],
        "unique index": [index.columns for index in table.indexes if index.unique],
        "foreign key": [key.columns for key in table.foreign_key_constraints],
    }
    for kind, keys in unique.items():
        for columns in keys:
            names = [column.name for column in columns]
            if names[:1] != [ACCOUNT_KEY]:
                yield f"{kind} {names} does not begin with {ACCOUNT_KEY}"
    owners = {key.referred_table.name for key in table.foreign_key_constraints}
    if table.name != "account" and "account" not in owners:
        yield "has no account"


def test_the_tables_of_the_program_keep_the_rule() -> None:
    assert flaws_of(metadata) == []


def test_only_named_tables_belong_to_no_account() -> None:
    assert {*KEYED_OTHERWISE, version_table.name} == WITHOUT_ACCOUNT


def _owned(*items: Any, key: tuple[str, ...] = (ACCOUNT_KEY, "id")) -> MetaData:
    tables = MetaData()
    Table("account", tables, Column(ACCOUNT_KEY, String, primary_key=True))
    Table(
        "thing",
        tables,
        Column(ACCOUNT_KEY, String),
        Column("id", String),
        Column("other", String),
        *items,
        PrimaryKeyConstraint(*key),
        ForeignKeyConstraint([ACCOUNT_KEY], [f"account.{ACCOUNT_KEY}"]),
    )
    return tables


def test_a_table_that_keeps_the_rule_has_no_flaw() -> None:
    assert flaws_of(_owned(Index("i", "other"), UniqueConstraint(ACCOUNT_KEY, "other"))) == []


@pytest.mark.parametrize(
    "broken",
    [
        _owned(key=("id", ACCOUNT_KEY)),
        _owned(key=("id",)),
        _owned(Index("i", "other", unique=True)),
        _owned(Index("i", "other", ACCOUNT_KEY, unique=True)),
        _owned(UniqueConstraint("other")),
        _owned(Column("of", String), ForeignKeyConstraint(["of"], [f"account.{ACCOUNT_KEY}"])),
        _owned(Column("number", Integer, Identity())),
        _owned(Column("number", Integer, Sequence("numbers"))),
        _owned(Column("number", Integer, autoincrement=True), key=(ACCOUNT_KEY, "number")),
    ],
)
def test_a_table_that_breaks_the_rule_is_named(broken: MetaData) -> None:
    (flaw,) = flaws_of(broken)
    assert flaw.startswith("thing: ")


def test_a_table_without_an_account_must_be_named() -> None:
    tables = MetaData()
    Table("thing", tables, Column("id", String, primary_key=True))
    assert flaws_of(tables) == [
        f"thing: primary key ['id'] does not begin with {ACCOUNT_KEY}",
        "thing: has no account",
    ]


def test_a_column_worked_out_by_the_database_is_no_number_of_its_own() -> None:
    assert flaws_of(_owned(Column("twice", Integer, Computed("1 + 1")))) == []


@pytest.fixture
def engine(empty_address: str) -> Iterator[Engine]:
    """What a new database really has, whatever the metadata say."""
    opened = open_engine(empty_address)
    yield opened
    opened.dispose()


def test_the_database_has_the_tables_of_the_program(engine: Engine) -> None:
    assert set(inspect(engine).get_table_names()) == {*metadata.tables, version_table.name}


def test_the_database_keeps_the_rule(engine: Engine) -> None:
    found = MetaData()
    found.reflect(engine)
    assert flaws_of(found) == []


@pytest.mark.parametrize("stock", ["postgresql"], indirect=True)
def test_the_catalogue_of_the_server_keeps_the_rule(engine: Engine) -> None:
    """As the server itself sees it: unique indexes and references by their first column."""
    first_of_unique = text(
        "SELECT t.relname, i.relname, a.attname FROM pg_index x"
        " JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid"
        " JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'"
        " LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]"
        " WHERE x.indisunique"
    )
    first_of_reference = text(
        "SELECT t.relname, c.conname, a.attname FROM pg_constraint c"
        " JOIN pg_class t ON t.oid = c.conrelid"
        " JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'"
        " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1]"
        " WHERE c.contype = 'f'"
    )
    sequences = text("SELECT count(*) FROM pg_class WHERE relkind = 'S'")
    numbered = text(
        "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public'"
        " AND (is_identity = 'YES' OR column_default LIKE 'nextval%')"
    )
    with engine.connect() as connection:
        rows = [
            *connection.execute(first_of_unique),
            *connection.execute(first_of_reference),
        ]
        assert len(rows) > len(metadata.tables)
        assert [
            row for row in rows if row[0] not in WITHOUT_ACCOUNT and row[2] != ACCOUNT_KEY
        ] == []
        assert (connection.scalar(sequences), connection.scalar(numbered)) == (0, 0)
