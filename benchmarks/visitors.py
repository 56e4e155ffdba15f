"""Clients of an SSH server that take little of the machine themselves: they only look for bytes."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Self

import asyncssh

from tests.serving.clients import connect

if TYPE_CHECKING:
    from collections.abc import Sequence

_AT_ONCE = 10
_SETTLED = 0.05


class Visitor(asyncssh.SSHClientSession[bytes]):
    """One session; `reading=False` takes nothing of what it sends."""

    def __init__(self, connection: asyncssh.SSHClientConnection, *, reading: bool = True) -> None:
        self._connection, self._reading = connection, reading
        self._output = bytearray()
        self._came = asyncio.Event()

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        """The channel is there."""
        self._channel = chan
        if not self._reading:
            chan.pause_reading()

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """Output came."""
        del datatype
        self._output += data
        self._came.set()

    async def begin(self) -> Self:
        """Ask for a session at a terminal of all colours."""
        await self._connection.create_session(
            lambda: self,
            term_type="xterm-256color",
            term_size=(80, 24),
            encoding=None,
            env=["LANG=de_DE.UTF-8", "COLORTERM=truecolor"],
        )
        return self

    async def showing(self, text: bytes) -> float:
        """The monotonic second when a text had come."""
        while text not in self._output:
            await self._more()
        return time.monotonic()

    async def quiet(self) -> None:
        """Wait until nothing has come for a moment."""
        while True:
            self._came.clear()
            try:
                await asyncio.wait_for(self._came.wait(), _SETTLED)
            except TimeoutError:
                return

    async def react(self, key: bytes) -> float:
        """Press a key; the seconds until something is repainted."""
        self._came.clear()
        begun = time.monotonic()
        self.press(key)
        await self._came.wait()
        return time.monotonic() - begun

    def press(self, keys: bytes) -> None:
        """Press keys and wait for nothing."""
        self._channel.write(keys)

    def leave(self) -> None:
        """Drop the connection."""
        self._connection.abort()

    async def _more(self) -> None:
        self._came.clear()
        await self._came.wait()


async def signed_in(port: int, number: int) -> list[asyncssh.SSHClientConnection]:
    """Connections that have been let in, a few at a time, so that only sessions are measured."""
    connections: list[asyncssh.SSHClientConnection] = []
    while len(connections) < number:
        few = min(_AT_ONCE, number - len(connections))
        connections += await asyncio.gather(*(connect(port) for _ in range(few)))
    return connections


async def begun(port: int, number: int, text: bytes) -> tuple[list[Visitor], list[float]]:
    """Sessions begun all at once, and the milliseconds until each one showed a text."""
    connections = await signed_in(port, number)
    start = time.monotonic()
    visitors = await asyncio.gather(*(Visitor(each).begin() for each in connections))
    shown = await asyncio.gather(*(visitor.showing(text) for visitor in visitors))
    return list(visitors), [1000 * (at - start) for at in shown]


async def typing(visitors: Sequence[Visitor], seconds: float, per_second: float) -> list[float]:
    """Everybody types at a steady pace, not all in step; the milliseconds of every key."""

    async def one(visitor: Visitor, offset: float) -> list[float]:
        await asyncio.sleep(offset)
        took = []
        for number in range(int(seconds * per_second)):
            # A letter, and the key that takes it back, so that the field never fills.
            key = b"\x7f" if number % 2 else b"x"
            waited = await visitor.react(key)
            took.append(1000 * waited)
            await asyncio.sleep(max(0.0, 1 / per_second - waited))
        return took

    step = 1 / per_second / len(visitors)
    every = await asyncio.gather(
        *(one(visitor, number * step) for number, visitor in enumerate(visitors))
    )
    return [key for keys in every for key in keys]
