"""Sending statements: they wait until somebody looks at an answer, and then go together.

Those that a module builds once are sent by `run`: SQLAlchemy, which compiled them, takes no part in
it, for that costs several times what a statement does, and one trip to a server as much as three
statements. Any other statement of the connection has those sent first that wait before it, so that
all happen in the order in which they are written.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import Insert, event

from billing.storage.compiled import Compiled, compiled, compiled_for_rows
from billing.storage.kinds import kind_of
from billing.storage.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Engine

    from billing.storage.compiled import Statement

    Values = dict[str, Any]

_QUEUE, _PREPARED = "queue", "prepared"
_FAILURE = "failure"
# A listener under this name in a connection's `info` hears what is sent over it.
HEARD = "heard"
# More rows than these are inserted one by one: each number of them is a statement of its own.
_MOST_AT_ONCE = 10


class _Queue:
    """What waits to be sent over a connection, in its order."""

    __slots__ = ("_connection", "_expected", "_failed", "_read", "_waiting", "kind")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: list[Waiting] = []
        self._failed = False
        self._expected: dict[tuple[Compiled, tuple[Any, ...]], Waiting] = {}
        self._read: set[str] = set()
        self.kind = kind_of(connection)

    def belongs_to(self, connection: Connection) -> bool:
        """Whether it is this very connection's, and not of who had the driver's one before."""
        return self._connection is connection

    def add(self, statement: Compiled, runs: Sequence[list[Any]]) -> Waiting:
        """Have a statement wait, unless what it answers is expected already."""
        if self._expected:
            expected = self._expected.get((statement, tuple(runs[0])))
            if expected is not None:
                return expected
            if statement.changes is not None and statement.changes[0] in self._read:
                spoiled = [key for key in self._expected if statement.spoils(key[0])]
                for key in spoiled:
                    del self._expected[key]
        waiting = Waiting(statement, runs, self.send)
        self._waiting.append(waiting)
        return waiting

    def expect(self, statement: Compiled, arguments: list[Any]) -> None:
        """Have a statement wait that will be run later."""
        self._expected[statement, tuple(arguments)] = self.add(statement, [arguments])
        self._read.update(statement.reads)

    def expect_nothing(self) -> None:
        """Forget what is expected: nobody knows what may have changed."""
        self._expected.clear()

    def send(self) -> None:
        """Send what waits."""
        if self._failed:
            # What waited behind the statement that was refused is lost.
            raise AssertionError("a step went on after a statement that was refused")
        if not self._waiting:
            return
        batch, self._waiting = self._waiting, []
        connection = self._connection
        info, driver = connection.info, connection.connection.driver_connection
        if HEARD in info:
            info[HEARD](batch)
        try:
            self.kind.send(driver, info.setdefault(_PREPARED, {}), batch)
        except connection.dialect.loaded_dbapi.Error as error:
            self._failed = True
            # Raised by a statement of SQLAlchemy's, so that it is told and judged as all others.
            options = {_FAILURE: error}
            refused = next((one for one in batch if not one.is_answered), batch[-1])
            connection.exec_driver_sql(refused.compiled.text, execution_options=options)
        except BaseException:
            connection.invalidate()
            raise


def run(connection: Connection, statement: Statement, values: Values | Sequence[Values]) -> Waiting:
    """Have a statement run with these values, or once with each of several; nobody waits for it.

    It is kept with its compiled form, so it must be one of a module, and no new one every time. Its
    failure is raised where the statements that wait are sent: by the next look at an answer, by
    the next statement that is not run by this, or at the end of the transaction.
    """
    queue = _queue_of(connection)
    if isinstance(values, dict):
        done = compiled(statement, queue.kind, tuple(values))
        return queue.add(done, [done.arguments(values)])
    names = tuple(values[0])
    done = compiled(statement, queue.kind, names)
    runs = [done.arguments(one) for one in values]
    if isinstance(statement, Insert) and 1 < len(values) <= _MOST_AT_ONCE:
        together = compiled_for_rows(statement, queue.kind, names, len(values))
        return queue.add(together, [list(chain.from_iterable(runs))])
    return queue.add(done, runs)


def expect(connection: Connection, statement: Statement, values: Values) -> None:
    """Have a SELECT sent with the next trip, because `run` will want it with these values later.

    It is asked anew if something that it reads was changed in between. To be used where nobody else
    changes it either: for what belongs to the account that is locked.
    """
    queue = _queue_of(connection)
    done = compiled(statement, queue.kind, tuple(values))
    queue.expect(done, done.arguments(values))


def begin(connection: Connection, texts: Sequence[str]) -> None:
    """Have the statements wait that begin a transaction."""
    queue = _queue_of(connection)
    for text in texts:
        queue.add(Compiled(text), [[]])


def send_waiting(connection: Connection) -> None:
    """Send what waits."""
    _queue_of(connection).send()


def attached(engine: Engine) -> Engine:
    """An engine that keeps the order of statements and tells of all failures in the same way."""

    def send_first(connection: Connection, *rest: Any) -> None:
        context = rest[3]
        if _FAILURE not in context.execution_options:
            queue = _queue_of(connection)
            queue.send()
            queue.expect_nothing()

    def fail(_cursor: Any, _text: str, _values: Any, context: Any) -> None:
        failure = context.execution_options.get(_FAILURE)
        if failure is not None:
            raise failure

    event.listen(engine, "before_cursor_execute", send_first)
    event.listen(engine, "do_execute", fail)
    return engine


def _queue_of(connection: Connection) -> _Queue:
    queue: _Queue | None = connection.info.get(_QUEUE)
    if queue is None or not queue.belongs_to(connection):
        queue = connection.info[_QUEUE] = _Queue(connection)
    return queue
