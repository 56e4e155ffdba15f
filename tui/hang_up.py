"""Notices that the terminal is gone, which Textual does not: its input thread would spin for ever.

No signal tells it where the terminal controls no process. Waiting for a hang-up and nothing else
costs no time of the processor.
"""

from __future__ import annotations

import os
import select
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

GRACE_SECONDS = 10.0
_HUNG_UP = select.POLLHUP | select.POLLERR


def hung_up(terminal: int = 0) -> bool:
    """Whether the terminal is gone."""
    poll = select.poll()
    poll.register(terminal, 0)
    return any(event & _HUNG_UP for _, event in poll.poll(0))


class HangUpWatch:
    """While it is entered, `gone` is called in a thread once the terminal has hung up.

    What has not left the block `grace` seconds later cannot: it is held up by writing to the dead
    terminal. Then `give_up` is called.
    """

    def __init__(
        self,
        gone: Callable[[], None],
        *,
        terminal: int = 0,
        grace: float = GRACE_SECONDS,
        give_up: Callable[[], None] = lambda: os._exit(1),
    ) -> None:
        self._gone, self._give_up = gone, give_up
        self._terminal, self._grace = terminal, grace
        self._thread = threading.Thread(target=self._wait, name="hang-up", daemon=True)

    def __enter__(self) -> Self:
        self._left, self._leave = os.pipe()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._leave)
        self._thread.join()
        os.close(self._left)

    def _wait(self) -> None:
        poll = select.poll()
        poll.register(self._terminal, 0)
        poll.register(self._left, 0)
        happened = dict(poll.poll())
        if self._left in happened or not happened.get(self._terminal, 0) & _HUNG_UP:
            return
        self._gone()
        poll.unregister(self._terminal)
        if not poll.poll(self._grace * 1000):
            self._give_up()
