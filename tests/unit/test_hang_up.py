"""A terminal that hangs up is noticed; whatever cannot end for it is ended."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from tui.hang_up import HangUpWatch

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 30.0


class Terminal:
    """A pseudo-terminal, and what is noticed of it."""

    def __init__(self) -> None:
        self.master, self.slave = os.openpty()
        self.gone, self.given_up = threading.Event(), threading.Event()

    def watch(self, grace: float) -> HangUpWatch:
        return HangUpWatch(
            self.gone.set, terminal=self.slave, grace=grace, give_up=self.given_up.set
        )

    def hang_up(self) -> None:
        os.close(self.master)
        self.master = -1


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    yield made
    os.close(made.slave)
    if made.master >= 0:
        os.close(made.master)


def test_a_terminal_that_hangs_up_is_noticed(terminal: Terminal) -> None:
    with terminal.watch(PATIENCE):
        assert not terminal.gone.is_set()
        terminal.hang_up()
        assert terminal.gone.wait(PATIENCE)
    assert not terminal.given_up.is_set()


def test_what_does_not_end_by_then_is_ended(terminal: Terminal) -> None:
    with terminal.watch(0.01):
        terminal.hang_up()
        assert terminal.given_up.wait(PATIENCE)


def test_nothing_is_noticed_while_the_terminal_is_there(terminal: Terminal) -> None:
    with terminal.watch(0.0):
        os.write(terminal.master, b"keys\n")
        os.write(terminal.slave, b"a page\n")
    assert not terminal.gone.is_set()
    assert not terminal.given_up.is_set()
