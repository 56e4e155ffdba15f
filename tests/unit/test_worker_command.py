"""`billing-center worker`: its one line of counts, its end by a signal, and its exit codes."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import TYPE_CHECKING

import pytest

from billing.errors import DatabaseUnavailable, StorageCause
from billing.worker.report import WorkerReport
from tests.command_line import assert_refused, run
from tui.commands import worker
from tui.commands.worker import Stop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing.clock import Clock
    from tests.command_line import Run

__all__ = ["run"]


class Service:
    """A service whose worker does what a test says."""

    def __init__(self, work: Callable[[Callable[[], bool]], WorkerReport]) -> None:
        self.work = work
        self.closed = False
        self.clock: Clock | None = None

    def run_worker(self, *, stopping: Callable[[], bool]) -> WorkerReport:
        return self.work(stopping)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Service]:
    """Puts a service with that worker in the place of the configured one."""

    def played(work: Callable[[Callable[[], bool]], WorkerReport]) -> Service:
        service = Service(work)

        def connect(_settings: object, *, clock: Clock | None) -> Service:
            service.clock = clock
            return service

        monkeypatch.setattr(worker, "connect", connect)
        return service

    return played


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Renewals: 3; reminders: 1; ended: 2; payments tried again: 4; "),
        ("de", "Verlängerungen: 3; Erinnerungen: 1; beendet: 2; Zahlungen erneut versucht: 4; "),
    ],
)
def test_one_run_tells_its_counts_on_one_line(
    run: Run, play: Callable[..., Service], language: str, told: str
) -> None:
    service = play(lambda _: WorkerReport(renewals=3, reminders=1, expiries=2, retries=4))
    answer = run("worker", "--once", "--lang", language)
    assert (answer.code, answer.err, answer.out.count("\n")) == (0, "", 1)
    assert answer.out.startswith(told)
    assert service.closed


def test_a_day_is_run_once_as_of_its_noon(run: Run, play: Callable[..., Service]) -> None:
    service = play(lambda _: WorkerReport())
    assert run("worker", "--today", "2027-01-31").code == 0
    assert service.clock is not None
    assert service.clock.now().isoformat().startswith("2027-01-31T12:00")


def test_a_run_on_a_new_database_does_nothing(run: Run, tmp_path: Path) -> None:
    answer = run("worker", "--once", "--database", str(tmp_path / "new.sqlite3"), "--lang", "en")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("Renewals: 0; ")


def test_work_that_failed_is_told_of(run: Run, play: Callable[..., Service]) -> None:
    play(lambda _: WorkerReport(renewals=1, failed=1))
    answer = run("worker", "--once", "--lang", "en")
    assert answer.code == 1
    assert "failed: 1" in answer.out
    assert "log file" in answer.err


def test_a_database_that_cannot_be_used_refuses(run: Run, tmp_path: Path) -> None:
    assert_refused(run("worker", "--once", "--database", str(tmp_path / "no" / "where.sqlite3")))


@pytest.mark.parametrize("language", ["de", "en"])
def test_it_has_help(run: Run, language: str) -> None:
    answer = run("--lang", language, "worker", "--help")
    assert (answer.code, answer.err) == (0, "")
    assert "billing-center worker" in answer.out


@pytest.mark.parametrize("words", [("--today", "tomorrow"), ("--twice",), ("--once", "now")])
def test_wrong_usage_has_its_exit_code(run: Run, words: tuple[str, ...]) -> None:
    assert_refused(run("worker", *words), code=2)


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_on_until_a_signal_comes(
    run: Run, play: Callable[..., Service], monkeypatch: pytest.MonkeyPatch, name: signal.Signals
) -> None:
    monkeypatch.setattr(worker, "SECONDS_BETWEEN", 0.01)
    reports = iter([WorkerReport(renewals=1), WorkerReport(), WorkerReport(renewals=2)])

    def work(stopping: Callable[[], bool]) -> WorkerReport:
        report = next(reports)
        if report.renewals == 2:
            os.kill(os.getpid(), name)
            assert stopping()
        return report

    before = signal.getsignal(name)
    service = play(work)
    answer = run("worker", "--lang", "en")
    assert (answer.code, answer.err) == (0, "")
    assert [line[:11] for line in answer.out.splitlines()] == ["Renewals: 1", "Renewals: 2"]
    assert signal.getsignal(name) is before
    assert service.closed


def test_a_database_that_is_away_is_waited_for(
    run: Run, play: Callable[..., Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "SECONDS_BETWEEN", 0.01)
    outcomes: list[Exception | None] = [DatabaseUnavailable(StorageCause.UNREACHABLE, "x"), None]

    def work(_: object) -> WorkerReport:
        outcome = outcomes.pop(0)
        if outcome is not None:
            raise outcome
        os.kill(os.getpid(), signal.SIGTERM)
        return WorkerReport(mails=1)

    play(work)
    answer = run("worker", "--lang", "en")
    assert (answer.code, answer.out.count("\n"), answer.err.count("\n")) == (0, 1, 1)


def test_an_interrupted_single_run_says_so(run: Run, play: Callable[..., Service]) -> None:
    def work(stopping: Callable[[], bool]) -> WorkerReport:
        os.kill(os.getpid(), signal.SIGINT)
        assert stopping()
        return WorkerReport()

    play(work)
    assert run("worker", "--once").code == 130


def test_a_signal_ends_the_wait_at_once() -> None:
    stop = Stop()
    with stop.listening():
        threading.Timer(0.02, os.kill, (os.getpid(), signal.SIGTERM)).start()
        began = time.monotonic()
        stop.wait(30)
        stop.wait(30)
        assert time.monotonic() - began < 20
        assert stop()
