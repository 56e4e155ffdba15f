"""Signing in, and what guessing meets."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from billing.accounts.model import EntryKind, Role
from billing.accounts.passwords import LONGEST_PASSWORD, Passwords
from billing.accounts.sign_in import SignIn, wait_after
from billing.errors import NobodyYet, SignInBlocked, SignInRefused
from billing.storage.migrate import open_database
from billing.storage.tables import sign_in, sign_in_failure

if TYPE_CHECKING:
    from billing.clock import FixedClock
    from billing.storage.database import Database

ANNA = "anna@muster.example"
NOBODY = "nobody@muster.example"
PORTAL = "https://portal.example/corp"


class CountingPasswords(Passwords):
    """Remembers what was compared."""

    def __init__(self, hasher: PasswordHasher) -> None:
        super().__init__(hasher)
        self.compared: list[str | None] = []

    def match(self, stored_hash: str | None, password: str) -> bool:
        self.compared.append(stored_hash)
        return super().match(stored_hash, password)


@pytest.fixture
def counting() -> CountingPasswords:
    return CountingPasswords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def desk(database: Database, clock: FixedClock, counting: CountingPasswords) -> SignIn:
    return SignIn(database, clock, counting, PORTAL)


def _fail(desk: SignIn, mail: str = ANNA, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused):
            desk.sign_in(mail, "wrong")


def _blocked_for(desk: SignIn, mail: str = ANNA) -> int:
    with pytest.raises(SignInBlocked) as caught:
        desk.sign_in(mail, "demo")
    return caught.value.seconds


def _remembered(database: Database) -> int:
    return (
        database.read(
            lambda connection: connection.scalar(select(func.count()).select_from(sign_in_failure))
        )
        or 0
    )


def test_mail_and_password_open_a_session(desk: SignIn) -> None:
    session = desk.sign_in(ANNA, "demo")
    assert session.account.name == "Muster GmbH"
    assert (session.contact.name, session.contact.mail) == ("Anna Muster", ANNA)
    assert (session.role, session.entry.kind) == (Role.BILLING_CONTACT, EntryKind.OPEN)


def test_the_mail_may_be_written_as_people_write_mails(desk: SignIn) -> None:
    assert desk.sign_in("  Anna@MUSTER.example\n", "demo").contact.mail == ANNA


@pytest.mark.parametrize(
    ("mail", "password"),
    [
        (ANNA, "Demo"),
        (ANNA, "demo "),
        (ANNA, ""),
        (ANNA, "x" * (LONGEST_PASSWORD + 1)),
        (ANNA, "demo\ud800"),
        (NOBODY, "demo"),
        (NOBODY, ""),
        ("", "demo"),
        ("a" * 300 + "@muster.example", "demo"),
        ("anna@muster.example\x00", "demo"),
        ("\ud800@muster.example", "demo"),
        ("' OR 1=1 --", "demo"),
    ],
)
def test_everything_wrong_gets_the_same_answer_for_the_same_work(
    desk: SignIn, counting: CountingPasswords, mail: str, password: str
) -> None:
    with pytest.raises(SignInRefused) as caught:
        desk.sign_in(mail, password)
    assert str(caught.value) == ""
    assert len(counting.compared) == 1


@pytest.mark.parametrize("mail", [ANNA, NOBODY])
def test_waits_grow_after_the_third_failure(desk: SignIn, clock: FixedClock, mail: str) -> None:
    _fail(desk, mail, times=4)
    for seconds in (1, 2, 4, 8):
        assert _blocked_for(desk, mail) == seconds
        clock.advance(timedelta(seconds=seconds))
        _fail(desk, mail)


def test_waits_end_at_a_quarter_of_an_hour() -> None:
    waits = [wait_after(failures) for failures in (0, 3, 4, 13, 14, 10**9)]
    assert waits == [0, 0, 1, 512, 900, 900]


def test_a_blocked_attempt_is_not_looked_at_and_does_not_count(
    desk: SignIn, clock: FixedClock, counting: CountingPasswords
) -> None:
    _fail(desk, times=4)
    for _ in range(5):
        assert _blocked_for(desk) == 1
    assert len(counting.compared) == 4
    clock.advance(timedelta(milliseconds=900))
    assert _blocked_for(desk) == 1
    clock.advance(timedelta(milliseconds=100))
    assert desk.sign_in(ANNA, "demo").contact.mail == ANNA


def test_guesses_made_at_once_cannot_slip_past(
    database: Database, clock: FixedClock, counting: CountingPasswords
) -> None:
    """While one guess is being compared, the next finds it counted already."""
    desk = SignIn(database, clock, counting, PORTAL)
    _fail(desk, times=3)

    class Impatient(CountingPasswords):
        def match(self, stored_hash: str | None, password: str) -> bool:
            assert _blocked_for(desk) == 1
            return super().match(stored_hash, password)

    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    _fail(SignIn(database, clock, Impatient(hasher), PORTAL))


def test_waits_are_kept_for_the_next_program(
    database: Database, clock: FixedClock, counting: CountingPasswords
) -> None:
    _fail(SignIn(database, clock, counting, PORTAL), times=4)
    assert _blocked_for(SignIn(database, clock, counting, PORTAL)) == 1


def test_one_mails_failures_do_not_block_another(desk: SignIn) -> None:
    _fail(desk, NOBODY, times=4)
    assert desk.sign_in(ANNA, "demo").contact.mail == ANNA


def test_a_success_clears_the_failures(desk: SignIn, database: Database) -> None:
    _fail(desk, times=3)
    desk.sign_in(ANNA, "demo")
    assert _remembered(database) == 0
    _fail(desk, times=3)
    assert desk.sign_in(ANNA, "demo").contact.mail == ANNA


def test_failures_are_forgotten_after_a_day(
    desk: SignIn, database: Database, clock: FixedClock
) -> None:
    _fail(desk, NOBODY, times=4)
    _fail(desk, ANNA, times=3)
    clock.advance(timedelta(days=1))
    _fail(desk, ANNA, times=3)
    assert _remembered(database) == 1


def test_a_clock_that_was_set_back_blocks_nobody_for_long(desk: SignIn, clock: FixedClock) -> None:
    _fail(desk, times=4)
    clock.advance(-timedelta(days=400))
    assert desk.sign_in(ANNA, "demo").contact.mail == ANNA


def test_failures_do_not_keep_what_was_typed(desk: SignIn, database: Database) -> None:
    _fail(desk, NOBODY)
    rows = database.read(lambda connection: connection.execute(select(sign_in_failure)).all())
    assert "nobody" not in repr(rows)


def test_an_old_hash_is_replaced_when_its_password_is_there(
    database: Database, clock: FixedClock
) -> None:
    def stored_hash() -> str | None:
        return database.read(
            lambda c: c.scalar(select(sign_in.c.password_hash).where(sign_in.c.mail == ANNA))
        )

    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    desk = SignIn(database, clock, stronger, PORTAL)
    before = stored_hash()
    _fail(desk)
    assert stored_hash() == before
    desk.sign_in(ANNA, "demo")
    after = stored_hash()
    assert after is not None
    assert "m=16,t=2" in after
    desk.sign_in(ANNA, "demo")
    assert stored_hash() == after


def test_a_launcher_may_vouch_for_a_known_mail(desk: SignIn) -> None:
    assert desk.sign_in_as("Max@muster.example").role is Role.ADMIN
    with pytest.raises(SignInRefused):
        desk.sign_in_as(NOBODY)


def test_a_composed_and_a_decomposed_accent_are_one_password(passwords: Passwords) -> None:
    assert passwords.match(passwords.hash("Stra\u00dfe \u00e4"), "Stra\u00dfe a\u0308")


@pytest.mark.parametrize("password", ["", "x" * (LONGEST_PASSWORD + 1)], ids=["empty", "giant"])
def test_no_hash_matches_an_empty_or_giant_password(passwords: Passwords, password: str) -> None:
    assert not passwords.match(passwords.hash(password), password)
    assert not passwords.match(passwords.hash(password[:LONGEST_PASSWORD]), password)


def test_nobodys_hash_costs_what_a_real_one_costs() -> None:
    hasher = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    seen: list[str] = []

    class Watching(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override] # noqa: A002
            seen.append(str(hash))
            return super().verify(hash, password)

    watching = Passwords(Watching(time_cost=2, memory_cost=16, parallelism=1))
    assert not watching.match(None, "demo")
    real, nobodys = hasher.hash("demo"), seen[0]
    assert nobodys.rsplit("$", 2)[0] == real.rsplit("$", 2)[0]
    assert len(nobodys) == len(real)


def test_where_there_is_no_account_yet_that_is_said(
    empty_address: str, clock: FixedClock, counting: CountingPasswords
) -> None:
    database = open_database(empty_address)
    try:
        with pytest.raises(NobodyYet):
            SignIn(database, clock, counting, PORTAL).sign_in(NOBODY, "demo")
    finally:
        database.close()
