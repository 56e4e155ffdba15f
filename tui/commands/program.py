"""`billing-center` and `billing-center demo`: the full-screen program."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tui.commands.refusal import DONE, REFUSED, WrongUsage, refuse
from tui.i18n import _

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator

    from billing.service import BillingService
    from billing.settings import Settings
    from tui.app import BillingApp

THEME_VARIABLE = "BILLING_CENTER_THEME"


def run(arguments: Namespace) -> int:
    """Open the program on the configured database."""
    if (problem := no_terminal()) is not None:
        return refuse(problem)
    settings = _settings(arguments)

    def connect() -> BillingService:
        from billing.bootstrap import connect  # noqa: PLC0415 - heavy, runs behind the first paint

        with _collecting_from_here():
            return connect(settings)

    return _run(_app(connect, arguments), settings)


def run_demo(arguments: Namespace) -> int:
    """Open the program on sample data, or have it play a tape."""
    if arguments.tape is not None:
        from tui.commands.play import run_shipped  # noqa: PLC0415 - seldom asked for

        return run_shipped(arguments)
    if arguments.loop or arguments.speed:
        raise WrongUsage("demo", _("--loop and --speed say how a --tape is played"))
    if (problem := no_terminal()) is not None:
        return refuse(problem)
    settings = _settings(arguments)

    def connect() -> BillingService:
        from billing.bootstrap import connect_demo  # noqa: PLC0415 - heavy, as above
        from billing.clock import RunningClock  # noqa: PLC0415

        clock = RunningClock(arguments.today) if arguments.today else None
        with _collecting_from_here():
            return connect_demo(arguments.database, clock=clock)

    return _run(_app(connect, arguments, demo=True), settings)


@contextmanager
def _collecting_from_here() -> Iterator[None]:
    """Begin to collect garbage, when everything that stays has been loaded.

    Looking through it again and again would make the start longer, and later every pause.
    """
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _settings(arguments: Namespace) -> Settings:
    from dataclasses import replace  # noqa: PLC0415

    from billing.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    return replace(settings, database=arguments.database) if arguments.database else settings


def no_terminal() -> str | None:
    """Why a full-screen program cannot run here."""
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        return _("this program needs a terminal; prices without one: billing-center quote --help")
    terminal = os.environ.get("TERM", "")
    if terminal in {"", "dumb"}:
        return _("this terminal (TERM={name}) cannot show a full screen").format(name=terminal)
    return None


def _app(
    connect: Callable[[], BillingService], arguments: Namespace, *, demo: bool = False
) -> BillingApp:
    gc.disable()
    from billing.sample_people import SAMPLE_PASSWORD, SAMPLE_SIGN_INS  # noqa: PLC0415
    from tui.app import BillingApp  # noqa: PLC0415 - after the checks that need no Textual
    from tui.screens.login import SAMPLE_REMARKS, SampleSignIn  # noqa: PLC0415
    from tui.themes import THEMES  # noqa: PLC0415

    samples = [
        SampleSignIn(person.mail, person.account, remark)
        for person, remark in zip(SAMPLE_SIGN_INS, SAMPLE_REMARKS, strict=True)
    ]
    named = f"billing-{os.environ.get(THEME_VARIABLE, '')}"
    return BillingApp(
        connect,
        language=arguments.lang,
        theme=named if named in {theme.name for theme in THEMES} else None,
        sign_in_as=arguments.sign_in_as,
        samples=samples if demo else (),
        sample_password=SAMPLE_PASSWORD,
    )


def _run(app: BillingApp, settings: Settings) -> int:
    """Run to the end; a crash leaves a reference, the details are in the log file."""
    from tui.crash import CrashReport  # noqa: PLC0415

    report = CrashReport(settings.log_folder)
    app.on_crash = report.record
    signal.signal(signal.SIGTERM, lambda *_: app.call_from_signal())
    signal.signal(signal.SIGHUP, lambda *_: app.call_from_signal())
    app.run()
    if report.reference:
        print(report.text(), file=sys.stderr)  # noqa: T201 - the terminal is itself again
        return REFUSED
    return DONE
