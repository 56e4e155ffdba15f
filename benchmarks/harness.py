"""Programs in pseudo-terminals, measured: when each piece of output came, and at what CPU time.

The emulated screen is the tests' own. It is fed after the measurement, because emulating costs
more than most of what is measured.
"""

from __future__ import annotations

import compileall
import os
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pexpect

from tests.terminal.harness import PATIENCE, EmulatedScreen, Reaction, Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parent.parent
SIZE = (80, 24)
TODAY = "2026-11-22"
# A key's update is over when nothing was written for so long.
KEY_QUIET = 0.06
_CHUNK = 65536


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of output: the monotonic second it came, and the CPU seconds spent until then."""

    at: float
    cpu: float
    data: bytes


class MeasuredTerminal(Terminal):
    """A terminal that notes when output came before it looks at what it is."""

    def react(self, key: str, quiet: float = KEY_QUIET) -> Reaction:
        """Press a key and measure the output until nothing came for `quiet` seconds."""
        start = time.monotonic()
        self.press(key)
        chunks = self.record(quiet)
        return Reaction(
            chunks[0].at - start, chunks[-1].at - start, sum(len(chunk.data) for chunk in chunks)
        )

    def written_within(self, seconds: float) -> float:
        """How many bytes are written from now until `seconds` have passed."""
        before, end = len(self.output), time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._read(left)
        return len(self.output) - before

    def record(self, quiet: float) -> list[Chunk]:
        """What is written from now until nothing came for `quiet` seconds.

        Raises:
            AssertionError: nothing was written at all, or the program ended.
        """
        chunks: list[Chunk] = []
        try:
            while True:
                data: Any = self._child.read_nonblocking(_CHUNK, quiet if chunks else PATIENCE)
                chunks.append(Chunk(time.monotonic(), cpu_seconds(self.pid), data))
        except pexpect.TIMEOUT:
            pass
        except pexpect.EOF:
            raise AssertionError(f"the program ended{self._picture()}") from None
        if not chunks:
            raise AssertionError(f"nothing was written{self._picture()}")
        for chunk in chunks:
            self.output += chunk.data
            self._shown.feed(chunk.data)
        return chunks


def first_showing(chunks: Sequence[Chunk], *texts: str) -> Chunk:
    """The chunk after which all texts stand on the screen.

    Raises:
        LookupError: they never do.
    """
    screen = EmulatedScreen(*SIZE, reply=lambda _: None)
    for chunk in chunks:
        screen.feed(chunk.data)
        shown = screen.text()
        if all(text in shown for text in texts):
            return chunk
    raise LookupError(f"{texts} not all in:\n{screen.text()}")


def cpu_seconds(pid: int) -> float:
    """The CPU time of all threads of a process so far, to the nanosecond (Linux)."""
    # The kernel's name for the clock of a process; Python has a name only for a thread's.
    return time.clock_gettime((~pid << 3) | 2)


def cpu_when_idle(pid: int, window: float = 0.25, busy: float = 0.02) -> float:
    """The CPU time of a process once it used less than `busy` of a core during a window."""
    before = cpu_seconds(pid)
    while True:
        time.sleep(window)
        now = cpu_seconds(pid)
        if now - before < busy * window:
            return now
        before = now


@contextmanager
def machine() -> Iterator[dict[str, str]]:
    """The environment of a user with empty folders and a terminal of all colours."""
    with TemporaryDirectory(prefix="billing-center-bench-") as folder:
        yield {
            "PATH": os.defpath,
            "HOME": folder,
            "TMPDIR": folder,
            "XDG_CONFIG_HOME": f"{folder}/config",
            "XDG_DATA_HOME": f"{folder}/data",
            "XDG_STATE_HOME": f"{folder}/state",
            "XDG_CACHE_HOME": f"{folder}/cache",
            "LANG": "de_DE.UTF-8",
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
        }


def program(env: dict[str, str], *arguments: str) -> MeasuredTerminal:
    """The program itself on sample data."""
    return module(env, "tui", "demo", "--lang", "de", "--today", TODAY, *arguments)


def module(env: dict[str, str], name: str, *arguments: str) -> MeasuredTerminal:
    """A module run as a program."""
    command = (sys.executable, "-m", name, *arguments)
    return MeasuredTerminal(command, env=env, size=SIZE, folder=ROOT)


def compile_all() -> None:
    """Compile the project, so that neither side compiles anything while it is measured."""
    for package in ("billing", "tui", "benchmarks"):
        compileall.compile_dir(ROOT / package, quiet=1)
