"""Spreading the tables over a cluster: the plan, and the calls on a server that stands in for it.

Citus itself cannot be had here: its functions are written down by ones of the same names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Column, MetaData, String, Table, make_url

from billing.storage.distribution import Placing, distribute, plan
from billing.storage.migrate import open_database, version_table
from billing.storage.schema import metadata
from tests.command_line import Answer, assert_refused, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    from tests.command_line import Run
    from tests.postgresql import Server
    from tests.service.stock import Databases

__all__ = ["run"]

DIRECTORIES = ["sign_in", "sign_in_failure", "key_owner"]
STAND_INS = """
CREATE TABLE pg_dist_partition (
    logicalrelid regclass, partmethod text, repmodel text, partkey text, beside text
);
CREATE FUNCTION create_reference_table(table_name regclass) RETURNS void LANGUAGE sql AS
    'INSERT INTO pg_dist_partition VALUES (table_name, ''n'', ''t'')';
CREATE FUNCTION create_distributed_table(
    table_name regclass, distribution_column text, distribution_type text DEFAULT 'hash',
    colocate_with text DEFAULT 'default'
) RETURNS void LANGUAGE sql AS
    'INSERT INTO pg_dist_partition
     VALUES (table_name, ''h'', ''s'', distribution_column, colocate_with)';
INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
    SELECT '1000000', 'citus', extowner, extnamespace, false, '13.0' FROM pg_extension LIMIT 1;
"""


def test_every_table_is_placed_once() -> None:
    names = [placing.table for placing in plan(metadata)]
    assert sorted(names) == sorted([*metadata.tables, version_table.name])


def test_whoever_is_referred_to_is_placed_first() -> None:
    order = [placing.table for placing in plan(metadata)]
    for table in metadata.tables.values():
        for key in table.foreign_key_constraints:
            assert order.index(key.referred_table.name) < order.index(table.name)


def test_tables_for_every_node_come_first_then_the_accounts_and_last_the_directories() -> None:
    placings = plan(metadata)
    assert placings[:2] == (
        Placing(version_table.name),
        Placing("account", "account_id", "none"),
    )
    assert [placing.table for placing in placings[-3:]] == DIRECTORIES


def test_what_an_account_owns_is_kept_beside_it() -> None:
    owned = {
        (placing.key, placing.beside)
        for placing in plan(metadata)[2:]
        if placing.table not in DIRECTORIES
    }
    assert owned == {("account_id", "account")}


def test_the_directories_are_spread_by_mail_or_fingerprint_and_beside_nothing() -> None:
    directory, failures, keys = plan(metadata)[-3:]
    assert (directory.key, failures.key, keys.key) == ("mail", "mail_hash", "fingerprint")
    assert directory.statement == (
        "SELECT create_distributed_table('sign_in', 'mail', colocate_with => 'none')"
    )


def test_what_is_done_is_left_out() -> None:
    rest = plan(metadata, ["account", version_table.name])
    assert rest == plan(metadata)[2:]


def test_a_table_that_cannot_be_spread_is_refused() -> None:
    tables = MetaData()
    Table("thing", tables, Column("id", String, primary_key=True))
    with pytest.raises(ValueError, match="thing"):
        plan(tables)


def test_without_citus_nothing_is_distributed(run: Run, sample_address: str) -> None:
    answer = run("--lang", "en", "database", "distribute", "--database", sample_address)
    assert_refused(answer)
    assert "Citus" in answer.err


@pytest.fixture
def citus(
    server: Server, databases: Databases
) -> Iterator[tuple[str, psycopg.Connection[tuple[object, ...]]]]:
    """A database with the sample data whose server answers as one with Citus would."""
    with databases.sample(None) as address:
        connection = server.connect(make_url(address).database)
        try:
            if connection.info.parameter_status("is_superuser") != "on":
                pytest.skip("only a superuser can write down an extension that is none")
            connection.execute("SET allow_system_table_mods = on")
            connection.execute(STAND_INS.encode())
            yield address, connection
        finally:
            connection.close()


def test_tables_are_distributed_in_the_order_of_the_plan(
    citus: tuple[str, psycopg.Connection[tuple[object, ...]]],
) -> None:
    address, connection = citus
    database = open_database(address)
    assert distribute(database) == plan(metadata)
    found = connection.execute(
        "SELECT logicalrelid::text, partkey, coalesce(beside, 'none') FROM pg_dist_partition"
    ).fetchall()
    assert found == [(each.table, each.key, each.beside) for each in plan(metadata)]
    assert distribute(database) == ()
    database.close()


def test_an_interrupted_distribution_is_taken_up_again(
    run: Run, citus: tuple[str, psycopg.Connection[tuple[object, ...]]]
) -> None:
    address, connection = citus
    words = ("--lang", "en", "database", "distribute", "--database", address)
    first = run(*words)
    assert (first.code, first.err) == (0, "")
    assert "alembic_version: on every node\n" in first.out
    assert "licence: distributed by account_id\n" in first.out
    connection.execute("DELETE FROM pg_dist_partition WHERE logicalrelid = 'licence'::regclass")
    assert run(*words) == Answer(0, "licence: distributed by account_id\n", "")
    assert "distributed already" in run(*words).out
