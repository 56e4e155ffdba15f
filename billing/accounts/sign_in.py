"""Signing in: mail and password become a session; guessing becomes slow."""

from __future__ import annotations

import hashlib
import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from billing.accounts.entry import read_session
from billing.errors import NobodyYet, SignInBlocked, SignInRefused
from billing.storage.engine import insert_if_absent
from billing.storage.tables import sign_in, sign_in_failure

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import Connection, Row

    from billing.accounts.model import Session
    from billing.accounts.passwords import Passwords
    from billing.clock import Clock
    from billing.storage.database import Database

LONGEST_MAIL = 254
FAILURES_WITHOUT_WAIT = 3
LONGEST_WAIT = 900
FORGOTTEN_AFTER = timedelta(days=1)


class SignIn:
    """The sign-in desk of a service; `portal` is the address corporate accounts are sent to."""

    def __init__(self, database: Database, clock: Clock, passwords: Passwords, portal: str) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._portal = portal

    def sign_in(self, mail: str, password: str) -> Session:
        """The session of whoever mail and password belong to.

        Raises:
            SignInRefused: they do not belong together; the same for an unknown mail.
            NobodyYet: as there is no account at all.
            SignInBlocked: too many failures; the password was not looked at.
        """
        address = normalise_mail(mail)
        # Counted before the password is looked at, so that guesses made at once cannot slip past.
        self._count_attempt(address)
        known = self._find(address)
        stored_hash = None if known is None else known.password_hash
        if not self._passwords.match(stored_hash, password) or known is None:
            raise self._refusal()
        fresh_hash = (
            self._passwords.hash(password)
            if self._passwords.is_outdated(known.password_hash)
            else known.password_hash
        )
        self._database.work(None, lambda connection: _succeeded(connection, known, fresh_hash))
        return self._session(known)

    def sign_in_as(self, mail: str) -> Session:
        """The session of a mail that the launcher vouches for.

        Raises:
            SignInRefused: the mail is unknown.
        """
        known = self._find(normalise_mail(mail))
        if known is None:
            raise SignInRefused
        return self._session(known)

    def _refusal(self) -> SignInRefused:
        somebody = self._database.read(
            lambda connection: connection.execute(select(sign_in.c.mail).limit(1)).first()
        )
        return NobodyYet() if somebody is None else SignInRefused()

    def _find(self, address: str) -> Row[Any] | None:
        if not is_acceptable(address):
            return None
        return self._database.read(
            lambda connection: connection.execute(
                select(sign_in).where(sign_in.c.mail == address)
            ).one_or_none()
        )

    def _count_attempt(self, address: str) -> None:
        now = self._clock.now()
        seconds = self._database.work(
            None, lambda connection: _count(connection, mail_hash(address), now)
        )
        if seconds:
            raise SignInBlocked(seconds)

    def _session(self, known: Row[Any]) -> Session:
        session = self._database.read(
            lambda connection: read_session(
                connection, known.account_id, known.contact_id, self._clock.now(), self._portal
            )
        )
        if session is None:
            raise SignInRefused
        return session


def normalise_mail(mail: str) -> str:
    """The form in which mail addresses are compared."""
    return mail.strip().casefold()


def is_acceptable(address: str) -> bool:
    """Whether a normalised mail may be looked up at all: not too long, nothing unprintable."""
    return len(address) <= LONGEST_MAIL and address.isprintable()


def mail_hash(address: str) -> str:
    """What failures are kept under, so that mistyped mails are not collected."""
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()


def wait_after(failures: int) -> int:
    """Seconds to wait after so many failures: 0 for the first three, then 1, 2, 4, … 900."""
    doublings = failures - FAILURES_WITHOUT_WAIT - 1
    if doublings < 0:
        return 0
    return (
        LONGEST_WAIT if doublings >= LONGEST_WAIT.bit_length() else min(2**doublings, LONGEST_WAIT)
    )


def _count(connection: Connection, key: str, now: datetime) -> int:
    """Count an attempt as failed until it succeeds; answers the seconds it is blocked, or 0."""
    failure = sign_in_failure.c
    connection.execute(
        delete(sign_in_failure).where(failure.last_failure_at <= now - FORGOTTEN_AFTER)
    )
    row = _locked_failures(connection, key, now)
    blocked_until: datetime = row.blocked_until
    seconds = math.ceil((blocked_until - now).total_seconds())
    # A longer block than there is can only come from a clock that was set back.
    if 0 < seconds <= LONGEST_WAIT:
        return seconds
    failures = int(row.failures) + 1
    connection.execute(
        update(sign_in_failure)
        .where(failure.mail_hash == key)
        .values(
            failures=failures,
            blocked_until=now + timedelta(seconds=wait_after(failures)),
            last_failure_at=now,
        )
    )
    return 0


def _locked_failures(connection: Connection, key: str, now: datetime) -> Row[Any]:
    """The failures under a key, which nobody else counts or forgets until the commit."""
    none_yet = {"mail_hash": key, "failures": 0, "blocked_until": now, "last_failure_at": now}
    this = select(sign_in_failure).where(sign_in_failure.c.mail_hash == key).with_for_update()
    while True:
        insert_if_absent(connection, sign_in_failure, none_yet)
        row = connection.execute(this).one_or_none()
        # A sign-in that succeeds elsewhere forgets the row between the two statements.
        if row is not None:
            return row


def _succeeded(connection: Connection, known: Row[Any], fresh_hash: str) -> None:
    connection.execute(
        delete(sign_in_failure).where(sign_in_failure.c.mail_hash == mail_hash(known.mail))
    )
    if fresh_hash != known.password_hash:
        connection.execute(
            update(sign_in)
            .where(sign_in.c.mail == known.mail, sign_in.c.password_hash == known.password_hash)
            .values(password_hash=fresh_hash)
        )
