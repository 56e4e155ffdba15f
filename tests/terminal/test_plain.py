"""Line by line: in a terminal that can do nothing else, and where there is no terminal at all."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.terminal.buyer import ANNA, IBAN, PASSWORD, Words
from tests.terminal.machine import COMMAND, TODAY

if TYPE_CHECKING:
    from tests.terminal.harness import Terminal
    from tests.terminal.machine import Machine

pytestmark = pytest.mark.terminal

IMPORTS = "import sys; from tui.__main__ import main; main(); sys.exit('textual' in sys.modules)"


class Prompted:
    """Somebody at a terminal who types a line whenever the program has asked."""

    def __init__(self, terminal: Terminal, language: str) -> None:
        self.terminal, self.words = terminal, Words(language)

    def answer(self, prompt: str, line: str) -> None:
        """Wait for the last prompt to end so, and type a line."""
        self.asked(prompt)
        self.terminal.type(line)
        self.terminal.press("enter")

    def asked(self, prompt: str) -> None:
        """Wait until the program waits for an answer to a prompt."""
        self.terminal.wait_until(
            lambda: self._last_line().endswith(prompt), f"no prompt that ends with {prompt!r}"
        )

    def number(self, default: str, line: str) -> None:
        """Type the number of an option, or nothing for the default."""
        enter = self.words("{what}, Enter for {default}", what="", default=default)
        self.answer(f"{enter}: ", line)

    def sign_in(self) -> None:
        """Mail and password."""
        self.answer(f"{self.words('Mail, or the number of a sample')}: ", ANNA)
        self.answer(f"{self.words('Password, not shown')}: ", PASSWORD)

    def stored(self) -> str:
        """The last words."""
        return self.words("Draft and cart are stored; you can continue any time.")

    def _last_line(self) -> str:
        return self.terminal.output.decode("utf-8", "replace").split("\n")[-1]


def harmless(terminal: Terminal) -> None:
    """Nothing but text and line ends was written."""
    controls = {byte for byte in terminal.output if byte < 0x20 or byte == 0x7F}
    assert controls <= set(b"\r\n")


@pytest.mark.parametrize("name", ["dumb", "", None])
def test_a_terminal_that_cannot_show_a_screen_is_talked_to(
    speaking: Machine, name: str | None
) -> None:
    speaking.with_database()
    terminal = speaking.demo("--database", str(speaking.database), environment={"TERM": name})
    anna = Prompted(terminal, speaking.language)
    anna.sign_in()
    if name == "dumb":
        _buy_a_year(anna)
        assert terminal.shows("B-2026-000001")
    anna.number("1", "")
    terminal.press("\x04")
    assert terminal.wait_exit() == 0
    assert terminal.shows(anna.stored())
    harmless(terminal)
    terminal.assert_reset()


def _buy_a_year(anna: Prompted) -> None:
    """GoTo Webinar, Pro, 5, yearly, by direct debit, and back to the start page."""
    for default, line in (("1", ""), ("2", ""), ("1", ""), ("1", "3"), ("1", "5"), ("2", "")):
        anna.number(default, line)
    anna.number("1", "")
    anna.answer(f"{anna.words('IBAN')}: ", IBAN)
    anna.number("Muster GmbH", "")
    anna.number("DE136695976", "")
    anna.answer(f"{anna.words('Number from 1 to {n}', n=4)}: ", "1")
    anna.number("1", "2")


@pytest.mark.parametrize("ending", ["ctrl+c", signal.SIGTERM])
def test_it_ends_cleanly_in_the_middle(machine: Machine, ending: str | signal.Signals) -> None:
    terminal = machine.demo("--plain", "--as", ANNA)
    anna = Prompted(terminal, "de")
    anna.number("1", "")
    anna.asked("Enter für 2: ")
    if isinstance(ending, str):
        terminal.press(ending)
    else:
        terminal.kill(ending)
    assert terminal.wait_exit() == 0
    assert terminal.shows(anna.stored())
    harmless(terminal)
    terminal.assert_reset()


def test_the_password_is_not_seen_and_the_terminal_is_itself_again(machine: Machine) -> None:
    terminal = machine.demo("--plain")
    anna = Prompted(terminal, "de")
    anna.answer("E-Mail oder die Nummer eines Musters: ", ANNA)
    anna.asked("Passwort, nicht sichtbar: ")
    terminal.type("secret")
    terminal.press("ctrl+c")
    assert terminal.wait_exit() == 0
    assert b"secret" not in terminal.output
    terminal.assert_reset()


def test_lines_are_as_long_as_the_terminal_is_wide(machine: Machine) -> None:
    terminal = machine.demo("--plain", "--as", ANNA, size=(40, 24))
    Prompted(terminal, "de").asked("Enter für 1: ")
    lines = terminal.output.decode().replace("\r", "").split("\n")
    assert max(map(len, lines)) <= 40


def test_a_hang_up_ends_it(machine: Machine) -> None:
    terminal = machine.demo("--plain", "--as", ANNA)
    Prompted(terminal, "de").asked("Enter für 1: ")
    terminal.hang_up()
    assert terminal.wait_exit() == 0
    assert machine.log() == ""


def test_a_script_may_type_where_there_is_no_terminal(speaking: Machine) -> None:
    speaking.with_database()
    arguments = ("demo", "--plain", "--today", TODAY, "--database", str(speaking.database))
    lines = [ANNA, PASSWORD, "", "2", "1", "3", "5", "2", "2", "", "1", "2"]
    done = subprocess.run(
        (*COMMAND, *arguments),
        env=speaking.environment({"TERM": None}),
        cwd=speaking.folder,
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    words = Words(speaking.language)
    assert (done.returncode, done.stderr) == (0, "")
    assert words("Thank you. Your order was placed and you have access at once.") in done.stdout
    assert "\x1b" not in done.stdout
    assert speaking.records.order_numbers() == ["B-2026-000001"]


def test_no_textual_is_loaded(machine: Machine) -> None:
    done = subprocess.run(
        (sys.executable, "-c", IMPORTS, "demo", "--plain", "--today", TODAY, "--as", ANNA),
        env=machine.environment(),
        input="1\n2\n1\n3\n5\n2\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
