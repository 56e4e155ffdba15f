"""The line to one program: what it is told, and what it tells."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from tui.launcher import NotUnderstood, spoken, understood

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from tui.launcher import Word

_log = logging.getLogger("billing_center.serving")

_CHUNK = 4096
_LONGEST_WORD = 16_384


class Line:
    """One end of a socket that carries words; `heard` gets those of the program.

    A program that babbles is not listened to any more; it may be anybody's by then.
    """

    def __init__(self, ours: socket.socket, heard: Callable[[Word], None]) -> None:
        self._socket, self._heard = ours, heard
        self._loop = asyncio.get_running_loop()
        self._rest = b""
        self._open = True
        ours.setblocking(False)
        self._loop.add_reader(ours, self._read)

    def say(self, word: Word) -> None:
        """Tell the program a word; one that does not listen any more need not know."""
        if self._open:
            try:
                self._socket.send(spoken(word))
            except OSError:
                self.close()

    def close(self) -> None:
        """Hang up, which the program notices."""
        if self._open:
            self._open = False
            self._loop.remove_reader(self._socket)
            self._socket.close()

    def drain(self) -> None:
        """Hear what the program said last, after it has ended."""
        while self._open and self._read():
            pass

    def _read(self) -> bool:
        try:
            data = self._socket.recv(_CHUNK)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            self.close()
            return False
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > _LONGEST_WORD:
            self.close()
        for each in lines:
            try:
                word = understood(each)
            except NotUnderstood:
                _log.warning("a program said what is no word")
                self.close()
                return False
            self._heard(word)
        return True
