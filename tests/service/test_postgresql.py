"""A PostgreSQL server: what a transaction is, who waits for whom, and what is tried again."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from operator import methodcaller
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from billing.accounts import sign_in as desk
from billing.accounts.sign_in import SignIn, mail_hash
from billing.errors import DatabaseUnavailable, SignInRefused, StorageCause
from billing.ordering.model import MailState
from billing.storage.engine import insert_if_absent
from billing.storage.migrate import open_database
from billing.storage.tables import account, order, outbox, payment_attempt, sign_in_failure
from billing.worker import due
from tests.service.shop import WEBINAR, request
from tests.service.stock import NOON, Databases, add_sign_in, mails_of, with_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Connection, Row, Select
    from sqlalchemy.pool import PoolProxiedConnection

    from billing.accounts.passwords import Passwords
    from billing.clock import FixedClock
    from billing.storage.database import Database
    from tests.postgresql import Server
    from tests.service.shop import Shop

ANNA = "anna@muster.example"


@pytest.fixture
def stock(databases: Databases) -> Databases:
    """PostgreSQL only."""
    return databases


def shown(connection: Connection, setting: str) -> object:
    return connection.scalar(text(f"SHOW {setting}"))


def pid(connection: Connection) -> int:
    found: int = connection.scalar(text("SELECT pg_backend_pid()")) or 0
    return found


def end_session(server: Server, process: int) -> None:
    with server.connect() as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", [process])


def accounts(database: Database) -> list[str]:
    ids = select(account.c.account_id).order_by(account.c.account_id)
    return list(database.read(lambda connection: connection.scalars(ids).all()))


# What a transaction is


def test_isolation_is_the_programs_whatever_the_servers_is(empty_address: str) -> None:
    address = with_options(empty_address, default_transaction_isolation="serializable")
    database = open_database(address)
    work, read = (
        step(lambda c: (shown(c, "transaction_isolation"), shown(c, "transaction_read_only")))
        for step in (lambda s: database.work(None, s), database.read)
    )
    database.close()
    assert (work, read) == (("read committed", "off"), ("repeatable read", "on"))


def test_nothing_waits_for_ever_unless_the_address_says_so(empty_address: str) -> None:
    for address, limit in ((empty_address, "30s"), (with_options(empty_address), "30s")):
        database = open_database(address, busy_seconds=2.5)
        assert database.read(lambda c: shown(c, "statement_timeout")) == limit
        assert database.read(lambda c: shown(c, "lock_timeout")) == "2500ms"
        database.close()
    database = open_database(with_options(empty_address, statement_timeout="0"))
    assert database.read(lambda c: shown(c, "statement_timeout")) == "0"
    database.close()


def test_mails_that_are_due_are_found_without_reading_those_sent(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sent(number: int) -> dict[str, object]:
        ids = {"mail_id": f"m{number}", "dedupe_key": f"m{number}", "account_id": owner}
        told = {"kind": "invoice", "contact_id": "c", "payload": {}, "state": MailState.SENT}
        return {**ids, **told, "written_at": NOON, "next_try_at": NOON}

    def fill(connection: Connection) -> None:
        waiting = {**sent(0), "state": MailState.WAITING}
        connection.execute(insert(outbox), [waiting, *map(sent, range(1, 5_000))])
        connection.execute(text("ANALYZE outbox"))

    def counted(found_in: Database, statement: Select[Any]) -> Sequence[Row[Any]]:
        def step(connection: Connection) -> Sequence[Row[Any]]:
            before = connection.scalar(scans)
            rows = connection.execute(statement).all()
            assert connection.scalar(scans) == before
            return rows

        return found_in.read(step)

    scans = text("SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'outbox'")
    owner = accounts(database)[0]
    database.work(None, fill)
    monkeypatch.setattr(due, "_read", counted)
    assert owner in set(due.accounts_with_mail(database, NOON))


def test_work_locks_its_account_before_its_first_statement(database: Database) -> None:
    first, second = accounts(database)[:2]
    impatient = (select(account.c.account_id)).with_for_update(skip_locked=True)

    def free(connection: Connection) -> set[str]:
        return set(database.work(None, lambda other: other.scalars(impatient).all()))

    others = set(accounts(database)) - {first}
    assert database.work(first, free) == others
    assert second in others


def test_work_on_one_account_keeps_no_other_account_waiting(database: Database) -> None:
    first, second = accounts(database)[:2]
    meeting = threading.Barrier(2, timeout=60)
    with ThreadPoolExecutor(2) as pool:
        running = [
            pool.submit(database.work, account_id, lambda _connection: meeting.wait())
            for account_id in (first, second)
        ]
        assert sorted(each.result(timeout=60) for each in running) == [0, 1]


def test_an_account_that_stays_locked_is_told(sample_address: str) -> None:
    database = open_database(sample_address, busy_seconds=0.05)
    account_id = accounts(database)[0]

    def wait_for_oneself(_connection: Connection) -> None:
        database.work(account_id, lambda other: add_sign_in(other, "one"))

    with pytest.raises(DatabaseUnavailable) as caught:
        database.work(account_id, wait_for_oneself)
    assert caught.value.cause is StorageCause.LOCKED
    database.close()


# What is tried again


def test_of_two_that_wait_for_each_other_one_begins_again(database: Database) -> None:
    pair = accounts(database)[:2]
    meeting = threading.Barrier(2, timeout=60)
    attempts: list[str] = []

    def cross(mine: str, other: str) -> None:
        def step(connection: Connection) -> None:
            attempts.append(mine)
            if len(attempts) <= 2:
                meeting.wait()
            connection.execute(
                update(account)
                .where(account.c.account_id == other)
                .values(credit_minor=account.c.credit_minor + 1)
            )

        database.work(mine, step)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(cross, pair, reversed(pair)))
    credit = select(account.c.credit_minor).where(account.c.account_id.in_(pair))
    assert database.read(lambda connection: connection.scalars(credit).all()) == [1, 1]
    # Whoever begins again may overtake the other and meet it a second time.
    assert len(attempts) > 2


def test_a_connection_that_went_stale_is_replaced(database: Database, server: Server) -> None:
    for step in (lambda s: database.work(None, s), database.read):
        old = step(pid)
        end_session(server, old)
        assert step(pid) != old


def test_a_connection_lost_within_a_step_begins_the_step_again(
    empty_database: Database, server: Server
) -> None:
    attempts: list[int] = []

    def step(connection: Connection) -> None:
        attempts.append(pid(connection))
        add_sign_in(connection, "one")
        if len(attempts) == 1:
            end_session(server, attempts[0])
        add_sign_in(connection, "two")

    empty_database.work(None, step)
    assert len(attempts) == 2
    assert mails_of(empty_database) == {"one", "two"}


def test_connections_that_are_lost_again_and_again_are_told(
    empty_database: Database, server: Server
) -> None:
    attempts = []

    def step(connection: Connection) -> None:
        attempts.append(1)
        end_session(server, pid(connection))
        add_sign_in(connection, "one")

    with pytest.raises(DatabaseUnavailable) as caught:
        empty_database.work(None, step)
    assert caught.value.cause is StorageCause.CONNECTION_LOST
    assert len(attempts) == 5
    assert mails_of(empty_database) == set()


class LosingCommits:
    """Loses the connection behind commits, so that nobody learns that they happened."""

    def __init__(self) -> None:
        self._lost = self._seen = 0

    def on(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        dialect = database._writers.dialect
        commit = dialect.do_commit

        def do_commit(connection: PoolProxiedConnection) -> None:
            commit(connection)
            self._seen += 1
            if self._seen == self._lost:
                assert connection.driver_connection is not None
                connection.driver_connection.close()
                raise dialect.loaded_dbapi.OperationalError("the server is gone")

        monkeypatch.setattr(dialect, "do_commit", do_commit)

    def lose(self, number: int) -> None:
        """The commit to lose, counted from now on."""
        self._seen, self._lost = 0, number


def test_a_connection_lost_at_the_commit_is_told_and_nothing_is_repeated(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = []
    losing = LosingCommits()
    losing.on(empty_database, monkeypatch)
    losing.lose(1)

    def step(connection: Connection) -> None:
        attempts.append(1)
        add_sign_in(connection, "one")

    with pytest.raises(DatabaseUnavailable) as caught:
        empty_database.work(None, step)
    assert caught.value.cause is StorageCause.CONNECTION_LOST
    assert len(attempts) == 1
    assert mails_of(empty_database) == {"one"}


def test_a_server_that_ends_the_session_at_the_commit_leaves_it_open_too(
    empty_database: Database,
) -> None:
    function = (
        "CREATE FUNCTION pg_temp.leave() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'"
    )
    trigger = (
        "CREATE CONSTRAINT TRIGGER leave AFTER INSERT ON sign_in DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION pg_temp.leave()"
    )
    attempts = []

    def step(connection: Connection) -> None:
        attempts.append(1)
        for statement in (function, trigger):
            connection.execute(text(statement))
        add_sign_in(connection, "one")

    with pytest.raises(DatabaseUnavailable) as caught:
        empty_database.work(None, step)
    assert caught.value.cause is StorageCause.CONNECTION_LOST
    assert len(attempts) == 1


@pytest.mark.parametrize("lost", [1, 2], ids=["placing", "settling"])
def test_an_order_whose_commit_was_lost_is_placed_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR))
    losing = LosingCommits()
    losing.on(shop.database, monkeypatch)
    losing.lose(lost)
    with pytest.raises(DatabaseUnavailable) as caught:
        shop.service.place_order(session, asked)
    assert caught.value.cause is StorageCause.CONNECTION_LOST
    told = shop.service.place_order(session, asked)
    assert [row.number for row in shop.rows(order)] == [told.order_number]
    assert [row.state for row in shop.rows(order)] == ["fulfilled"]
    assert len(shop.rows(payment_attempt)) == len(shop.bank.operations()) == 1


def test_no_step_goes_on_after_a_refused_statement(empty_database: Database) -> None:
    def step(connection: Connection) -> None:
        add_sign_in(connection, "one")
        with suppress(DBAPIError):
            add_sign_in(connection, "one")

    with pytest.raises(AssertionError, match="refused"):
        empty_database.work(None, step)
    assert mails_of(empty_database) == set()


# Signing in


@pytest.fixture
def forgetting(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], None]]:
    """Lets another session forget the failures of a mail just before they are read."""
    insert = insert_if_absent
    forgotten: list[str] = []

    def forget_then_insert(*arguments: object) -> bool:
        inserted = insert(*arguments)  # type: ignore[arg-type]
        while forgotten:
            this = sign_in_failure.c.mail_hash == mail_hash(forgotten.pop())
            forget = delete(sign_in_failure).where(this)
            database.work(None, methodcaller("execute", forget))
        return inserted

    monkeypatch.setattr(desk, "insert_if_absent", forget_then_insert)
    yield forgotten.append
    assert not forgotten


def test_an_attempt_counts_though_another_session_forgets_the_earlier_ones(
    database: Database,
    clock: FixedClock,
    passwords: Passwords,
    forgetting: Callable[[str], None],
) -> None:
    signing_in = SignIn(database, clock, passwords, "https://portal.example")
    for _ in range(2):
        with pytest.raises(SignInRefused):
            signing_in.sign_in(ANNA, "wrong")
    forgetting(ANNA)
    with pytest.raises(SignInRefused):
        signing_in.sign_in(ANNA, "wrong")
    failures = select(sign_in_failure.c.failures)
    assert database.read(lambda connection: connection.scalars(failures).all()) == [1]
