"""A PostgreSQL server: who waits for whom, what is tried again, and the ways it can fail."""

from __future__ import annotations

import logging
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from operator import methodcaller
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, make_url, select, text, update
from sqlalchemy.exc import DBAPIError

from billing.accounts import sign_in as desk
from billing.accounts.sign_in import SignIn, mail_hash
from billing.errors import DatabaseUnavailable, SignInRefused, StorageCause
from billing.storage.engine import insert_if_absent
from billing.storage.migrate import open_database
from billing.storage.tables import account, order, payment_attempt, sign_in_failure
from tests.service.shop import WEBINAR, request
from tests.service.stock import Databases, add_sign_in, mails_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection
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


def with_options(address: str, **settings: object) -> str:
    """An address whose sessions begin with these settings."""
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    url = make_url(address).update_query_dict({"options": options})
    return url.render_as_string(hide_password=False)


def shown(connection: Connection, setting: str) -> object:
    return connection.scalar(text(f"SHOW {setting}"))


def cause_of(address: str) -> StorageCause:
    with pytest.raises(DatabaseUnavailable) as caught:
        open_database(address)
    return caught.value.cause


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
    meeting = threading.Barrier(2, timeout=10)
    with ThreadPoolExecutor(2) as pool:
        running = [
            pool.submit(database.work, account_id, lambda _connection: meeting.wait())
            for account_id in (first, second)
        ]
        assert sorted(each.result(timeout=20) for each in running) == [0, 1]


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


def test_of_two_that_wait_for_each_other_one_begins_again(sample_address: str) -> None:
    database = open_database(with_options(sample_address, deadlock_timeout="20ms"))
    pair = accounts(database)[:2]
    meeting = threading.Barrier(2, timeout=10)
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
    database.close()


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


# Failures


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
