"""A session's process as the front sees it, by a descriptor that can mean no other."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress

_CODE_SECONDS = 1.0


class SessionProcess:
    """Ends by itself, or is killed; lives on when the launcher that forked it is gone."""

    def __init__(self, handle: int) -> None:
        """`handle` is a pidfd, which this owns from now on."""
        self._handle = handle
        self._loop = asyncio.get_running_loop()
        self._code: asyncio.Future[int | None] = self._loop.create_future()
        self.exited: asyncio.Future[None] = self._loop.create_future()
        self._loop.add_reader(handle, self._has_exited)

    def has_code(self, code: int | None) -> None:
        """The launcher says how it ended; None: it never will."""
        if not self._code.done():
            self._code.set_result(code)

    async def code(self) -> int | None:
        """Its exit code, minus a signal that ended it, or None where nobody knows."""
        await asyncio.shield(self.exited)
        with suppress(TimeoutError):
            return await asyncio.wait_for(asyncio.shield(self._code), _CODE_SECONDS)
        return None

    def kill(self) -> None:
        """End it as nothing can refuse."""
        if not self.exited.done():
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def _has_exited(self) -> None:
        self._loop.remove_reader(self._handle)
        os.close(self._handle)
        self.exited.set_result(None)
