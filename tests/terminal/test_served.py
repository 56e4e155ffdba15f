"""The program as a launcher runs it: who comes in, to which page, for how long, and how it ends."""

from __future__ import annotations

import os
import select
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.terminal.buyer import ANNA, PRODUCT, Buyer
from tests.terminal.harness import PATIENCE
from tests.terminal.serving import Launcher
from tui.launcher import Admission, Closing, Door, End, Ended, SignedIn, SignInFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.terminal.machine import Machine

pytestmark = pytest.mark.terminal

KEPT = "Draft and cart are stored; you can continue any time."
IDLE = "This session has ended because no key was pressed for a while."


@pytest.fixture
def launcher(machine: Machine) -> Iterator[Launcher]:
    made = Launcher(machine)
    yield made
    made.close()


def test_whoever_is_vouched_for_comes_in_and_the_launcher_hears_it(launcher: Launcher) -> None:
    terminal = launcher.start(Admission("en", ANNA))
    Buyer(terminal, "en").at_home()
    launcher.wait_for(terminal, lambda word: isinstance(word, SignedIn))
    (told,) = launcher.heard
    assert isinstance(told, SignedIn)
    assert told.mail == ANNA
    assert (len(told.account_id), len(told.contact_id)) == (36, 36)
    terminal.press("ctrl+q")
    assert terminal.wait_exit() == 0
    terminal.assert_reset()
    assert launcher.hear()[-1] == Ended(End.QUIT)
    assert launcher.machine.log() == ""


def test_others_sign_in_and_a_failure_is_told(launcher: Launcher) -> None:
    terminal = launcher.start(Admission("de"))
    buyer = Buyer(terminal, "de")
    buyer.sign_in(ANNA, "wrong")
    launcher.wait_for(terminal, lambda word: word == SignInFailed())
    terminal.wait_for(buyer.words("Mail or password is not right. Please try again."))
    buyer.terminal.type("demo")
    buyer.terminal.press("enter")
    buyer.at_home()
    launcher.wait_for(terminal, lambda word: isinstance(word, SignedIn))


def test_the_cart_is_the_door_to_an_empty_cart_too(launcher: Launcher) -> None:
    terminal = launcher.start(Admission("en", ANNA, Door.CART))
    terminal.wait_for("The cart is empty.")


def test_a_door_opens_after_the_sign_in(launcher: Launcher) -> None:
    terminal = launcher.start(Admission("en", door=Door.NEW))
    buyer = Buyer(terminal, "en")
    buyer.sign_in(ANNA)
    buyer.at(PRODUCT)


def test_who_presses_no_key_is_warned_and_then_sent_away(launcher: Launcher) -> None:
    terminal = launcher.start(Admission("en", ANNA, idle_seconds=6.0))
    buyer = Buyer(terminal, "en")
    terminal.wait_for(buyer.words("Still there?"))
    assert terminal.wait_exit() == 0
    terminal.assert_reset()
    assert terminal.shows(f"{IDLE} {KEPT}")
    assert launcher.hear()[-1] == Ended(End.IDLE)


def test_a_launcher_that_closes_is_obeyed_after_a_notice(launcher: Launcher) -> None:
    terminal = launcher.start(Admission("de", ANNA, Door.NEW))
    buyer = Buyer(terminal, "de")
    buyer.at(PRODUCT)
    launcher.say(Closing(End.SHUTDOWN, 6.0))
    terminal.wait_for(buyer.words("Billing Center is being shut down."))
    terminal.wait_for(buyer.words("Go on"))
    assert terminal.wait_exit() == 0
    terminal.assert_reset()
    assert launcher.hear()[-1] == Ended(End.SHUTDOWN)


@pytest.mark.parametrize(
    "last", [b"", b"gibberish\n", b"x" * 70_000], ids=["gone", "gibberish", "flood"]
)
def test_without_a_launcher_that_makes_sense_it_ends(launcher: Launcher, last: bytes) -> None:
    terminal = launcher.start(Admission("de", ANNA))
    Buyer(terminal, "de").at_home()
    if last:
        launcher.send(last)
    else:
        launcher.hang_up()
    assert terminal.wait_exit() == 0
    terminal.assert_reset()


@pytest.mark.parametrize(
    "first",
    [b"", b"gibberish\n", b'{"word": "SignInFailed"}\n'],
    ids=["gone", "gibberish", "another word"],
)
def test_nobody_is_let_in_without_an_admission(launcher: Launcher, first: bytes) -> None:
    terminal = launcher.machine.start(command=launcher.command)
    launcher.take_in()
    launcher.send(first)
    launcher.hang_up()
    assert terminal.wait_exit() == 1
    assert terminal.output == b""


@pytest.mark.parametrize("reads", [True, False])
def test_it_ends_by_itself_when_a_terminal_goes_that_sends_no_signal(
    launcher: Launcher, reads: bool
) -> None:
    """Such a terminal controls no process; one that nobody reads holds the program up besides."""
    master, slave = os.openpty()
    with subprocess.Popen(
        launcher.command,
        env=launcher.machine.environment(),
        cwd=launcher.machine.folder,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    ) as process:
        os.close(slave)
        launcher.admit(Admission("de", ANNA))
        while reads and not any(isinstance(word, SignedIn) for word in launcher.hear()):
            if select.select([master], [], [], PATIENCE)[0]:
                os.read(master, 65536)
        if not reads:
            assert select.select([master], [], [], PATIENCE)[0]
            os.write(master, b"\x1bOQ" * 200)
        os.close(master)
        process.wait(PATIENCE)
    assert launcher.machine.log() == ""


def test_a_guest_is_told_no_place_of_a_database_that_cannot_be_used(launcher: Launcher) -> None:
    command = launcher.command
    launcher.machine.database.write_text("This is no database.")
    terminal = launcher.machine.start(command=command)
    launcher.admit(Admission("en"))
    Buyer(terminal, "en").at_login()
    # The database is opened for whoever does more than look.
    terminal.press("tab")
    terminal.wait_for("Billing Center is not available just now.")
    assert str(launcher.machine.folder).encode() not in terminal.output
    terminal.press("ctrl+q")
    assert terminal.wait_exit() == 0


def test_a_crash_shows_a_reference_and_no_place_on_the_server(launcher: Launcher) -> None:
    broken = launcher.command[2].replace(
        "def connect():", "def connect():\n    raise RuntimeError('secret')"
    )
    terminal = launcher.machine.start(
        command=(*launcher.command[:2], broken, *launcher.command[3:])
    )
    launcher.take_in()
    launcher.say(Admission("en", ANNA))
    assert terminal.wait_exit() == 1
    terminal.assert_reset()
    assert terminal.shows("Billing Center had to stop.")
    assert b"secret" not in terminal.output
    assert str(launcher.machine.folder).encode() not in terminal.output
    assert launcher.hear()[-1] == Ended(End.CRASHED)
    assert "secret" in launcher.machine.log()
