"""Bytes between a pseudo-terminal and a client, no faster in either direction than the other takes.

A client that does not read stops the program's output; a program that does not read stops the
client's keys. Nothing piles up here beyond one chunk each way.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import struct
import termios
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncssh import SSHServerChannel

_CHUNK = 32768
# The kernel hands out a pseudo-terminal's output in small pieces, which compress badly.
_PIECES = 8
# Linux's flag for erasing whole characters, for which Python has no name.
_IUTF8 = 0o40000


def open_terminal(width: int, height: int, *, lines: bool) -> tuple[int, int]:
    """Both sides of a new pseudo-terminal of a size: the front's and the session's.

    Unless it is for lines, it neither echoes nor edits: keys typed ahead are the program's.
    """
    ours, theirs = os.openpty()
    for descriptor in (ours, theirs):
        os.set_inheritable(descriptor, False)
    os.set_blocking(ours, False)
    resize(ours, width, height)
    attributes = termios.tcgetattr(theirs)
    attributes[0] |= _IUTF8
    if not lines:
        attributes[0] &= ~(termios.ICRNL | termios.IXON)
        attributes[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG | termios.IEXTEN)
    termios.tcsetattr(theirs, termios.TCSANOW, attributes)
    return ours, theirs


def resize(terminal: int, width: int, height: int) -> None:
    """Give a pseudo-terminal a size; its session is told by the kernel."""
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))


class Bridge:
    """One pseudo-terminal and one channel; `finished` is done when the session has closed it."""

    def __init__(self, terminal: int, channel: SSHServerChannel[bytes]) -> None:
        """`terminal` is the front's side, which this owns from now on."""
        self._terminal, self._channel = terminal, channel
        self._loop = asyncio.get_running_loop()
        self._holds: set[str] = set()
        self._waiting = b""
        self._open = True
        self.finished: asyncio.Future[None] = self._loop.create_future()
        self._loop.add_reader(terminal, self._pass_on)

    def hold(self, reason: str) -> None:
        """Stop the session's output until this reason and all others are gone.

        Keys stop with it: a program that cannot write still reads, and would pile them up.
        """
        self._holds.add(reason)
        if self._open:
            self._loop.remove_reader(self._terminal)
            self._channel.pause_reading()

    def go_on(self, reason: str) -> None:
        """A reason to stop the output is gone."""
        self._holds.discard(reason)
        if self._open and not self._holds:
            self._loop.add_reader(self._terminal, self._pass_on)
            self._read_on()

    def take(self, data: bytes) -> None:
        """Keys of the client, for the session."""
        if not self._open:
            return
        waited = bool(self._waiting)
        self._waiting += data
        if not waited:
            self._write()

    def resize(self, width: int, height: int) -> None:
        """The client's window has another size."""
        if self._open:
            resize(self._terminal, width, height)

    def close(self) -> None:
        """Hang up: whoever still uses the terminal is told by the kernel."""
        if self._open:
            self._open = False
            self._loop.remove_reader(self._terminal)
            self._loop.remove_writer(self._terminal)
            os.close(self._terminal)
        if not self.finished.done():
            self.finished.set_result(None)

    def _pass_on(self) -> None:
        pieces: list[bytes] = []
        over = False
        try:
            while len(pieces) < _PIECES and not over:
                pieces.append(os.read(self._terminal, _CHUNK))
                over = not pieces[-1]
        except BlockingIOError:
            pass
        except OSError:
            # Linux says EIO when no session has the other side open any more.
            over = True
        self._send(pieces)
        if over:
            self.close()

    def _send(self, pieces: list[bytes]) -> None:
        if pieces:
            with suppress(OSError):
                self._channel.write(b"".join(pieces))

    def _write(self) -> None:
        try:
            written = os.write(self._terminal, self._waiting)
        except BlockingIOError:
            written = 0
        except OSError:
            # The session is gone; what was typed for it goes with it.
            self._waiting = b""
            self._loop.remove_writer(self._terminal)
            return
        self._waiting = self._waiting[written:]
        if self._waiting:
            self._channel.pause_reading()
            self._loop.add_writer(self._terminal, self._write)
        else:
            self._loop.remove_writer(self._terminal)
            self._read_on()

    def _read_on(self) -> None:
        """Take keys again, unless something still stands in their way."""
        if not self._waiting and not self._holds:
            self._channel.resume_reading()
