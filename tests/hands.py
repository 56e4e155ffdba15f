"""The hands of a clock that stands still until it is moved on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Hands:
    """Tells the time as an asyncio event loop does; what is due is called when it is moved on."""

    def __init__(self) -> None:
        self._now = 0.0
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._count = 0

    def time(self) -> float:
        return self._now

    def call_later(self, delay: float, callback: Callable[[], object], /) -> None:
        self._count += 1
        self._due.append((self._now + delay, self._count, callback))

    @property
    def waiting(self) -> int:
        """How many callbacks wait."""
        return len(self._due)

    def go_on(self, seconds: float) -> None:
        """Move on, stopping at everything that is due on the way."""
        goal = self._now + seconds
        while self._due and min(self._due)[0] <= goal:
            self._due.sort()
            self._now, _, callback = self._due.pop(0)
            callback()
        self._now = goal
