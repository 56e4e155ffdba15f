"""`python -m serving.launcher`: loads the program once and forks a process for every session.

It has a single thread, knows no keys and no network, and is alone with one socket to the front.
When that socket ends it ends; its sessions notice by themselves that the front is gone.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from serving import wire
from serving.forked import become_session
from serving.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from serving.forked import Program


class Launcher:
    """Forks when it is asked to, and tells how what it forked ended."""

    def __init__(self, line: socket.socket, program: Program, plan: Plan) -> None:
        self._line, self._program, self._plan = line, program, plan
        self._running: dict[int, tuple[int, int]] = {}
        self._poll = select.poll()

    def serve(self) -> None:
        """Work until the front is gone."""
        wire.send(self._line, wire.Ready())
        self._poll.register(self._line, select.POLLIN)
        while True:
            for descriptor, _events in self._poll.poll():
                if descriptor in self._running:
                    self._reap(descriptor)
                elif not self._answer():
                    return

    def _answer(self) -> bool:
        """Do what the front asks for; False when it is gone."""
        received = wire.receive(self._line)
        if received is None:
            return False
        request, descriptors = received
        try:
            if isinstance(request, wire.Begin):
                self._begin(request, *descriptors)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        return True

    def _begin(self, request: wire.Begin, terminal: int, line: int) -> None:
        try:
            process = os.fork()
        except OSError as error:
            print(f"no process for a session: {error}", file=sys.stderr, flush=True)  # noqa: T201 - the log of the launcher
            wire.send(self._line, wire.NotBegun(request.session))
            return
        if process == 0:
            become_session(self._program, self._plan, request.environment, terminal, line)
        handle = os.pidfd_open(process)
        self._running[handle] = (process, request.session)
        self._poll.register(handle, select.POLLIN)
        wire.send(self._line, wire.Begun(request.session), (handle,))

    def _reap(self, handle: int) -> None:
        process, session = self._running.pop(handle)
        self._poll.unregister(handle)
        os.close(handle)
        _, status = os.waitpid(process, 0)
        wire.send(self._line, wire.Over(session, os.waitstatus_to_exitcode(status)))


def main(warm: Callable[[Plan], Program] | None = None) -> int:
    """Load everything, then fork until the front is gone."""
    from serving.warming import warmed  # noqa: PLC0415 - the heavy part

    # The front decides when to end; keys pressed in its terminal are not for this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line = socket.socket(fileno=int(sys.argv[1]))
    plan = Plan.from_json(sys.argv[2])
    program = (warm or warmed)(plan)
    if threading.active_count() != 1:
        raise RuntimeError("a thread was left over, and forking beside threads is not safe")
    gc.collect()
    gc.freeze()
    with suppress(BrokenPipeError, ConnectionResetError):
        Launcher(line, program, plan).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
