"""A served session line by line: the same people, doors, limits and endings, and no screen."""

from __future__ import annotations

import os
import select
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.terminal.buyer import ANNA, Words
from tests.terminal.harness import PATIENCE
from tests.terminal.serving import Launcher
from tui.launcher import Admission, Closing, Door, End, Ended, SignedIn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.terminal.harness import Terminal
    from tests.terminal.machine import Machine

pytestmark = pytest.mark.terminal

DUMB = {"TERM": "dumb"}
WORDS = Words("en")
HOME = "Add New Subscription"
KEPT = "Draft and cart are stored; you can continue any time."


@pytest.fixture
def launcher(machine: Machine) -> Iterator[Launcher]:
    made = Launcher(machine)
    yield made
    made.close()


def start(launcher: Launcher, admission: Admission) -> Terminal:
    return launcher.start(admission, environment=DUMB)


def assert_ended(launcher: Launcher, terminal: Terminal, end: End) -> None:
    """It ended in order and said so, and nothing but lines was ever written."""
    assert terminal.wait_exit() == 0
    terminal.assert_reset()
    assert b"\x1b" not in terminal.output
    assert launcher.hear()[-1] == Ended(end)


def test_whoever_is_vouched_for_is_talked_to(launcher: Launcher) -> None:
    terminal = start(launcher, Admission("en", ANNA))
    terminal.wait_for(WORDS(HOME))
    launcher.wait_for(terminal, lambda word: isinstance(word, SignedIn))
    (told,) = launcher.heard
    assert isinstance(told, SignedIn)
    assert (told.mail, len(told.contact_id)) == (ANNA, 36)
    terminal.press("\x04")
    assert_ended(launcher, terminal, End.QUIT)


def test_a_door_opens(launcher: Launcher) -> None:
    terminal = start(launcher, Admission("en", ANNA, Door.CART))
    terminal.wait_for(WORDS("The cart is empty."))


def test_who_types_nothing_is_warned_and_then_sent_away(launcher: Launcher) -> None:
    terminal = start(launcher, Admission("en", ANNA, idle_seconds=6.0))
    terminal.wait_for(WORDS("Still there?"))
    assert_ended(launcher, terminal, End.IDLE)
    ended = WORDS("This session has ended because no key was pressed for a while.")
    assert terminal.prose().count(f"{ended} {KEPT}") == 1


def test_before_the_sign_in_it_is_said_too(launcher: Launcher) -> None:
    terminal = start(launcher, Admission("en", longest_seconds=3.0))
    assert_ended(launcher, terminal, End.TOO_LONG)
    ended = WORDS("This session has ended because it had lasted as long as one may.")
    assert terminal.prose().count(ended) == 1


def test_a_launcher_that_closes_is_obeyed_after_a_notice(launcher: Launcher) -> None:
    terminal = start(launcher, Admission("en", ANNA))
    terminal.wait_for(WORDS(HOME))
    launcher.say(Closing(End.SHUTDOWN, 3.0))
    terminal.wait_for(WORDS("Billing Center is being shut down."))
    assert_ended(launcher, terminal, End.SHUTDOWN)


def test_it_ends_without_a_launcher(launcher: Launcher) -> None:
    terminal = start(launcher, Admission("en", ANNA))
    terminal.wait_for(WORDS(HOME))
    launcher.hear()
    launcher.hang_up()
    assert terminal.wait_exit() == 0
    terminal.assert_reset()


def test_it_ends_by_itself_when_a_terminal_goes_that_sends_no_signal(launcher: Launcher) -> None:
    master, slave = os.openpty()
    with subprocess.Popen(
        launcher.command,
        env=launcher.machine.environment(DUMB),
        cwd=launcher.machine.folder,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    ) as process:
        os.close(slave)
        launcher.admit(Admission("en", ANNA))
        while not any(isinstance(word, SignedIn) for word in launcher.hear()):
            if select.select([master], [], [], PATIENCE)[0]:
                os.read(master, 65536)
        os.close(master)
        process.wait(PATIENCE)
    assert launcher.hear()[-1] == Ended(End.GONE)
    assert launcher.machine.log() == ""


def test_a_crash_shows_a_reference_and_no_place_on_the_server(launcher: Launcher) -> None:
    broken = launcher.command[2].replace(
        "def connect():", "def connect():\n    raise RuntimeError('secret')"
    )
    command = (*launcher.command[:2], broken, *launcher.command[3:])
    terminal = launcher.machine.start(command=command, environment=DUMB)
    launcher.take_in()
    launcher.say(Admission("en", ANNA))
    assert terminal.wait_exit() == 1
    terminal.assert_reset()
    assert terminal.shows("Billing Center had to stop.")
    assert b"secret" not in terminal.output
    assert str(launcher.machine.folder).encode() not in terminal.output
    assert launcher.hear()[-1] == Ended(End.CRASHED)
    assert "secret" in launcher.machine.log()
