"""One client of a database, as a process: `python -m benchmarks.client ADDRESS FIRST COUNT`.

It answers every line of its input with one line of JSON: first that it is ready, then what it did.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from benchmarks.replay import BareDriver, Recorder, statements
from benchmarks.shop import Shop
from billing.errors import DatabaseUnavailable
from billing.storage.engine import may_pass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ExceptionContext
    from sqlalchemy.exc import DBAPIError

    from benchmarks.replay import Noted
    from billing.accounts.model import Session
    from billing.ordering.model import OrderRequest

# Every statement is compiled when it is first sent.
WARM_UP = 3


@dataclass
class Client:
    """Buyers who stand at their checkouts, and the statements of the orders they placed."""

    shop: Shop
    waiting: list[tuple[Session, OrderRequest]]
    recorder: Recorder
    placed: list[list[Noted]] = field(default_factory=list)
    retries: int = 0

    def order(self, seconds: float) -> dict[str, Any]:
        """Place one order after the other for so long; `refused`: the database was too busy."""
        self.placed = []
        self.retries = 0
        orders = refused = 0
        start = time.perf_counter()
        while self.waiting and time.perf_counter() - start < seconds:
            session, request = self.waiting.pop()
            try:
                self.shop.service.place_order(session, request)
                orders += 1
            except DatabaseUnavailable:
                refused += 1
            self.placed.append(self.recorder.taken())
        return {
            "orders": orders,
            "seconds": time.perf_counter() - start,
            "retries": self.retries,
            "refused": refused,
        }

    def replay(self, address: str) -> dict[str, Any]:
        """Send the statements of the last orders to another database, by the bare driver."""
        placed = [statements(noted) for noted in self.placed]
        with closing(BareDriver(address)) as bare:
            start = time.perf_counter()
            for order in placed:
                bare.replay(order)
            return {"orders": len(self.placed), "seconds": time.perf_counter() - start}

    def count_retry(self, context: ExceptionContext) -> None:
        """Count an error after which the service begins its transaction anew."""
        error: DBAPIError | None = context.sqlalchemy_exception  # type: ignore[assignment]
        self.retries += error is not None and may_pass(error)


def main(arguments: Sequence[str]) -> None:
    """Prepare, then do what the input says until it ends."""
    address, first, count = arguments[0], int(arguments[1]), int(arguments[2])
    with TemporaryDirectory(prefix="billing-center-bench-") as folder:
        shop = Shop(address, Path(folder))
        waiting = [_at_checkout(shop, buyer) for buyer in range(first, first + count)]
        client = Client(shop, waiting, Recorder())
        client.recorder.listen_to(shop.engine)
        event.listen(shop.engine, "handle_error", client.count_retry)
        for _ in range(WARM_UP):
            shop.service.place_order(*waiting.pop())
        client.recorder.taken()
        # As the program does when it has loaded what stays.
        gc.freeze()
        # The database is copied now, which nobody may be connected to.
        shop.engine.dispose()
        _say({"ready": True})
        for line in sys.stdin:
            command, value = line.rstrip("\n").split(" ", 1)
            _say(client.order(float(value)) if command == "order" else client.replay(value))
        shop.close()


def _at_checkout(shop: Shop, buyer: int) -> tuple[Session, OrderRequest]:
    """A buyer who goes to the checkout again while others keep the database busy."""
    while True:
        try:
            return shop.at_checkout(buyer)
        except DatabaseUnavailable:
            continue


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
