"""The program as a launcher starts it: on descriptors 0 to 2, told who comes in over another."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

from tui.app import BillingApp
from tui.crash import CrashReport
from tui.launcher import Admission, End, Ended, spoken, understood

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from billing.service import BillingService
    from tui.screens.login import SampleSignIn


def serve(
    descriptor: int,
    connect: Callable[[], BillingService],
    *,
    log_folder: Path,
    samples: Iterable[SampleSignIn] = (),
    sample_password: str = "",
) -> int:
    """Serve whoever the launcher announces; the exit code."""
    line = socket.socket(fileno=os.dup(descriptor))
    admission = understood(line.makefile("rb").readline())
    if not isinstance(admission, Admission):
        return 1
    report = CrashReport(log_folder)
    app = BillingApp(
        connect,
        language=admission.language,
        sign_in_as=admission.mail,
        samples=samples,
        sample_password=sample_password,
    )
    app.on_crash = report.record
    app.run(mouse=False)
    line.sendall(spoken(Ended(End.CRASHED if report.reference else End.QUIT)))
    return 1 if report.reference else 0
