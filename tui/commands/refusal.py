"""How a command ends that cannot do what it was asked: a sentence and an exit code."""

from __future__ import annotations

import sys

DONE, REFUSED, WRONG_USAGE = 0, 1, 2


def refuse(text: str) -> int:
    """Say why on standard error and give the exit code."""
    print(f"billing-center: {text}", file=sys.stderr)  # noqa: T201 - this is the command line
    return REFUSED
