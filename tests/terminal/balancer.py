"""A balancer of TCP connections, as one stands before several fronts: each gets its turn."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack, suppress
from itertools import cycle
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_CHUNK = 65536


class Balancer:
    """Passes connections to ports on loopback, one after the other; a context manager."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self.chosen: list[int] = []
        self._turns = cycle(ports)
        self._open = ExitStack()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._run(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        _close(self._door)
        self._threads[0].join()
        self._open.close()
        for thread in self._threads:
            thread.join()

    def _run(self, work: Callable[..., None], *arguments: socket.socket) -> None:
        self._threads.append(threading.Thread(target=work, args=arguments, daemon=True))
        self._threads[-1].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                guest, _ = self._door.accept()
                port = next(self._turns)
                self.chosen.append(port)
                front = socket.create_connection(("127.0.0.1", port))
                for one, other in ((guest, front), (front, guest)):
                    self._open.callback(_close, one)
                    self._run(_pass_on, one, other)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(_CHUNK):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _close(one: socket.socket) -> None:
    """Close it, also under the hands of a thread that waits for it."""
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
