"""How a command ends that cannot do what it was asked: a reason and an exit code.

0: done, 1: refused, 2: wrong usage, 130: interrupted.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from tui.cleaning import clean
from tui.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

DONE, REFUSED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

PROGRAM = "billing-center"
_LONGEST = 2000


class CannotDo(Exception):
    """A command cannot do what it was asked; the message is the sentence that says why."""


class WrongUsage(Exception):
    """Arguments do not go together; `command` is the one whose --help says how they do."""

    def __init__(self, command: str, reason: str) -> None:
        super().__init__(reason)
        self.command = command


def refuse(text: str) -> int:
    """Say why on standard error and give the exit code."""
    complain(f"{PROGRAM}: {one_line(text)}")
    return REFUSED


def refuse_error(error: Exception) -> int:
    """Say on standard error what an error means, and give the exit code."""
    from billing.errors import BillingError, CatalogueInvalid  # noqa: PLC0415 - `--help` needs none
    from billing.settings import SettingsInvalid  # noqa: PLC0415

    match error:
        case CannotDo():
            return refuse(str(error))
        case WrongUsage():
            complain(usage_complaint(f"{PROGRAM} {error.command}", str(error)))
            return WRONG_USAGE
        case SettingsInvalid():
            flaws = "; ".join(": ".join(filter(None, flaw)) for flaw in error.flaws)
            return refuse(_("settings of {place}: {flaws}").format(place=error.place, flaws=flaws))
        case CatalogueInvalid():
            refuse(_("The configured catalogue is wrong:"))
            return refuse_flaws(error.flaws)
        case BillingError():
            from tui.sentences import sentence  # noqa: PLC0415

            return refuse(sentence(error))
        case _:
            return _refuse_unexpected(error)


def refuse_flaws(flaws: Iterable[tuple[str, str]]) -> int:
    """Every flaw as `key: reason` on a line of its own, and the exit code."""
    complain("\n".join(one_line(f"{key}: {reason}") for key, reason in flaws))
    return REFUSED


def _refuse_unexpected(error: Exception) -> int:
    """A reference, and the place of the log file that holds the details."""
    from tui.crash import CrashReport  # noqa: PLC0415 - rarely used

    report = CrashReport(_log_folder())
    report.record(error)
    complain(report.text())
    return REFUSED


def _log_folder() -> Path:
    from billing.settings import load_settings  # noqa: PLC0415 - rarely used

    try:
        return load_settings().log_folder
    except Exception:  # noqa: BLE001 - broken settings may be what the report is about
        return load_settings({"BILLING_CENTER_CONFIG": os.devnull}).log_folder


def usage_complaint(program: str, reason: str) -> str:
    """What is wrong with the arguments, and where help is."""
    return f"{program}: {one_line(reason)}\n{_('Help')}: {program} --help"


def complain(text: str) -> None:
    """Write to standard error; where there is none, the exit code has to do."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(text, file=sys.stderr, flush=True)  # noqa: T201 - this is the command line


def one_line(text: str) -> str:
    """A text that may hold anything, fit for one line of a terminal; a giant one is cut."""
    clipped = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return clean(clipped)
