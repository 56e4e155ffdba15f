"""The unit of work: every read and every change of the database goes through here."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import bindparam, select
from sqlalchemy.exc import DBAPIError

from billing.errors import DatabaseUnavailable, StorageCause
from billing.storage.engine import begun, cause_of, kind_of, may_pass, naming_failures
from billing.storage.sending import run, send_waiting
from billing.storage.tables import account

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

Answer = TypeVar("Answer")

# A deadlock's other side is done at once, and a broken connection is replaced at once, so nothing
# is gained by waiting in between; what holds on longer is told to whoever asked.
_REPEATS = 4
_LOCK = (
    select(account.c.account_id).where(account.c.account_id == bindparam("owner")).with_for_update()
)


class Database:
    """A database that is open and up to date; from any thread, one call at a time.

    Every method raises DatabaseUnavailable when the database itself fails; other errors of `step`
    pass through after a rollback. `place` says where it is, without a password.
    """

    def __init__(self, engine: Engine, place: str) -> None:
        self.place = place
        self._kind = kind_of(engine)
        # One pool, and two engines, so that whoever watches can tell reading from writing.
        self._readers, self._writers = engine.execution_options(), engine.execution_options()
        self._when_closed: list[Callable[[], None]] = []

    def read(self, step: Callable[[Connection], Answer]) -> Answer:
        """What `step` answers from one consistent view; it takes no write lock, cannot write.

        `step` runs again from its start after a lost connection, as in `work`.
        """

        def once() -> Answer:
            with begun(self._readers, self._kind.to_read) as connection:
                return step(connection)

        return self._repeated(once)

    def work(
        self,
        account_id: str | None,
        step: Callable[[Connection], Answer],
        *,
        expecting: Callable[[Connection], None] | None = None,
    ) -> Answer:
        """Run `step` as one transaction that has locked the account first, if one is named.

        `expecting` may say what `step` will read, so that it comes in one trip with the lock.

        After a deadlock, a serialization failure, a table that was migrated meanwhile or a
        connection lost before the commit, `step` runs again from its start, five times at most, so
        it must have no effects outside the database. Afterwards DatabaseUnavailable tells the last
        failure: nothing was changed.

        A connection lost *at* the commit leaves open whether it happened, so nothing is repeated:
        DatabaseUnavailable with CONNECTION_LOST. Asking for the same once more is safe: orders and
        trials are found by their key, carts are changed only by who knows their version,
        subscriptions only out of the state they are in; invoices, renewals, mails and payments
        under way are unique by an index; licences and answers of the gateway are set, not added.
        The second time finds what the first one did, and answers with it or is refused.
        """

        def once() -> Answer:
            with begun(self._writers, self._kind.to_write) as connection:
                if account_id is not None and self._kind.locks_rows:
                    run(connection, _LOCK, {"owner": account_id})
                if expecting is not None:
                    expecting(connection)
                # Nothing is decided, not even what time it is, before the lock is there.
                send_waiting(connection)
                answer = step(connection)
                send_waiting(connection)
                self._kind.require_success(connection)
                try:
                    connection.commit()
                except DBAPIError as error:
                    if cause_of(error) is StorageCause.CONNECTION_LOST:
                        raise DatabaseUnavailable(
                            StorageCause.CONNECTION_LOST, self.place
                        ) from error
                    raise
                return answer

        return self._repeated(once)

    def when_closed(self, step: Callable[[], None]) -> None:
        """Have `step` run after the last connection is closed."""
        self._when_closed.append(step)

    def close(self) -> None:
        """Close every connection; the database cannot be used afterwards."""
        self._readers.dispose()
        while self._when_closed:
            self._when_closed.pop()()

    def _repeated(self, once: Callable[[], Answer]) -> Answer:
        with naming_failures(self.place):
            for _ in range(_REPEATS):
                try:
                    return once()
                except DBAPIError as error:
                    if not may_pass(error):
                        raise
            return once()
