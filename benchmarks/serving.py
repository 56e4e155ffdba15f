"""Sessions over SSH, beside starting the program anew for each.

Clients and server share the machine: what a client costs is in every figure of ours.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.execs import exec_memory, exec_times, settled_megabytes
from benchmarks.report import Figure, at_most, at_most_times
from benchmarks.visitors import Visitor, begun, signed_in, typing
from billing.bootstrap import connect_demo
from tests.serving.clients import Network
from tests.serving.server import Server, wait_until
from tests.terminal.machine import Machine

if TYPE_CHECKING:
    from collections.abc import Iterator

FEW, MANY, CROWD = 5, 50, 100
SECONDS_TYPING, KEYS_PER_SECOND = 10, 2
SECONDS_STALLED = 60
LOGIN = ("Billing Center", "Anmelden ]", "egon@alt.example")
BESIDE = "exec of the program per session"
_LAST = LOGIN[-1].encode()
_NO_LIMITS = {
    "sessions": 1000,
    "sessions_per_address": 0,
    "sessions_per_account": 0,
    "waiting_connections": 1000,
}


def figures() -> Iterator[Figure]:
    """All of them, on one server."""
    with _server() as (network, server):
        yield from _starts(network, server)
        yield from _memory(network, server)
        yield from _typing(network, server)
        yield _stalled(network, server)


@contextmanager
def _server() -> Iterator[tuple[Network, Server]]:
    with TemporaryDirectory(prefix="billing-center-bench-") as name:
        folder = Path(name)
        (folder / "machine").mkdir()
        seeded = folder / "seeded.sqlite3"
        connect_demo(seeded).close()
        here = Machine(folder / "machine", seeded)
        with Network() as network, Server(network, here, _NO_LIMITS) as server:
            yield network, server


def _starts(network: Network, server: Server) -> Iterator[Figure]:
    ours, theirs = [], []
    for warming_up in [True] + [False] * FEW:
        one, other = _times(network, server, 1), exec_times(1, *LOGIN)
        if not warming_up:
            ours += one
            theirs += other
    yield Figure(
        "signed in to SSH to the login screen readable",
        "ms",
        ours,
        BESIDE,
        theirs,
        at_most_times(0.1),
    )
    yield Figure(
        f"… the median of {MANY} at once",
        "ms",
        [median(_times(network, server, MANY))],
        BESIDE,
        [median(exec_times(MANY, *LOGIN))],
        at_most_times(0.1),
    )


def _times(network: Network, server: Server, number: int) -> list[float]:
    visitors, times = network.run(begun(server.port, number, _LAST))
    _leave(visitors, server)
    return times


def _leave(visitors: list[Visitor], server: Server) -> None:
    for visitor in visitors:
        server.network.loop.call_soon_threadsafe(visitor.leave)
    wait_until(lambda: not server.sessions(), "end of all sessions")


def _memory(network: Network, server: Server) -> Iterator[Figure]:
    visitors, _ = network.run(begun(server.port, MANY, _LAST))
    total = sum(settled_megabytes(server.sessions()))
    _leave(visitors, server)
    ours, theirs = [total / MANY], [median(exec_memory(FEW, LOGIN[-1]))]
    name = f"memory of a session (PSS), {MANY} at the login page"
    yield Figure(name, "MB", ours, BESIDE, theirs, at_most_times(0.25))
    yield Figure("… the same in megabytes", "MB", ours, BESIDE, theirs, at_most(14))


def _typing(network: Network, server: Server) -> Iterator[Figure]:
    alone = _typed(network, server, 1)
    crowd = _typed(network, server, CROWD)
    name = f"{CROWD} sessions, {KEYS_PER_SECOND} keys a second each, key to repaint"
    beside = "one session"
    yield Figure(f"{name}, p50", "ms", [median(crowd)], beside, [median(alone)])
    yield Figure("… p99", "ms", [_p99(crowd)], beside, [_p99(alone)], at_most(100))


def _typed(network: Network, server: Server, number: int) -> list[float]:
    visitors: list[Visitor] = []
    while len(visitors) < number:
        more, _ = network.run(begun(server.port, min(FEW, number - len(visitors)), _LAST))
        visitors += more
    settled_megabytes(server.sessions())
    times = network.run(typing(visitors, SECONDS_TYPING, KEYS_PER_SECOND))
    _leave(visitors, server)
    return times


def _p99(times: list[float]) -> float:
    return quantiles(times, n=100)[-1]


def _stalled(network: Network, server: Server) -> Figure:
    """What front and session grow by while a client sends keys and reads nothing."""

    async def stalling() -> Visitor:
        (connection,) = await signed_in(server.port, 1)
        return await Visitor(connection, reading=False).begin()

    visitor = network.run(stalling())
    wait_until(server.sessions, "session")
    processes = [server.process.pid, *server.sessions()]
    # Ctrl+L paints every cell again.
    keys = b"\x0c"
    for _ in range(100):
        # One by one: what is asked for at once is painted once.
        network.loop.call_soon_threadsafe(visitor.press, keys)
        time.sleep(0.05)
    before = sum(settled_megabytes(processes))
    over = time.monotonic() + SECONDS_STALLED
    while time.monotonic() < over:
        network.loop.call_soon_threadsafe(visitor.press, keys)
        time.sleep(1 / KEYS_PER_SECOND)
    growth = sum(settled_megabytes(processes)) - before
    _leave([visitor], server)
    return Figure(
        f"front and session, {SECONDS_STALLED} s of a client that does not read: growth",
        "MB",
        [max(growth, 0.0)],
        "all of their memory",
        [before],
        at_most(1),
    )
