"""The front's line to a program, and the packets between front and launcher."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from serving import wire
from serving.line import Line
from tui.doors import DOORS, usage
from tui.launcher import Closing, Door, End, Ended, SignInFailed, spoken, understood

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.launcher import Word


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


async def test_words_are_heard_however_they_are_cut(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    heard: list[Word] = []
    line = Line(ours, heard.append)
    said = spoken(SignInFailed()) + spoken(Ended(End.IDLE))
    for byte in said:
        theirs.send(bytes([byte]))
        await asyncio.sleep(0)
    line.drain()
    assert heard == [SignInFailed(), Ended(End.IDLE)]
    line.close()


async def test_the_last_word_is_heard_after_the_end(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    heard: list[Word] = []
    line = Line(ours, heard.append)
    theirs.send(spoken(Ended(End.QUIT)))
    theirs.close()
    line.drain()
    assert heard == [Ended(End.QUIT)]
    line.say(Closing(End.SHUTDOWN, 1.0))


@pytest.mark.parametrize("noise", [b"no word\n", b"x" * 60_000])
async def test_a_program_that_babbles_is_not_listened_to(
    ends: tuple[socket.socket, socket.socket], noise: bytes
) -> None:
    ours, theirs = ends
    heard: list[Word] = []
    line = Line(ours, heard.append)
    theirs.send(noise)
    line.drain()
    assert heard == []
    assert ours.fileno() == -1


async def test_the_program_hears_what_it_is_told(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    line = Line(ours, lambda _: None)
    line.say(Closing(End.TOO_MANY, 5.0))
    assert understood(theirs.recv(1000).rstrip()) == Closing(End.TOO_MANY, 5.0)
    line.close()


def test_a_packet_carries_descriptors_and_keeps_its_bounds() -> None:
    ours, theirs = wire.pair()
    read, write = os.pipe()
    with ours, theirs:
        wire.send(ours, wire.Begin(1, {"TERM": "xterm"}), (write,))
        wire.send(ours, wire.Over(1, -9))
        os.close(write)
        first = wire.receive(theirs)
        assert first is not None
        assert first[0] == wire.Begin(1, {"TERM": "xterm"})
        with closing(os.fdopen(first[1][0], "wb", 0)) as passed:
            passed.write(b"!")
        assert os.read(read, 1) == b"!"
        assert wire.receive(theirs) == (wire.Over(1, -9), ())
        ours.close()
        assert wire.receive(theirs) is None
    os.close(read)


def test_whoever_asks_for_something_else_is_told_of_every_page() -> None:
    assert set(DOORS.values()) == set(Door)
    for language in ("de", "en"):
        assert all(word in usage(language) for word in DOORS)
