"""What one client overdoes costs it its own session at most, and nobody else anything."""

from __future__ import annotations

import asyncio
import os
import time
from typing import TYPE_CHECKING

import pytest

from tests.serving.clients import Incoming, connect
from tests.serving.server import children, resident_bytes, wait_until
from tests.terminal.buyer import ADA, Buyer

if TYPE_CHECKING:
    import asyncssh

    from tests.serving.server import Server

pytestmark = pytest.mark.terminal

MEGABYTE = 1_000_000
# Ctrl+L paints every cell again.
REDRAW = b"\x0c"
HARDLY_ANYTHING = 8 * MEGABYTE


def test_a_megabyte_that_is_pasted_arrives_or_is_cut_and_the_session_goes_on(
    server: Server,
) -> None:
    terminal = server.open()
    buyer = Buyer(terminal, "de")
    buyer.at_login()
    before = resident_bytes(server.process.pid)
    terminal.paste("x" * MEGABYTE)
    terminal.press("ctrl+u")
    terminal.type("ada@byron.example")
    terminal.wait_for(f"{buyer.words('Mail')} ada@byron.example")
    assert resident_bytes(server.process.pid) - before < HARDLY_ANYTHING


class NotReading(Incoming):
    """Takes nothing from its channel until it is told to."""

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        chan.pause_reading()
        self.channel = chan


def settled_bytes(pid: int) -> int:
    """The memory of a program once it has stayed the same for a while."""
    size, since = 0, time.monotonic()
    while time.monotonic() < since + 0.5:
        now = resident_bytes(pid)
        if now != size:
            size, since = now, time.monotonic()
        time.sleep(0.02)
    return size


def test_a_client_that_does_not_read_stops_its_own_program_only(server: Server) -> None:
    async def stall() -> tuple[asyncssh.SSHClientConnection, NotReading]:
        connection, session = await connect(server.port), NotReading()
        await connection.create_session(
            lambda: session,
            term_type="xterm-256color",
            term_size=(200, 60),
            encoding=None,
            window=4096,
        )
        return connection, session

    async def press(session: NotReading, keys: bytes) -> None:
        session.channel.write(keys)

    before = set(server.sessions())
    connection, session = server.network.run(stall())
    wait_until(lambda: set(server.sessions()) - before, "session")
    (stalled,) = set(server.sessions()) - before
    server.network.run(press(session, REDRAW * 60))
    program = settled_bytes(stalled)
    front = resident_bytes(server.process.pid)
    for _ in range(200):
        # One by one: what is asked for at once is painted once.
        server.network.run(press(session, REDRAW))
        time.sleep(0.02)
    assert settled_bytes(stalled) - program < HARDLY_ANYTHING
    other = Buyer(server.open(), "de")
    other.enter(ADA)
    assert resident_bytes(server.process.pid) - front < MEGABYTE
    server.network.loop.call_soon_threadsafe(connection.abort)
    wait_until(lambda: stalled not in server.sessions(), "end of the stalled session")


def test_variables_without_end_are_not_kept(server: Server) -> None:
    async def flood() -> None:
        async with await connect(server.port) as connection:
            await connection.create_session(
                Incoming,
                term_type="xterm-256color",
                encoding=None,
                env={f"A{number}": "x" * 10_000 for number in range(1500)},
            )

    before = resident_bytes(server.process.pid)
    server.network.run(flood())
    assert resident_bytes(server.process.pid) - before < HARDLY_ANYTHING


def test_connections_that_say_nothing_are_few_and_keep_nobody_out(server: Server) -> None:
    async def knock() -> int:
        tries = [asyncio.open_connection("127.0.0.1", server.port) for _ in range(200)]
        streams = await asyncio.gather(*tries)
        # Whoever is let in is greeted with the server's version.
        heard = await asyncio.gather(*(reader.read(4) for reader, _ in streams))
        for _, writer in streams:
            writer.close()
        return sum(map(bool, heard))

    assert 0 < server.network.run(knock()) <= 100
    Buyer(server.open(), "de").at_login()


def test_a_session_that_is_killed_ends_alone(server: Server) -> None:
    other = Buyer(server.open(), "de")
    other.at_login()
    before = set(server.sessions())
    terminal = server.open()
    Buyer(terminal, "de").at_login()
    (victim,) = set(server.sessions()) - before
    os.kill(victim, 9)
    assert terminal.wait_exit() == 1
    terminal.assert_reset()
    assert terminal.shows("Durch einen Fehler beendet")
    other.terminal.type("x")
    other.terminal.wait_for(f"{other.words('Mail')} x")


def test_the_launcher_is_started_again_and_its_sessions_live_on(server: Server) -> None:
    terminal = server.open()
    buyer = Buyer(terminal, "de")
    buyer.at_login()
    killed = server.launcher
    os.kill(killed, 9)
    wait_until(lambda: killed not in children(server.process.pid), "end of the launcher")
    terminal.type("x")
    terminal.wait_for(f"{buyer.words('Mail')} x")
    # It waits for the new launcher.
    Buyer(server.open(), "de").at_login()
    terminal.press("ctrl+q")
    terminal.wait_exit()
    terminal.assert_reset()


def test_sessions_that_are_dropped_while_they_begin_leave_nothing(server: Server) -> None:
    async def drop(step: int) -> None:
        connection = await connect(server.port)
        await connection.create_session(Incoming, term_type="xterm", encoding=None)
        await asyncio.sleep(step / 100)
        connection.abort()

    async def drop_many() -> None:
        await asyncio.gather(*(drop(step) for step in range(20)))

    before = set(server.sessions())
    server.network.run(drop_many())
    wait_until(lambda: set(server.sessions()) <= before, "end of the dropped sessions")
    Buyer(server.open(), "de").at_login()
