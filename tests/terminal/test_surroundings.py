"""Terminals, languages and colours: what the program makes of where it is started."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.terminal.buyer import ANNA, PASSWORD, Buyer, Words

if TYPE_CHECKING:
    from tests.terminal.machine import Machine

pytestmark = pytest.mark.terminal


def test_without_a_terminal_it_says_so(speaking: Machine) -> None:
    done = speaking.run("demo")
    said = Words(speaking.language)(
        "this program needs a terminal; prices without one: billing-center quote --help"
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"billing-center: {said}\n"


@pytest.mark.parametrize(
    ("name", "locale", "arguments", "language"),
    [
        ("linux", {"LANG": None}, [], "de"),
        ("vt100", {"LANG": "C"}, [], "de"),
        ("screen-256color", {"LANG": "en_US.UTF-8"}, [], "en"),
        ("tmux-256color", {"LANG": "de_DE.UTF-8"}, ["--lang", "en"], "en"),
        ("xterm-256color", {"LANG": "en_US.UTF-8", "LC_ALL": "de_AT.UTF-8"}, [], "de"),
        ("xterm-kitty", {"LANG": "en_GB.UTF-8"}, ["--lang", "de"], "de"),
    ],
)
def test_every_terminal_shows_the_login_in_the_language_asked_for(
    machine: Machine,
    name: str,
    locale: dict[str, str | None],
    arguments: list[str],
    language: str,
) -> None:
    # The older terminals of these do not answer what they are asked.
    answers = name not in {"linux", "vt100"}
    terminal = machine.demo(*arguments, environment={"TERM": name, **locale}, answers=answers)
    Buyer(terminal, language).at_login()
    terminal.wait_for(language.upper())
    terminal.press("ctrl+q")
    assert terminal.wait_exit() == 0
    terminal.assert_reset()


def test_a_late_answer_of_the_terminal_is_not_typed_into_a_field(machine: Machine) -> None:
    terminal = machine.demo(answers=False)
    buyer = Buyer(terminal, "de")
    buyer.at_login()
    terminal.type(ANNA)
    terminal.wait_for(ANNA)
    assert terminal.unanswered
    terminal.answer_late()
    terminal.wait_quiet()
    terminal.react("enter")
    terminal.type(PASSWORD)
    terminal.press("enter")
    buyer.at_home()


def test_no_color_means_none_from_login_to_confirmation(machine: Machine) -> None:
    terminal = machine.demo(environment={"NO_COLOR": "1", "COLORTERM": "truecolor"})
    buyer = Buyer(terminal, "de")
    buyer.enter(ANNA)
    buyer.buy_webinar()
    buyer.pay_by_sepa()
    buyer.place_order()
    assert terminal.colours == set()


def test_colours_are_used_where_nothing_forbids_them(machine: Machine) -> None:
    terminal = machine.demo()
    Buyer(terminal, "de").at_login()
    assert terminal.colours
