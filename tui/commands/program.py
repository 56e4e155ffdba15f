"""`billing-center` and `billing-center demo`: the program, full screen or line by line."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from tui.commands.output import finish
from tui.commands.refusal import DONE, REFUSED, WrongUsage, refuse
from tui.i18n import _

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator

    from billing.service import BillingService
    from billing.settings import Settings
    from tui.app import BillingApp
    from tui.first_picture import FirstPicture

THEME_VARIABLE = "BILLING_CENTER_THEME"
_TURN_SECONDS = 0.001


def run(arguments: Namespace) -> int:
    """Open the program on the configured database."""
    settings = _settings(arguments)

    def connect() -> BillingService:
        from billing.bootstrap import connect  # noqa: PLC0415 - heavy, runs behind the first paint

        with _collecting_from_here():
            return connect(settings)

    return _open(connect, arguments, settings)


def run_demo(arguments: Namespace) -> int:
    """Open the program on sample data, or have it play a tape."""
    if arguments.tape is not None:
        from tui.commands.play import run_shipped  # noqa: PLC0415 - seldom asked for

        return run_shipped(arguments)
    if arguments.loop or arguments.speed:
        raise WrongUsage("demo", _("--loop and --speed say how a --tape is played"))

    def connect() -> BillingService:
        from billing.bootstrap import connect_demo  # noqa: PLC0415 - heavy, as above
        from billing.clock import RunningClock  # noqa: PLC0415

        clock = RunningClock(arguments.today) if arguments.today else None
        with _collecting_from_here():
            return connect_demo(arguments.database, clock=clock)

    return _open(connect, arguments, _settings(arguments), demo=True)


def _open(
    connect: Callable[[], BillingService],
    arguments: Namespace,
    settings: Settings,
    *,
    demo: bool = False,
) -> int:
    """Full screen where the terminal can show it, else line by line."""
    if not _somebody_is_there(plain=arguments.plain):
        return refuse(
            _("this program needs a terminal; prices without one: billing-center quote --help")
        )
    if arguments.plain or _is_dumb():
        return _run_plain(connect, arguments, demo=demo)
    with ExitStack() as ending:
        picture = None
        if arguments.sign_in_as is None:
            picture = _first_picture(arguments, settings, demo=demo)
            ending.enter_context(picture.shown())
        app = _app(connect, arguments, demo=demo)
        app.first_picture = picture
        return _run(app, settings)


def _first_picture(arguments: Namespace, settings: Settings, *, demo: bool) -> FirstPicture:
    from tui.first_picture import FirstPicture  # noqa: PLC0415 - the full screen alone has one

    theme = os.environ.get(THEME_VARIABLE, "")
    options = ("demo" if demo else "", arguments.lang, theme)
    return FirstPicture(settings.cache_folder / "first-page", *options, environment=os.environ)


def _run_plain(connect: Callable[[], BillingService], arguments: Namespace, *, demo: bool) -> int:
    from billing.sample_people import SAMPLE_PASSWORD  # noqa: PLC0415
    from tui import plain  # noqa: PLC0415 - the full screen does not need it
    from tui.samples import SAMPLES  # noqa: PLC0415

    status = plain.run(
        connect,
        language=arguments.lang,
        sign_in_as=arguments.sign_in_as,
        samples=SAMPLES if demo else (),
        sample_password=SAMPLE_PASSWORD,
    )
    finish()
    return status


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
    if not _somebody_is_there(plain=False):
        return _("this program needs a terminal; prices without one: billing-center quote --help")
    if _is_dumb():
        return _("this terminal (TERM={name}) cannot show a full screen").format(
            name=os.environ.get("TERM", "")
        )
    return None


def _somebody_is_there(*, plain: bool) -> bool:
    """Whether there is a terminal; in plain mode, whatever can be read from and written to."""
    streams = (sys.stdin, sys.stdout)
    return all(stream is not None and (plain or stream.isatty()) for stream in streams)


def _is_dumb() -> bool:
    return os.environ.get("TERM", "") in {"", "dumb"}


def _app(
    connect: Callable[[], BillingService], arguments: Namespace, *, demo: bool = False
) -> BillingApp:
    gc.disable()
    from billing.sample_people import SAMPLE_PASSWORD  # noqa: PLC0415
    from tui.app import BillingApp  # noqa: PLC0415 - after the checks that need no Textual
    from tui.samples import SAMPLES  # noqa: PLC0415
    from tui.themes import THEMES  # noqa: PLC0415

    named = f"billing-{os.environ.get(THEME_VARIABLE, '')}"
    return BillingApp(
        connect,
        language=arguments.lang,
        theme=named if named in {theme.name for theme in THEMES} else None,
        sign_in_as=arguments.sign_in_as,
        samples=SAMPLES if demo else (),
        sample_password=SAMPLE_PASSWORD,
    )


def _run(app: BillingApp, settings: Settings) -> int:
    """Run to the end; a crash leaves a reference, the details are in the log file."""
    from tui.crash import CrashReport  # noqa: PLC0415
    from tui.hang_up import HangUpWatch  # noqa: PLC0415

    report = CrashReport(settings.log_folder)
    app.on_crash = report.record
    signal.signal(signal.SIGTERM, lambda *_: app.call_from_signal())
    signal.signal(signal.SIGHUP, lambda *_: app.call_from_signal())
    # As long as this, what was painted waits for the thread that writes it.
    sys.setswitchinterval(_TURN_SECONDS)
    with HangUpWatch(app.call_from_signal):
        app.run()
    if report.reference:
        print(report.text(), file=sys.stderr)  # noqa: T201 - the terminal is itself again
        return REFUSED
    return DONE
