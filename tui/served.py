"""The program as a launcher starts it: who comes in, where to and for how long is told to it.

Nothing here knows how the terminal came to be: it is on the descriptors 0, 1 and 2.
"""

from __future__ import annotations

import os
import signal
import termios
from contextlib import contextmanager, suppress
from textwrap import wrap
from typing import TYPE_CHECKING

from tui.crash import CrashReport
from tui.endings import farewell
from tui.hang_up import HangUpWatch
from tui.launcher import End, Ended
from tui.launcher_link import LauncherLink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from billing.service import BillingService
    from tui.launcher import Admission
    from tui.screens.login import SampleSignIn

DONE, FAILED = 0, 1
_INPUT, _OUTPUT = 0, 1
_SIGNALS = {signal.SIGHUP: End.GONE, signal.SIGTERM: End.SHUTDOWN}
_LOCAL_FLAGS = 3
_USUAL_WIDTH = 80


def serve(
    descriptor: int,
    connect: Callable[[], BillingService],
    *,
    log_folder: Path,
    samples: Iterable[SampleSignIn] = (),
    sample_password: str = "",
) -> int:
    """Run one session to its end and give the exit code.

    `descriptor` is one end of a socket pair, which is closed in the end. `connect` opens the
    service; it is called in a thread, behind the first paint.
    """
    with LauncherLink(descriptor) as link, _keys_that_do_not_signal():
        admission = link.admission()
        if admission is None:
            return FAILED
        end = _full_screen(
            admission,
            link,
            connect,
            log_folder=log_folder,
            samples=samples,
            sample_password=sample_password,
        )
        link.tell(Ended(end))
    return FAILED if end is End.CRASHED else DONE


def _full_screen(
    admission: Admission,
    link: LauncherLink,
    connect: Callable[[], BillingService],
    *,
    log_folder: Path,
    samples: Iterable[SampleSignIn],
    sample_password: str,
) -> End:
    from tui.served_app import ServedApp  # noqa: PLC0415 - a plain session needs no Textual

    report = CrashReport(log_folder)
    app = ServedApp(connect, admission, link, samples=samples, sample_password=sample_password)
    app.on_crash = report.record
    for number, end in _SIGNALS.items():
        signal.signal(number, lambda *_, end=end: app.end_from_outside(end))
    with HangUpWatch(lambda: app.end_from_outside(End.GONE), terminal=_INPUT):
        # Without it, marking text is the terminal's own, as everywhere else over SSH.
        app.run(mouse=False)
    if report.reference:
        _say(report.text(details=False))
        return End.CRASHED
    ending = app.ending or End.QUIT
    _say(farewell(ending))
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


def _say(text: str) -> None:
    """Write the last lines, unless the terminal is gone."""
    if text:
        with suppress(OSError):
            width = os.get_terminal_size(_OUTPUT).columns or _USUAL_WIDTH
            lines = [part for line in text.split("\n") for part in wrap(line, width)]
            os.write(_OUTPUT, "".join(f"{line}\r\n" for line in lines).encode())
