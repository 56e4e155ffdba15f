"""Clients of an SSH server, driven from ordinary tests: asyncssh runs in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self, TypeVar

import asyncssh

from tests.terminal.harness import KEYS, PATIENCE, Terminal, sleeps

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence

Result = TypeVar("Result")


class Network:
    """An event loop in a thread; a context manager that ends it."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do something in the loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE)


class Nobody(asyncssh.SSHClient):
    """A client that says it has no proof when its keys are not taken."""

    def kbdint_auth_requested(self) -> str:
        return ""


def connect(
    port: int, keys: Sequence[asyncssh.SSHKeyPair | asyncssh.SSHKey] = (), **options: Any
) -> Coroutine[Any, Any, asyncssh.SSHClientConnection]:
    """A connection to a server on this machine."""
    settings: dict[str, Any] = {
        "username": "anybody",
        "known_hosts": None,
        "client_keys": list(keys) or None,
        "client_factory": Nobody,
        "agent_path": None,
        "config": None,
        **options,
    }
    return _connected(port, settings)


async def command(port: int, text: str | None) -> asyncssh.SSHCompletedProcess:
    """Run a command without a terminal, in English."""
    connection = await connect(port)
    try:
        return await connection.run(text, env={"LANG": "en_US.UTF-8"})
    finally:
        connection.abort()


async def _connected(port: int, settings: dict[str, Any]) -> asyncssh.SSHClientConnection:
    return await asyncssh.connect("127.0.0.1", port, **settings)


class Incoming(asyncssh.SSHClientSession[bytes]):
    """Keeps what a session sends until somebody takes it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._data = bytearray()
        self.over = False

    def data_received(self, data: bytes, datatype: int | None) -> None:
        with self._changed:
            self._data += data
            self._changed.notify_all()

    def connection_lost(self, exc: Exception | None) -> None:
        with self._changed:
            self.over = True
            self._changed.notify_all()

    def take(self, seconds: float) -> bytes | None:
        """What has come, within so many seconds; None: nothing will come any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._data or self.over, seconds)
            data = bytes(self._data)
            self._data.clear()
            return None if not data and self.over else data


class Remote(Terminal):
    """A terminal at a session over SSH; `programs` tells which processes it may be waiting for."""

    def __init__(
        self,
        network: Network,
        port: int,
        programs: Callable[[], Sequence[int]],
        *,
        keys: Sequence[asyncssh.SSHKeyPair | asyncssh.SSHKey] = (),
        size: tuple[int, int] = (80, 24),
        term: str = "xterm-256color",
        env: Mapping[str, str] | None = None,
        command: str | None = None,
        **options: Any,
    ) -> None:
        # What a pexpect child would do is done here by a connection.
        self._network, self._programs = network, programs
        self._begin(size, answers=True)
        self.connection = network.run(connect(port, keys, **options))
        self.incoming = Incoming()
        given = env or {"LANG": "de_DE.UTF-8"}
        variables = [f"{name}={value}" for name, value in given.items()]
        self.channel, _ = network.run(
            self.connection.create_session(
                lambda: self.incoming,
                command,
                term_type=term,
                term_size=size,
                encoding=None,
                env=variables,
            )
        )

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys_pressed += 1
            self.send(KEYS.get(key, key))

    def paste(self, text: str) -> None:
        self.send(f"\x1b[200~{text}\x1b[201~")

    def send(self, text: str) -> None:
        """Send bytes as they are."""
        data = text.encode()
        with suppress(RuntimeError):
            self._network.loop.call_soon_threadsafe(self._write, data)

    def _write(self, data: bytes) -> None:
        with suppress(OSError):
            self.channel.write(data)

    def resize(self, width: int, height: int) -> None:
        self._shown.screen.resize(height, width)
        self.ask_for_size(width, height)

    def ask_for_size(self, width: int, height: int) -> None:
        """Tell the server a size, whatever the screen is."""
        self._network.loop.call_soon_threadsafe(self.channel.change_terminal_size, width, height)

    def hang_up(self) -> None:
        """Drop the connection without a word."""
        self._open = False
        self._network.loop.call_soon_threadsafe(self.connection.abort)

    def wait_exit(self, timeout: float = PATIENCE) -> int | None:
        self.wait_until(lambda: not self._open, "still there", timeout)
        self.exit_status = self.channel.get_exit_status()
        return self.exit_status

    def assert_reset(self) -> None:
        shown = self._shown
        assert shown.modes == {7, 25}, f"modes left on or off: {shown.modes ^ {7, 25}}"
        assert shown.keyboard_levels <= 0, "the keyboard protocol was left on"
        assert shown.screen.cursor.attrs == shown.screen.default_char, "a colour was left on"

    def close(self) -> None:
        self._open = False
        self._network.loop.call_soon_threadsafe(self.connection.abort)

    def wait_until(
        self, condition: Callable[[], object], complaint: str, timeout: float = PATIENCE
    ) -> None:
        # The base reads no more once it is over, but what came last may still lie there.
        while not condition() and self.incoming.over and self._read(0, closing=True):
            pass
        if not condition():
            super().wait_until(condition, complaint, timeout)

    def _reply(self, answer: str) -> None:
        if answer:
            self.send(answer)

    def _rests(self) -> bool:
        return all(sleeps(program) for program in self._programs())

    def _read(self, timeout: float, *, closing: bool = False) -> bool:
        data = self.incoming.take(timeout)
        if data is None:
            self._open = False
            if not closing:
                raise AssertionError(f"the session ended{self._picture()}")
            return False
        self.output += data
        self._shown.feed(data)
        return bool(data)


__all__ = ["Incoming", "Network", "Nobody", "Remote", "connect"]
