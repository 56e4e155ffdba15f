"""`python -m benchmarks [SUBJECT …]`: every figure beside its yardstick, one line each.

It is a report and no test: a goal that is missed is printed as missed, and the exit code is 0.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from importlib import import_module
from typing import TYPE_CHECKING

from benchmarks.harness import compile_all
from benchmarks.report import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.report import Note

SUBJECTS = ("start", "keys", "idle", "pricing", "catalogue", "sign_in", "orders", "clients", "due")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 even when goals are missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=", ".join(SUBJECTS))
    chosen = parser.parse_args(arguments).subjects or list(SUBJECTS)
    if strange := set(chosen) - set(SUBJECTS):
        parser.error(f"no such subject: {', '.join(sorted(strange))}")
    compile_all()
    begun, missed, shown = time.monotonic(), 0, 0
    _say(
        f"Python {platform.python_version()}, {os.cpu_count()} cores,"
        " medians of rounds in turn; ratio to the yardstick of the same round"
    )
    for subject in chosen:
        _say(f"\n{subject.replace('_', ' ')}")
        for figure in _figures(subject):
            _say("  " + figure.line())
            shown += isinstance(figure, Figure)
            missed += figure.verdict == "missed"
    _say(f"\n{shown} figures, {missed} missed, {time.monotonic() - begun:.0f} s")
    return 0


def _figures(subject: str) -> Iterator[Figure | Note]:
    """The figures of a subject; its module loads only now, so that it can be left out."""
    found: Iterator[Figure | Note] = import_module(f"benchmarks.{subject}").figures()
    return found


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
