"""Orders per second of one process, beside the same statements through the bare driver."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.crowd import crowd
from benchmarks.replay import BareDriver, Recorder, copy_of, statements
from benchmarks.report import Figure, at_least_times, at_most_times
from benchmarks.shop import shop
from benchmarks.timing import milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterator

ORDERS = 150
WARM_UP = 5
FEW, MANY = 1_000, 1_000_000


def figures() -> Iterator[Figure]:
    """Orders of three lines, paid on invoice, each of another account."""
    yield _beside_the_driver()
    yield _among_many_accounts()


def _beside_the_driver() -> Figure:
    """Every order on the file, and then its statements on a copy."""
    with (
        shop(WARM_UP + ORDERS) as running,
        closing(BareDriver(copy_of(running.file, "bare.sqlite3"))) as bare,
    ):
        recorder = Recorder()
        recorder.listen_to(running.engine)
        ours, theirs, numbers = [], [], set()
        for buyer in range(WARM_UP + ORDERS):
            order = running.at_checkout(buyer)
            bare.replay(statements(recorder.taken()))
            ours.append(milliseconds(partial(running.service.place_order, *order)))
            noted = statements(recorder.taken())
            theirs.append(milliseconds(partial(bare.replay, noted)))
            numbers.add(len(noted))
        placed = bare.count("purchase_order")
    if placed != WARM_UP + ORDERS:
        raise RuntimeError(f"the bare driver stored {placed} orders")
    return Figure(
        "placing an order of three lines, SQLite FULL",
        "orders/s",
        [1000 / one for one in ours[WARM_UP:]],
        f"the same {max(numbers)} statements, sqlite3",
        [1000 / one for one in theirs[WARM_UP:]],
        at_least_times(0.3),
    )


def _among_many_accounts() -> Figure:
    """Orders on a large and on a small file in turn."""
    with shop(WARM_UP + ORDERS) as small, shop(WARM_UP + ORDERS) as large:
        crowd(small.file, FEW)
        crowd(large.file, MANY)
        among_many: list[float] = []
        among_few: list[float] = []
        for buyer in range(WARM_UP + ORDERS):
            for running, times in ((small, among_few), (large, among_many)):
                order = running.at_checkout(buyer)
                times.append(milliseconds(partial(running.service.place_order, *order)))
    return Figure(
        f"placing an order among {MANY:,} accounts, SQLite FULL",
        "ms",
        among_many[WARM_UP:],
        f"among {FEW:,} accounts",
        among_few[WARM_UP:],
        at_most_times(1.3),
    )
