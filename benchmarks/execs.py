"""The yardstick of serving: the program started anew for every session."""

from __future__ import annotations

import re
import time
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

from benchmarks.harness import MeasuredTerminal, cpu_when_idle, first_showing, machine, program

_SETTLED = 3.0
_EQUAL_LOOKS = 4
_HARDLY = 1.001


def exec_times(number: int, *texts: str) -> list[float]:
    """Milliseconds until each of so many programs, started at once, shows its texts."""
    times: list[float] = []

    def measure(terminal: MeasuredTerminal) -> None:
        chunks = terminal.record(_SETTLED)
        times.append(1000 * (first_showing(chunks, *texts).at - terminal.started))

    with machine() as env, ExitStack() as stack:
        terminals = [stack.enter_context(program(env)) for _ in range(number)]
        readers = [Thread(target=measure, args=(terminal,)) for terminal in terminals]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
    return times


def exec_memory(number: int, text: str) -> list[float]:
    """The memory of each of so many programs at rest, shared pages by shares, in megabytes."""
    with machine() as env, ExitStack() as stack:
        terminals = [stack.enter_context(program(env)) for _ in range(number)]
        for terminal in terminals:
            terminal.wait_for(text)
        for terminal in terminals:
            cpu_when_idle(terminal.pid)
        return [megabytes(terminal.pid) for terminal in terminals]


def megabytes(pid: int) -> float:
    """The proportional set size of a process."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss: +(\d+) kB$", rollup, re.MULTILINE)
    if found is None:
        raise LookupError(rollup)
    return int(found[1]) / 1024


def settled_megabytes(pids: list[int]) -> list[float]:
    """The memory of processes once all together have hardly changed for a while."""
    looks: list[list[float]] = []
    while not _is_settled([sum(look) for look in looks[-_EQUAL_LOOKS:]]):
        looks.append([megabytes(pid) for pid in pids])
        time.sleep(1)
    return looks[-1]


def _is_settled(sums: list[float]) -> bool:
    return len(sums) == _EQUAL_LOOKS and max(sums) <= _HARDLY * min(sums)
