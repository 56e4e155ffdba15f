"""Lines for the terminal itself, past whatever program is or was on it."""

from __future__ import annotations

import os
from contextlib import suppress
from textwrap import wrap

_OUTPUT = 1
_USUAL_WIDTH = 80


def write_lines(*texts: str) -> None:
    """Write every text on lines of its own, wrapped at words, unless the terminal is gone.

    "" is an empty line, or the end of one that stands there unfinished.
    """
    with suppress(OSError):
        width = os.get_terminal_size(_OUTPUT).columns or _USUAL_WIDTH
        lines = [
            part
            for text in texts
            for line in text.split("\n")
            for part in wrap(line, width) or [""]
        ]
        os.write(_OUTPUT, "".join(f"{line}\r\n" for line in lines).encode())
