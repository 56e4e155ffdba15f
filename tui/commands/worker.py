"""`billing-center worker`: mails, unknown payments, trial ends and renewals, once or for ever."""

from __future__ import annotations

import os
import select
import signal
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from billing.bootstrap import connect
from billing.clock import RunningClock
from billing.errors import DatabaseUnavailable
from billing.logging_setup import log_to_file
from billing.settings import load_settings
from tui.commands.output import say
from tui.commands.refusal import DONE, INTERRUPTED, refuse, refuse_error
from tui.i18n import _

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from billing.service import BillingService
    from billing.worker.report import WorkerReport

SECONDS_BETWEEN = 30.0
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stop:
    """Whether a signal asked to stop; waiting for one costs nothing and ends at once with it."""

    def __init__(self) -> None:
        self._asked = False
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)

    def __call__(self) -> bool:
        """Whether to stop."""
        return self._asked

    def wait(self, seconds: float) -> None:
        """Wait so long, or until a signal comes."""
        if not self._asked:
            select.select([self._read], [], [], seconds)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take SIGTERM and SIGINT as the wish to stop after the piece of work under way."""
        before = {one: signal.signal(one, self._ask) for one in _SIGNALS}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)
            os.close(self._read)
            os.close(self._write)

    def _ask(self, *_signal: object) -> None:
        # A handler may interrupt anything, so it takes no lock.
        self._asked = True
        with suppress(BlockingIOError):
            os.write(self._write, b"\0")


def run(arguments: Namespace) -> int:
    """Do what is due on the configured database, once or until a signal comes."""
    settings = load_settings()
    if arguments.database:
        settings = replace(settings, database=arguments.database)
    with suppress(OSError):
        log_to_file(settings.log_folder)
    clock = RunningClock(arguments.today) if arguments.today else None
    service = connect(settings, clock=clock)
    stop = Stop()
    try:
        with stop.listening():
            if arguments.once or arguments.today:
                return _run_once(service, stop)
            return _run_on(service, stop)
    finally:
        service.close()


def _run_once(service: BillingService, stop: Stop) -> int:
    report = service.run_worker(stopping=stop)
    code = say(counts(report))
    if report.failed:
        return refuse(_("Some work could not be done; the log file has the details."))
    return INTERRUPTED if stop() else code


def _run_on(service: BillingService, stop: Stop) -> int:
    """Run again and again; a database that is away is told of and waited for."""
    while not stop():
        try:
            report = service.run_worker(stopping=stop)
        except DatabaseUnavailable as error:
            refuse_error(error)
        else:
            if not report.idle:
                say(counts(report))
        stop.wait(SECONDS_BETWEEN)
    return DONE


def counts(report: WorkerReport) -> str:
    """What a run did, on one line."""
    return _(
        "Renewals: {renewals}; reminders: {reminders}; ended: {expiries}; payments tried again: "
        "{retries}; payments asked about: {payments}; VAT numbers looked after: {checks}; mails: "
        "{mails}; failed: {failed}"
    ).format(
        renewals=report.renewals,
        reminders=report.reminders,
        expiries=report.expiries,
        retries=report.retries,
        payments=report.payments,
        checks=report.checks,
        mails=report.mails,
        failed=report.failed,
    )
