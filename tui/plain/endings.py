"""Ctrl+C, a terminal that is gone, somebody who ends the program: when it ends, and how."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Gone(Exception):
    """There is nobody to talk to any more, or somebody asks the program to end."""


class Endings:
    """Turns signals into the end of the conversation, but never in the middle of some work.

    What the service is doing is finished and what came of it is said; the next prompt is the end.
    """

    def __init__(self) -> None:
        self._waiting = self._wanted = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        # Python hands signals to the main thread only.
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._signalled) for number in SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            # A handler that Python did not set is None and cannot be set again.
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)

    def _signalled(self, _number: int, _frame: FrameType | None) -> None:
        self._wanted = True
        if self._waiting:
            raise Gone

    def look(self) -> None:
        """End the conversation if somebody wanted that meanwhile; raises Gone."""
        if self._wanted:
            raise Gone

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Reading and writing wait for others and may be interrupted at any time."""
        self._waiting = True
        try:
            yield
        except OSError as error:
            raise Gone from error
        finally:
            self._waiting = False
