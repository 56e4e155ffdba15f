"""What a program that nobody touches costs: bytes on the line and CPU."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

from benchmarks import stock
from benchmarks.harness import cpu_seconds, cpu_when_idle, machine, module, program
from benchmarks.report import Figure, at_most
from tests.terminal.buyer import ANNA, Buyer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.harness import MeasuredTerminal

SECONDS = 5.0
# Looked at apart, so that one tick of work cannot hide in the mean of all.
TICK = 1.0
BESIDE = "stock form of 6 Inputs, Footer"


def figures() -> Iterator[Figure]:
    """The login page with its field in focus, and the Kasse, beside a stock form."""
    with machine() as env:
        with closing(module(env, "benchmarks.stock", "form")) as form:
            form.wait_for(stock.READY)
            theirs = _watched(form)
        with closing(program(env)) as terminal:
            Buyer(terminal, "de").at_login()
            yield from _beside("the login page", _watched(terminal), theirs)
        with closing(program(env, "--as", ANNA)) as terminal:
            buyer = Buyer(terminal, "de")
            buyer.at_home()
            buyer.buy_webinar()
            buyer.at_checkout()
            yield from _beside("the Kasse", _watched(terminal), theirs)


def _watched(terminal: MeasuredTerminal) -> tuple[list[float], list[float]]:
    """The bytes and the percent of a core of each second."""
    terminal.wait_quiet()
    cpu_when_idle(terminal.pid)
    sizes, loads = [], []
    for _ in range(round(SECONDS / TICK)):
        spent, begun = cpu_seconds(terminal.pid), time.monotonic()
        sizes.append(terminal.written_within(TICK))
        loads.append(100 * (cpu_seconds(terminal.pid) - spent) / (time.monotonic() - begun))
    return sizes, loads


def _beside(
    place: str,
    ours: tuple[list[float], list[float]],
    theirs: tuple[list[float], list[float]],
) -> Iterator[Figure]:
    """The worst second counts on our side, all of them on the other."""
    name = f"idle for {SECONDS:g} s at {place}"
    yield Figure(f"{name}, bytes", "B", [sum(ours[0])], BESIDE, [sum(theirs[0])], at_most(0))
    yield Figure(f"{name}, CPU", "%", [max(ours[1])], BESIDE, [max(theirs[1])], at_most(0.2))
