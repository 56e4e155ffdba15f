"""How long it takes from exec to the login screen, and how much CPU."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.bare import GREETING
from benchmarks.harness import cpu_when_idle, first_showing, machine, module, program
from benchmarks.report import Figure, at_most_times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.harness import MeasuredTerminal

ROUNDS = 9
BARE = "Textual, one Static"
# The title, the last line of the sample sign-ins, and the button between them.
LOGIN = ("Billing Center", "Anmelden ]", "egon@alt.example")
# A key that is pressed at once, and where it is to be seen.
KEY, TYPED = "x", "E-Mail       x"
# Where no picture of the first page can be kept, every start is like the first one.
NO_PICTURE = {"BILLING_CENTER_CACHE_FOLDER": os.devnull}
# Longer than the pause between the first byte, which enters the alternate screen, and the next.
SETTLED = 0.5


@dataclass(frozen=True, slots=True)
class Start:
    """One start: milliseconds to the text, and CPU milliseconds to the last byte and to rest."""

    readable: float
    settled: float
    cpu_settled: float
    cpu_idle: float
    size: float


def figures() -> Iterator[Figure]:
    """The starts of the program and of the bare one, in turn."""
    ours, firsts, typed, theirs = [], [], [], []
    with machine() as env:
        for warming_up in [True] + [False] * ROUNDS:
            bare = _measured(module(env, "benchmarks.bare"), GREETING)
            login = _measured(program(env), *LOGIN)
            first = _measured(program(env | NO_PICTURE), *LOGIN)
            key = _measured(program(env), TYPED, key=KEY)
            if not warming_up:
                ours.append(login)
                firsts.append(first)
                typed.append(key)
                theirs.append(bare)
    bare_readable = [start.readable for start in theirs]
    yield Figure(
        "the very first start, exec to the login screen readable",
        "ms",
        [start.readable for start in firsts],
        BARE,
        bare_readable,
    )
    yield Figure(
        "exec to a key shown that was pressed at once",
        "ms",
        [start.readable for start in typed],
        BARE,
        bare_readable,
    )
    yield Figure(
        "exec to the login screen readable",
        "ms",
        [start.readable for start in ours],
        BARE,
        bare_readable,
        at_most_times(1.10),
    )
    yield Figure(
        "exec to the login screen settled",
        "ms",
        [start.settled for start in ours],
        BARE,
        [start.settled for start in theirs],
    )
    yield Figure(
        "exec to the login screen settled, CPU",
        "ms",
        [start.cpu_settled for start in ours],
        BARE,
        [start.cpu_settled for start in theirs],
        at_most_times(1.4),
    )
    yield Figure(
        "… and the service loaded behind it, CPU",
        "ms",
        [start.cpu_idle for start in ours],
        BARE,
        [start.cpu_idle for start in theirs],
    )
    yield Figure(
        "exec to the login screen settled, bytes",
        "B",
        [start.size for start in ours],
        BARE,
        [start.size for start in theirs],
    )


def _measured(terminal: MeasuredTerminal, *texts: str, key: str = "") -> Start:
    with terminal:
        if key:
            terminal.press(key)
        chunks = terminal.record(SETTLED)
        begun, last = terminal.started, chunks[-1]
        return Start(
            readable=1000 * (first_showing(chunks, *texts).at - begun),
            settled=1000 * (last.at - begun),
            cpu_settled=1000 * last.cpu,
            cpu_idle=1000 * cpu_when_idle(terminal.pid),
            size=sum(len(chunk.data) for chunk in chunks),
        )
