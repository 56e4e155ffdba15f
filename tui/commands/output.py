"""What a command answers: text on standard output."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper

from tui.commands.refusal import DONE, refuse
from tui.i18n import _


def say(text: str) -> int:
    """Print a text and give the exit code; a reader that has read enough is no failure."""
    if isinstance(sys.stdout, TextIOWrapper):
        # An old character set without the euro sign must not cost the whole answer.
        sys.stdout.reconfigure(errors="replace")
    try:
        print(text, flush=True)  # noqa: T201 - this is the command line
    except BrokenPipeError:
        give_up()
    except OSError as error:
        give_up()
        return refuse(_("The output cannot be written: {reason}").format(reason=error.strerror))
    return DONE


def finish() -> None:
    """Send what standard output still buffers; where nobody takes it any more, it is given up."""
    try:
        sys.stdout.flush()
    except OSError:
        give_up()


def give_up() -> None:
    """Let go of what standard output still buffers, or Python complains about it when it exits."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
