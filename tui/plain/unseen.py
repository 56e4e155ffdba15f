"""Typing that is not seen, where a terminal would show it."""

from __future__ import annotations

import termios
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TextIO

from tui.plain.endings import Gone

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCAL_FLAGS = 3


@contextmanager
def unseen(reader: TextIO) -> Iterator[None]:
    """Switch the echo of a terminal off for a while; anything else shows nothing anyway."""
    if not reader.isatty():
        yield
        return
    terminal = reader.fileno()
    try:
        before = termios.tcgetattr(terminal)
        hidden = [*before]
        hidden[_LOCAL_FLAGS] &= ~termios.ECHO
        termios.tcsetattr(terminal, termios.TCSADRAIN, hidden)
    except termios.error as error:
        raise Gone from error
    try:
        yield
    finally:
        with suppress(termios.error):
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)
