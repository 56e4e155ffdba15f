"""Stops the output of sessions while a client does not take bytes off the network.

A channel's own window is the client's to choose, and one of gigabytes stops nothing: asyncssh would
keep whatever the network does not take. What asyncio says about the network it leaves unheard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncssh

    from serving.session import Session

_REASON = "network"


class Congestion:
    """Hears what asyncio tells a connection about the network, for its sessions."""

    def __init__(self, connection: asyncssh.SSHServerConnection, sessions: set[Session]) -> None:
        self._sessions = sessions
        connection.pause_writing = self._stop  # type: ignore[method-assign]  # it ignores the call
        connection.resume_writing = self._go_on  # type: ignore[method-assign]  # as above

    def _stop(self) -> None:
        for session in self._sessions:
            session.hold(_REASON)

    def _go_on(self) -> None:
        for session in self._sessions:
            session.go_on(_REASON)
