"""What an unexpected error becomes: a reference for the user, the details in the log file only."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tui.i18n import _

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger("billing_center")


class CrashReport:
    """Writes the first unexpected error to the log and knows how to tell of it."""

    def __init__(self, log_folder: Path) -> None:
        self._folder = log_folder
        self._written_to: Path | None = None
        self.reference = ""

    def record(self, error: BaseException) -> None:
        """Log an error with its traceback, without any values of variables."""
        from billing.logging_setup import log_to_file, new_reference  # noqa: PLC0415 - rarely used

        if self.reference:
            return
        self.reference = new_reference()
        try:
            self._written_to = log_to_file(self._folder)
        except OSError:
            return
        _log.error("unexpected error %s", self.reference, exc_info=error)

    def text(self, *, details: bool = True) -> str:
        """A plain message without source code; `details`: where the log is, for whoever has it."""
        lines = [
            _("Billing Center had to stop. Draft and cart are stored; nothing is ordered twice."),
            _("Reference: {reference}").format(reference=self.reference),
        ]
        if details and self._written_to is not None:
            lines.append(_("Details: {file}").format(file=self._written_to))
        return "\n".join(lines)


def described(renderables: tuple[object, ...]) -> str:
    """What tracebacks made for showing tell of an error: kinds, texts and places in the code."""
    lines = []
    for renderable in renderables:
        trace = getattr(renderable, "trace", None)
        for stack in getattr(trace, "stacks", ()):
            lines.append(f"{stack.exc_type}: {stack.exc_value}")
            lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in stack.frames]
    return "\n".join(lines) or "no details"
