"""An event loop that is put to rest before a fork, and goes on in the child with all its tasks."""

from __future__ import annotations

import asyncio
import selectors


class ForkableLoop(asyncio.SelectorEventLoop):
    """At rest it has nothing open that parent and children would share."""

    def __init__(self) -> None:
        # Unlike epoll, which is asyncio's choice, the kernel keeps nothing of this one.
        super().__init__(selectors.PollSelector())

    # The pipe that wakes the loop is the only thing left. asyncio has no public name for it.

    def rest(self) -> None:
        """Close what is open; until it goes on, nothing may run."""
        self._close_self_pipe()  # type: ignore[attr-defined]  # known to no stub

    def go_on(self) -> None:
        """Open it anew, in this process alone."""
        self._make_self_pipe()  # type: ignore[attr-defined]  # known to no stub
