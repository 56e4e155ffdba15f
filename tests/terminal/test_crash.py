"""An unexpected error shows a reference and no source or values; the details are in the log."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from tests.terminal.buyer import ANNA, Buyer, Words

if TYPE_CHECKING:
    from tests.terminal.harness import Terminal
    from tests.terminal.machine import Machine

pytestmark = pytest.mark.terminal

SECRET = "geheim-4711"
REFERENCE = re.compile(r"[0-9A-Z]{8}")
HAD_TO_STOP = "Billing Center had to stop. Draft and cart are stored; nothing is ordered twice."

# Puts a function that fails in the place of another one and starts the command line.
LAUNCHER = """
import importlib, sys
place = sys.argv.pop(1)
module, _, path = place.partition(":")
owner = importlib.import_module(module)
*parents, name = path.split(".")
for parent in parents:
    owner = getattr(owner, parent)
def broken(*arguments, **named):
    password = "geheim-4711"
    raise RuntimeError("broken with " + password)
setattr(owner, name, broken)
from tui.__main__ import main
sys.exit(main())
"""


def _start_broken(machine: Machine, place: str, **options: object) -> Terminal:
    return machine.demo("--as", ANNA, command=(sys.executable, "-c", LAUNCHER, place), **options)


def _assert_nothing_told(terminal: Terminal) -> None:
    written = terminal.output.decode("utf-8")
    for word in (SECRET, "Traceback", "RuntimeError", "raise ", "broken", 'File "', ".py"):
        assert word not in written, word


def _assert_plain_end(machine: Machine, terminal: Terminal) -> None:
    assert terminal.wait_exit() == 1
    terminal.assert_reset()
    _assert_nothing_told(terminal)
    words = Words("de")
    told = " ".join(terminal.output.decode("utf-8").split())
    assert words(HAD_TO_STOP) in told
    before = words.beginning("Reference: {reference}")
    reference = told.partition(before)[2].split()[0]
    assert REFERENCE.fullmatch(reference)
    log = machine.log()
    assert reference in log
    assert "RuntimeError" in log
    assert list(machine.throw_away.iterdir()) == []


@pytest.mark.parametrize(
    "place",
    [
        "billing.bootstrap:connect_demo",
        "billing.service:BillingService.home",
        "tui.screens.home:HomeScreen.body",
        "tui.screens.home:HomeScreen.on_mount",
        "tui.widgets.lines:KeyLine.render",
        "textual._xterm_parser:XTermParser.feed",
    ],
)
def test_an_error_while_it_runs(machine: Machine, place: str) -> None:
    terminal = _start_broken(machine, place)
    terminal.wait_exit()
    _assert_plain_end(machine, terminal)


@pytest.mark.parametrize(
    ("place", "key"),
    [
        ("tui.app:BillingApp.action_help", "f1"),
        ("tui.handling.choosing:begin", "enter"),
        ("billing.service:BillingService.availability", "enter"),
        ("tui.screens.product:ProductScreen.pane", "enter"),
    ],
)
def test_an_error_after_a_key(machine: Machine, place: str, key: str) -> None:
    terminal = _start_broken(machine, place)
    Buyer(terminal, "de").at_home()
    terminal.press(key)
    terminal.wait_exit()
    _assert_plain_end(machine, terminal)


@pytest.mark.parametrize("place", ["tui.commands.program:_app", "tui.commands.program:_settings"])
def test_an_error_before_the_first_screen(machine: Machine, place: str) -> None:
    terminal = _start_broken(machine, place)
    terminal.wait_exit()
    _assert_plain_end(machine, terminal)


def test_an_error_with_a_log_that_cannot_be_written(machine: Machine) -> None:
    machine.home.joinpath("file").write_text("")
    log_folder = str(machine.home / "file" / "log")
    terminal = _start_broken(
        machine,
        "billing.service:BillingService.home",
        environment={"BILLING_CENTER_LOG_FOLDER": log_folder},
    )
    assert terminal.wait_exit() == 1
    terminal.assert_reset()
    _assert_nothing_told(terminal)
    assert terminal.shows(Words("de").beginning("Reference: {reference}"))


def test_a_broken_catalogue_is_named_with_what_is_wrong(speaking: Machine) -> None:
    catalogue = speaking.folder / "catalogue.toml"
    catalogue.write_text("version = 1\n[products.x]\nname = 5\n")
    terminal = speaking.start(
        environment={"BILLING_CENTER_CATALOGUE_FILE": str(catalogue)}, size=(120, 30)
    )
    terminal.wait_until(
        lambda: terminal.shows("✗") or terminal.exit_status is not None, "nothing said of it"
    )
    assert "catalogue.toml" in terminal.prose().replace(" ", "")
    assert terminal.shows("products.x")
    assert b"Traceback" not in terminal.output
    assert b"pydantic" not in terminal.output
