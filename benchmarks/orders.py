"""Orders per second, beside the very same statements through the bare driver on a second file."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from benchmarks.report import Figure, at_least_times
from benchmarks.shop import mail_of, shop
from benchmarks.timing import milliseconds
from billing.catalogue.model import BillingCycle
from billing.ordering.model import OrderRequest, Selection
from billing.payments.model import OnInvoice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from benchmarks.shop import Shop

ORDERS = 150
WARM_UP = 5
LINES = (
    Selection("goto-webinar", "pro", 5, BillingCycle.ANNUAL),
    Selection("goto-training", "plus", 3, BillingCycle.MONTHLY),
    Selection("logmein-rescue", "rescue", 2, BillingCycle.MONTHLY),
)


@dataclass
class Recorder:
    """Every statement that an engine sends, as the driver gets it: (text, values, many)."""

    statements: list[tuple[str, Any, bool]] = field(default_factory=list)

    def listen_to(self, engine: Engine) -> None:
        """Note statements and commits from now on."""
        event.listen(engine, "before_cursor_execute", self._note)
        event.listen(engine, "commit", lambda _: self.statements.append(("COMMIT", (), False)))

    def _note(self, _c: Any, _k: Any, text: str, values: Any, _x: Any, many: bool) -> None:
        self.statements.append((text, values, many))

    def taken(self) -> list[tuple[str, Any, bool]]:
        """What was noted since the last time."""
        noted, self.statements = self.statements, []
        return noted


class BareDriver:
    """The file as it was at the start, in a copy, changed by the driver alone at FULL too."""

    def __init__(self, original: Path) -> None:
        copy = original.with_name("bare.sqlite3")
        shutil.copyfile(original, copy)
        self._connection = sqlite3.connect(copy, isolation_level=None)
        for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            self._connection.execute(f"PRAGMA {setting}")

    def replay(self, statements: list[tuple[str, Any, bool]]) -> None:
        """Run statements and fetch what they answer."""
        cursor = self._connection.cursor()
        for text, values, many in statements:
            if many:
                cursor.executemany(text, values)
            else:
                cursor.execute(text, values).fetchall()

    def count(self, table: str) -> int:
        """The rows of a table."""
        (number,) = self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - no outside text
        return int(number)

    def close(self) -> None:
        """Close the copy."""
        self._connection.close()


def figures() -> Iterator[Figure]:
    """Orders of three lines, paid on invoice, each of another account, on both files in turn."""
    with shop(WARM_UP + ORDERS) as running:
        _move_log_into(running.file)
        with closing(BareDriver(running.file)) as bare:
            recorder = Recorder()
            recorder.listen_to(running.engine)
            ours, theirs, numbers = [], [], set()
            for buyer in range(WARM_UP + ORDERS):
                service, driver, statements = _order(running, recorder, bare, buyer)
                ours.append(1000 / service)
                theirs.append(1000 / driver)
                numbers.add(statements)
            placed = bare.count("purchase_order")
    if placed != WARM_UP + ORDERS:
        raise RuntimeError(f"the bare driver stored {placed} orders")
    yield Figure(
        "placing an order of three lines, SQLite FULL",
        "orders/s",
        ours[WARM_UP:],
        f"the same {max(numbers)} statements, sqlite3",
        theirs[WARM_UP:],
        at_least_times(0.3),
    )


def _move_log_into(file: Path) -> None:
    """Bring everything from the write-ahead log into the file, so that a copy is complete."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _order(
    running: Shop, recorder: Recorder, bare: BareDriver, buyer: int
) -> tuple[float, float, int]:
    """Milliseconds of one order through the service and through the driver, and its statements."""
    service = running.service
    session = service.sign_in_as(mail_of(buyer))
    version = service.cart(session).version
    for selection in LINES:
        version = service.put_line(session, version, selection).version
    checkout = service.open_checkout(session)
    request = OrderRequest(
        key=checkout.key,
        cart_version=checkout.cart.version,
        quote=checkout.quote,
        vat_id=checkout.vat_id,
        payment=OnInvoice(),
    )
    bare.replay(recorder.taken())
    ours = milliseconds(lambda: service.place_order(session, request))
    statements = recorder.taken()
    return ours, milliseconds(lambda: bare.replay(statements)), len(statements)
