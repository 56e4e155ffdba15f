"""What the front and the launcher tell each other, as packets on a socket that keep their bounds.

A request to begin a session carries two descriptors, the session's side of a pseudo-terminal and
the program's side of the line to the front; the answer carries a descriptor of the new process.
"""

from __future__ import annotations

import json
import socket
from dataclasses import asdict, dataclass
from typing import TypeAlias

LARGEST = 65536
_MOST_DESCRIPTORS = 2


@dataclass(frozen=True, slots=True)
class Begin:
    """The front wants a session with exactly these variables of the terminal."""

    session: int
    environment: dict[str, str]


@dataclass(frozen=True, slots=True)
class Ready:
    """The launcher has loaded everything."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The launcher has begun a session."""

    session: int


@dataclass(frozen=True, slots=True)
class NotBegun:
    """The launcher could not begin a session."""

    session: int


@dataclass(frozen=True, slots=True)
class Over:
    """A session's process has ended: with this exit code, or minus the signal that ended it."""

    session: int
    code: int


Packet: TypeAlias = Begin | Ready | Begun | NotBegun | Over

_KINDS = {kind.__name__: kind for kind in (Begin, Ready, Begun, NotBegun, Over)}


def pair() -> tuple[socket.socket, socket.socket]:
    """Two ends of a connection for packets."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send(line: socket.socket, packet: Packet, descriptors: tuple[int, ...] = ()) -> None:
    """Send a packet whole.

    Raises:
        OSError: the other end is gone, or does not read.
    """
    data = json.dumps({"packet": type(packet).__name__, **asdict(packet)}).encode()
    socket.send_fds(line, [data], descriptors)


def receive(line: socket.socket) -> tuple[Packet, tuple[int, ...]] | None:
    """The next packet and the descriptors that came with it; None when the other end is gone.

    Raises:
        BlockingIOError: there is none at the moment.
    """
    data, descriptors, _flags, _address = socket.recv_fds(line, LARGEST, _MOST_DESCRIPTORS)
    if not data:
        return None
    told = json.loads(data)
    packet: Packet = _KINDS[told.pop("packet")](**told)
    return packet, tuple(descriptors)
