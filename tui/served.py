"""The program as a launcher starts it: who comes in, where to and for how long is told to it.

Nothing here knows how the terminal came to be: it is on the descriptors 0, 1 and 2.
"""

from __future__ import annotations

import os
import signal
import termios
from contextlib import contextmanager, suppress
from types import MappingProxyType
from typing import TYPE_CHECKING

from tui.audience import speak_to
from tui.crash import CrashReport
from tui.endings import farewell
from tui.hang_up import HangUpWatch, hung_up
from tui.launcher import End, Ended
from tui.launcher_link import LauncherLink
from tui.write_lines import write_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from billing.service import BillingService
    from tui.launcher import Admission
    from tui.samples import SampleSignIn
    from tui.served_app import ServedApp
    from tui.waiting import WaitingProgram

DONE, FAILED = 0, 1
_INPUT = 0
_NO_SCREEN = {"", "dumb"}
_SIGNALS = {signal.SIGHUP: End.GONE, signal.SIGTERM: End.SHUTDOWN}
_LOCAL_FLAGS = 3


def serve(
    descriptor: int,
    connect: Callable[[], BillingService],
    *,
    log_folder: Path,
    samples: Iterable[SampleSignIn] = (),
    sample_password: str = "",
    waiting: Mapping[str, WaitingProgram] = MappingProxyType({}),
) -> int:
    """Run one session to its end and give the exit code.

    `descriptor` is one end of a socket pair, which is closed in the end. `connect` opens the
    service; it is called in a thread, behind the first paint. Programs that are `waiting`, by
    their languages, are used where they fit.
    """
    with LauncherLink(descriptor) as link:
        admission = link.admission()
        if admission is None:
            return FAILED
        report = CrashReport(log_folder)
        speak_to(guests=True)
        if os.environ.get("TERM", "") in _NO_SCREEN:
            end = _by_lines(
                admission, link, connect, report, samples=samples, sample_password=sample_password
            )
        elif (there := waiting.get(admission.language)) and there.admit(admission, link):
            end = _full_screen(there.app, report, there.run)
        else:
            app = _app(admission, link, connect, samples, sample_password)
            # Without the mouse, marking text is the terminal's own, as everywhere else over SSH.
            end = _full_screen(app, report, lambda: app.run(mouse=False))
        if report.reference:
            end = End.CRASHED
            write_lines(report.text(details=False))
        link.tell(Ended(end))
    return FAILED if end is End.CRASHED else DONE


def _by_lines(
    admission: Admission,
    link: LauncherLink,
    connect: Callable[[], BillingService],
    report: CrashReport,
    *,
    samples: Iterable[SampleSignIn],
    sample_password: str,
) -> End:
    from tui.served_lines import talk_by_lines  # noqa: PLC0415 - most have a screen

    try:
        end = talk_by_lines(
            admission, link, connect, samples=samples, sample_password=sample_password
        )
    except Exception as error:  # noqa: BLE001 - nobody is ever shown a traceback
        report.record(error)
        return End.CRASHED
    return end or (End.GONE if hung_up(_INPUT) else End.QUIT)


def _app(
    admission: Admission,
    link: LauncherLink,
    connect: Callable[[], BillingService],
    samples: Iterable[SampleSignIn],
    sample_password: str,
) -> ServedApp:
    from tui.served_app import ServedApp  # noqa: PLC0415 - by lines, nothing of Textual is needed

    return ServedApp(connect, admission, link, samples=samples, sample_password=sample_password)


def _full_screen(app: ServedApp, report: CrashReport, run: Callable[[], object]) -> End:
    app.on_crash = report.record
    for number, end in _SIGNALS.items():
        signal.signal(number, lambda *_, end=end: app.end_from_outside(end))
    gone = HangUpWatch(lambda: app.end_from_outside(End.GONE), terminal=_INPUT)
    with _keys_that_do_not_signal(), gone:
        run()
    ending = app.ending or End.QUIT
    if not report.reference and (last := farewell(ending)):
        write_lines(last)
    return ending


@contextmanager
def _keys_that_do_not_signal() -> Iterator[None]:
    """What is typed before the first paint waits for it unseen, Ctrl+C and Ctrl+Z too."""
    try:
        before = termios.tcgetattr(_INPUT)
    except termios.error:
        yield
        return
    changed = list(before)
    changed[_LOCAL_FLAGS] &= ~(termios.ISIG | termios.ECHO | termios.ICANON)
    termios.tcsetattr(_INPUT, termios.TCSANOW, changed)
    try:
        yield
    finally:
        with suppress(termios.error):
            termios.tcsetattr(_INPUT, termios.TCSANOW, before)
