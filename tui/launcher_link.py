"""The program's end of the socket that it inherits from its launcher."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from tui.launcher import Admission, NotUnderstood, spoken, understood

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable

    from tui.launcher import Word

_PATIENCE_SECONDS = 30.0
_CHUNK = 4096
_LONGEST = 65536


class LauncherLink:
    """Takes over the descriptor; a context manager that closes it."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._heard = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def admission(self) -> Admission | None:
        """Wait for who comes in; None: the launcher says nothing, or something else."""
        self._socket.settimeout(_PATIENCE_SECONDS)
        with suppress(OSError, NotUnderstood):
            while b"\n" not in self._heard:
                data = self._socket.recv(_CHUNK)
                if not data or len(self._heard) > _LONGEST:
                    return None
                self._heard += data
            line, _, self._heard = self._heard.partition(b"\n")
            word = understood(line)
            return word if isinstance(word, Admission) else None
        return None

    def listen(self, loop: AbstractEventLoop, heard: Callable[[Word | None], None]) -> None:
        """Have `heard` called with every further word, and with None when the launcher is gone."""
        self._socket.setblocking(False)
        descriptor = self._socket.fileno()

        def read() -> None:
            try:
                data = self._socket.recv(_CHUNK)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            self._heard += data
            if not data or not self._pass_on(heard):
                loop.remove_reader(descriptor)
                heard(None)

        self._pass_on(heard)
        loop.add_reader(descriptor, read)

    def _pass_on(self, heard: Callable[[Word | None], None]) -> bool:
        """Pass on every whole line; False when one cannot be understood."""
        *lines, self._heard = self._heard.split(b"\n")
        try:
            for line in lines:
                heard(understood(line))
        except NotUnderstood:
            return False
        return len(self._heard) <= _LONGEST

    def tell(self, word: Word) -> None:
        """Say something to the launcher, unless it is gone."""
        with suppress(OSError):
            self._socket.sendall(spoken(word))
