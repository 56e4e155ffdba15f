"""Processes that run a shop: forked, warmed up, and sent off together by one word.

They come from a fork server: one process, of a single thread, that has imported everything once.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
import traceback
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from billing.errors import BillingError, StorageCause
from tests.processes.moments import Moments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerProcess

    from tests.processes.premises import Premises
    from tests.service.shop import Shop

    # Brings a shop to where only the act is missing, and answers the act.
    Job = Callable[[Shop], Callable[[], object]]

_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(["pytest", "psycopg", "tests.processes.warm"])

_LONGEST_WAIT = 120.0
# So many open their database at the same time: that is no part of the race.
_OPENING = 4
# A database that is locked for longer than a program waits says so, and its user tries again.
_MOST_TRIES = 20
_READY, _GO = "ready", "go"


@dataclass(frozen=True)
class Came:
    """What came of a job: its answer, or the name of the refusal with its facts."""

    answer: object = None
    refusal: str = ""
    told: str = ""
    moments: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def kind(self) -> str:
        """The name of the refusal, or "done"."""
        return f"{self.refusal} {self.told}".strip() or "done"


class Member:
    """A process with a job."""

    def __init__(self, premises: Premises, job: Job, seed: int, kill_at: int | None = None) -> None:
        self._pipe, theirs = _FORKING.Pipe()
        self._process: ForkServerProcess = _FORKING.Process(
            target=_work, args=(theirs, premises, job, seed, kill_at), daemon=True
        )
        self._process.start()
        theirs.close()

    def wait_until_ready(self) -> None:
        """Wait until only the word is missing."""
        found = self._received()
        assert found == _READY, found

    def send_off(self) -> None:
        """Give the word."""
        self._pipe.send(_GO)

    def came(self) -> Came:
        """Wait for what comes of the job."""
        found = self._received()
        assert isinstance(found, Came), found
        return found

    def ended_within(self, seconds: float) -> bool:
        """Whether it tells of its end in that time."""
        return bool(wait([self._pipe, self._process.sentinel], seconds))

    def kill(self) -> None:
        """SIGKILL, wherever it is."""
        self._process.kill()

    def exit_code(self) -> int | None:
        """Wait for its end; minus the signal that ended it."""
        self._process.join(_LONGEST_WAIT)
        return self._process.exitcode

    def close(self) -> None:
        """End it, if it still runs."""
        self._process.kill()
        self._process.join(_LONGEST_WAIT)
        self._process.close()
        self._pipe.close()

    def _received(self) -> object:
        assert self._pipe.poll(_LONGEST_WAIT), "a process is stuck"
        return self._pipe.recv()


@contextmanager
def crew(premises: Premises, jobs: Sequence[Job], **options: int | None) -> Iterator[list[Member]]:
    """A process for each job, all ready; their end is the end of the block."""
    members: list[Member] = []
    try:
        for number, job in enumerate(jobs):
            members.append(Member(premises, job, seed=1000 + number, **options))
            if number >= _OPENING:
                members[number - _OPENING].wait_until_ready()
        for member in members[-_OPENING:]:
            member.wait_until_ready()
        yield members
    finally:
        for member in members:
            member.close()


def race(premises: Premises, jobs: Sequence[Job]) -> list[Came]:
    """Do all jobs at once, each in a process of its own; what came of each, in their order."""
    with crew(premises, jobs) as members:
        for member in members:
            member.send_off()
        return [member.came() for member in members]


def run_alone(premises: Premises, job: Job) -> Came:
    """Do one job in a process of its own, to its end."""
    (came,) = race(premises, [job])
    return came


def kill_at(premises: Premises, job: Job, moment: int) -> None:
    """Do a job in a process that ends itself by SIGKILL at the moment of that number."""
    with crew(premises, [job], kill_at=moment) as (member,):
        member.send_off()
        assert member.exit_code() == -signal.SIGKILL


def kill_after(premises: Premises, job: Job, seconds: float) -> bool:
    """Do a job and kill its process after that time; whether it was still at it."""
    with crew(premises, [job]) as (member,):
        member.send_off()
        if member.ended_within(seconds):
            return False
        member.kill()
        return member.exit_code() == -signal.SIGKILL


def _work(pipe: Connection, premises: Premises, job: Job, seed: int, kill_at: int | None) -> None:
    """What a process does."""
    moments = Moments(kill_at, lambda: os.kill(os.getpid(), signal.SIGKILL))
    try:
        shop = premises.open(seed, moments)
        act = job(shop)
        pipe.send(_READY)
        pipe.recv()
        moments.begin()
        begun_at = time.monotonic()
        came = _came_of(act)
        seconds = time.monotonic() - begun_at
        pipe.send(replace(came, moments=tuple(moments.names), seconds=seconds))
        shop.close()
    except Exception:  # noqa: BLE001 - the test tells of it
        pipe.send(traceback.format_exc())


def _came_of(act: Callable[[], object]) -> Came:
    for tries in count(1):
        try:
            return Came(act())
        except BillingError as refused:
            told = _told(refused)
            if told != StorageCause.LOCKED or tries == _MOST_TRIES:
                return Came(refusal=type(refused).__name__, told=told)
    raise AssertionError


def _told(refused: BillingError) -> str:
    for name in ("problem", "reason", "cause"):
        if hasattr(refused, name):
            return str(getattr(refused, name))
    return ""
