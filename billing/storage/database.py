"""The unit of work: every read and every change of the database goes through here."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from billing.storage.engine import BEGIN, TO_READ, TO_WRITE, is_passing, naming_failures
from billing.storage.tables import account

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine, Select

Answer = TypeVar("Answer")

_REPEATS = 4


class Database:
    """A database that is open and up to date; from any thread, one call at a time.

    Every method raises DatabaseUnavailable when the database itself fails; other errors of `step`
    pass through after a rollback. `place` says where it is, without a password.
    """

    def __init__(self, engine: Engine, place: str) -> None:
        self.place = place
        self._readers = engine.execution_options(**{BEGIN: TO_READ})
        self._writers = engine.execution_options(**{BEGIN: TO_WRITE})
        self._when_closed: list[Callable[[], None]] = []
        # SQLite's write lock is the whole file's and taken at BEGIN IMMEDIATE already.
        self._locks_rows = engine.dialect.name != "sqlite"

    def read(self, step: Callable[[Connection], Answer]) -> Answer:
        """What `step` answers from one consistent view; it takes no write lock, cannot write."""
        with naming_failures(self.place), self._readers.begin() as connection:
            return step(connection)

    def work(self, account_id: str | None, step: Callable[[Connection], Answer]) -> Answer:
        """Run `step` as one transaction that has locked the account first, if one is named.

        After a deadlock or a serialization failure `step` runs again from the start, so it must
        have no effects outside the database.
        """
        with naming_failures(self.place):
            for _ in range(_REPEATS):
                try:
                    return self._attempt(account_id, step)
                except DBAPIError as error:
                    if not is_passing(error):
                        raise
            return self._attempt(account_id, step)

    def when_closed(self, step: Callable[[], None]) -> None:
        """Have `step` run after the last connection is closed."""
        self._when_closed.append(step)

    def close(self) -> None:
        """Close every connection; the database cannot be used afterwards."""
        self._readers.dispose()
        while self._when_closed:
            self._when_closed.pop()()

    def _attempt(self, account_id: str | None, step: Callable[[Connection], Answer]) -> Answer:
        with self._writers.begin() as connection:
            if account_id is not None and self._locks_rows:
                connection.execute(_locked_account(account_id))
            return step(connection)


def _locked_account(account_id: str) -> Select[str]:
    return select(account.c.account_id).where(account.c.account_id == account_id).with_for_update()
