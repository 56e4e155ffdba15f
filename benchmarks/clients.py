"""Many clients at once, as processes: orders per second on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks.client import WARM_UP
from benchmarks.harness import ROOT
from benchmarks.replay import copy_of
from benchmarks.report import Figure, Note, at_least_times, at_most
from benchmarks.shop import FILE_NAME, Shop
from billing.storage.migrate import open_database
from tests.postgresql import NoServer, running_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgresql import Server

NUMBERS = (1, 4, 16)
ROUNDS = 3
SECONDS = 2.0
# More than one process, or all of them together, can place in all rounds.
MOST_OF_ONE, MOST_OF_ALL = 1_000, 2_200
# pgbench's accounts, in branches; clients that share one wait for each other.
_SCALE = 16
_GOAL_IS_FOR = 4


@dataclass(frozen=True, slots=True)
class _Run:
    """What all clients did in a round; `retries` of `orders`."""

    rate: float
    orders: int
    retries: int
    refused: int


class _Clients:
    """Processes that each have buyers of their own at their checkouts."""

    def __init__(self, address: str, number: int, each: int) -> None:
        self._processes = [
            subprocess.Popen(  # noqa: S603 - our own module, by this very Python
                (sys.executable, "-m", "benchmarks.client", address, str(index * each), str(each)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=ROOT,
            )
            for index in range(number)
        ]
        self._answers()

    def run(self, command: str) -> _Run:
        """Have all do the same at once."""
        for process in self._processes:
            if process.stdin is not None:
                process.stdin.write(command + "\n")
                process.stdin.flush()
        answers = self._answers()
        orders = sum(answer["orders"] for answer in answers)
        if not orders:
            raise RuntimeError("the clients have no order left to place")
        return _Run(
            rate=orders / max(answer["seconds"] for answer in answers),
            orders=orders,
            retries=sum(answer.get("retries", 0) for answer in answers),
            refused=sum(answer.get("refused", 0) for answer in answers),
        )

    def close(self) -> None:
        """End all processes."""
        for process in self._processes:
            process.communicate()

    def _answers(self) -> list[dict[str, Any]]:
        answers = []
        for process in self._processes:
            line = process.stdout.readline() if process.stdout is not None else ""
            if not line:
                raise RuntimeError("a client ended")
            answers.append(json.loads(line))
        return answers


def figures() -> Iterator[Figure | Note]:
    """SQLite beside the bare driver, PostgreSQL beside pgbench, round by round."""
    for number in NUMBERS:
        yield from _on_sqlite(number)
    try:
        with running_server(durable=True) as server:
            yield from _on_postgresql(server)
    except NoServer as error:
        yield Note(f"PostgreSQL is not measured: {error}")


def _on_sqlite(number: int) -> Iterator[Figure]:
    with TemporaryDirectory(prefix="billing-center-bench-") as folder:
        address = str(Path(folder) / FILE_NAME)
        with _clients(address, Path(folder), number) as clients:
            bare = copy_of(Path(address), "bare.sqlite3")
            runs, replays = [], []
            for _ in range(ROUNDS):
                runs.append(clients.run(f"order {SECONDS}"))
                replays.append(clients.run(f"replay {bare}").rate)
    placing = f"placing orders, SQLite FULL, {_who(number)}"
    rates = [run.rate for run in runs]
    yield Figure(
        placing, "orders/s", rates, "the same statements, sqlite3", replays, at_least_times(0.3)
    )
    yield _trouble(runs)


def _on_postgresql(server: Server) -> Iterator[Figure | Note]:
    if server.binaries is None:
        yield Note("PostgreSQL is not measured: the server named has no pgbench here")
        return
    with ExitStack() as ending:
        yardstick = server.address(_made(server, ending))
        _pgbench(server.binaries, yardstick, "-i", "-q", "-s", str(_SCALE))
        for number in NUMBERS:
            database = _made(server, ending)
            folder = Path(ending.enter_context(TemporaryDirectory()))
            with _clients(server.address(database), folder, number) as clients:
                copy = server.create(template=database)
                ending.callback(server.drop, copy)
                runs, replays, others = [], [], []
                for _ in range(ROUNDS):
                    runs.append(clients.run(f"order {SECONDS}"))
                    replays.append(clients.run(f"replay {server.address(copy)}").rate)
                    others.append(_transactions(server.binaries, yardstick, number))
            placing = f"placing orders, PostgreSQL, {_who(number)}"
            rates = [run.rate for run in runs]
            goal = at_least_times(0.3) if number == _GOAL_IS_FOR else None
            yield Figure(placing, "orders/s", rates, "pgbench's TPC-B-like script", others, goal)
            yield Figure(placing, "orders/s", rates, "the same statements, psycopg", replays)
            yield _trouble(runs)


def _who(number: int) -> str:
    return f"{number} client" if number == 1 else f"{number} clients"


def _trouble(runs: list[_Run]) -> Figure:
    return Figure(
        "… and retries or refusals among them",
        "",
        [float(run.retries + run.refused) for run in runs],
        "orders placed",
        [float(run.orders) for run in runs],
        at_most(0),
    )


@contextmanager
def _clients(address: str, folder: Path, number: int) -> Iterator[_Clients]:
    each = min(MOST_OF_ONE * ROUNDS, MOST_OF_ALL * ROUNDS // number) + WARM_UP
    open_database(address).close()
    shop = Shop(address, folder)
    shop.open_accounts(range(number * each))
    shop.close()
    clients = _Clients(address, number, each)
    try:
        yield clients
    finally:
        clients.close()


def _made(server: Server, ending: ExitStack) -> str:
    name = server.create()
    ending.callback(server.drop, name)
    return name


def _transactions(binaries: Path, address: str, number: int) -> float:
    """Transactions per second of pgbench's own script, with as many clients."""
    clients, threads = str(number), str(min(number, 2))
    told = _pgbench(binaries, address, "-n", "-c", clients, "-j", threads, "-T", f"{SECONDS:.0f}")
    found = re.search(r"tps = ([0-9.]+)", told)
    if found is None:
        raise RuntimeError(told)
    return float(found[1])


def _pgbench(binaries: Path, address: str, *options: str) -> str:
    command = (str(binaries / "pgbench"), *options, address)
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - nothing from outside
    return done.stdout
