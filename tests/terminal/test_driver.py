"""The driver's handler of signals."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

from tui.driver import one_at_a_time

if TYPE_CHECKING:
    from types import FrameType


def test_a_signal_during_its_own_handler_is_handled_afterwards() -> None:
    happened: list[str] = []
    handled_twice = asyncio.Event()

    def handler(number: int, _frame: FrameType | None) -> None:
        happened.append("begins")
        if len(happened) == 1:
            os.kill(os.getpid(), number)
        happened.append("ends")
        if len(happened) == 4:
            handled_twice.set()

    async def be_told_twice() -> None:
        one_at_a_time(signal.SIGWINCH)
        os.kill(os.getpid(), signal.SIGWINCH)
        await asyncio.wait_for(handled_twice.wait(), 60)

    before = signal.signal(signal.SIGWINCH, handler)
    try:
        asyncio.run(be_told_twice())
    finally:
        signal.signal(signal.SIGWINCH, before)
    assert happened == ["begins", "ends", "begins", "ends"]
