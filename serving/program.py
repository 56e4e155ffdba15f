"""The program of a session, on the database that the plan names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from billing.bootstrap import connect, connect_demo
from billing.clock import RunningClock
from billing.sample_people import SAMPLE_PASSWORD
from billing.settings import load_settings
from tui.crash import CrashReport
from tui.i18n import LANGUAGES
from tui.late_app import LateApp
from tui.samples import SAMPLES
from tui.served import serve
from tui.waiting import WaitingProgram

if TYPE_CHECKING:
    from billing.service import BillingService
    from billing.settings import Settings
    from serving.plan import Plan


def opened(plan: Plan, settings: Settings) -> BillingService:
    """The service on the database of a plan.

    Raises:
        BillingError: the database or the catalogue cannot be used.
    """
    if plan.demo:
        clock = RunningClock(date.fromisoformat(plan.today)) if plan.today else None
        return connect_demo(plan.database, clock=clock)
    return connect(settings)


def settings_of(plan: Plan) -> Settings:
    """The settings of this machine, with the database of the plan.

    Raises:
        SettingsInvalid: they are wrong.
    """
    settings = load_settings()
    return replace(settings, database=plan.database) if plan.database else settings


class BillingProgram:
    """Runs the full-screen program for whoever is at the terminal."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._settings = settings_of(plan)
        self._samples = SAMPLES if plan.demo else ()
        self._sample_password = SAMPLE_PASSWORD if plan.demo else ""
        self._waiting: dict[str, WaitingProgram] = {}

    def wait(self) -> None:
        """Draw the first page in every language, for the sessions to go on with."""
        for language in LANGUAGES:
            app = LateApp(
                self.connect,
                language,
                samples=self._samples,
                sample_password=self._sample_password,
            )
            self._waiting[language] = WaitingProgram(app, language)

    def connect(self) -> BillingService:
        """Open the service; never before the fork, since connections cannot be shared."""
        return opened(self._plan, self._settings)

    def run(self, line: int) -> int:
        """Serve whoever the front announces on the line."""
        return serve(
            line,
            self.connect,
            log_folder=self._settings.log_folder,
            samples=self._samples,
            sample_password=self._sample_password,
            waiting=self._waiting,
        )

    def failed(self, error: BaseException) -> None:
        """Log an error that the program did not catch."""
        CrashReport(self._settings.log_folder).record(error)
