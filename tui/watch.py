"""When a session has to end: too long without a key, or too long in all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tui.launcher import End

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_LEAD = 60.0
_SHARE = 5


class Time(Protocol):
    """Tells the time in seconds and calls back later; an asyncio event loop is one."""

    def time(self) -> float:
        """Seconds since some moment."""
        ...

    def call_later(self, delay: float, callback: Callable[[], object], /) -> object:
        """Call back after `delay` seconds."""
        ...


def lead(limit: float) -> float:
    """How many seconds before the end a warning comes: a minute, or a fifth of a short limit."""
    return min(LONGEST_LEAD, limit / _SHARE)


class Watch:
    """Warns before a limit is reached, and says when it is; while nobody stirs it does nothing.

    `warn` gets the reason and the seconds that are left, `end` the reason.
    """

    def __init__(
        self,
        time: Time,
        *,
        idle: float | None,
        longest: float | None,
        warn: Callable[[End, float], object],
        end: Callable[[End], object],
    ) -> None:
        self._time, self._warn, self._end = time, warn, end
        self._idle, self._longest = idle, longest
        self._stirred_at = time.time()
        self._warned = False

    def start(self) -> None:
        """Reckon from now on."""
        self._stirred_at = self._time.time()
        if self._idle is not None:
            self._look()
        if (longest := self._longest) is not None:
            left = lead(longest)
            self._time.call_later(longest - left, lambda: self._warn(End.TOO_LONG, left))
            self._time.call_later(longest, lambda: self._end(End.TOO_LONG))

    def stirred(self) -> None:
        """A key came; it takes a warning back."""
        self._stirred_at = self._time.time()
        self._warned = False

    def _look(self) -> None:
        """See how long nobody has stirred; a key costs nothing but keeping its moment."""
        if self._idle is None:
            return
        left = self._stirred_at + self._idle - self._time.time()
        before = left - lead(self._idle)
        if left <= 0:
            self._end(End.IDLE)
        elif before > 0:
            self._time.call_later(before, self._look)
        else:
            if not self._warned:
                self._warned = True
                self._warn(End.IDLE, left)
            self._time.call_later(left, self._look)
