"""The login page that sessions show at once, and what they do not do for those who only look."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.terminal.buyer import ANNA, Buyer
from tests.terminal.machine import LOCALES

if TYPE_CHECKING:
    from tests.serving.server import Server
    from tests.terminal.harness import Terminal

pytestmark = pytest.mark.terminal

TRUE = {"COLORTERM": "truecolor"}


@pytest.mark.parametrize(
    ("term", "colours", "size", "language"),
    [
        ("xterm-256color", TRUE, (80, 24), "de"),
        ("xterm-256color", {}, (80, 24), "en"),
        ("tmux-256color", {}, (80, 24), "de"),
        ("xterm-256color", TRUE, (100, 30), "en"),
        ("xterm-256color", TRUE, (40, 15), "de"),
        ("linux", {}, (80, 24), "de"),
    ],
)
def test_it_looks_as_if_the_program_had_been_started_at_this_terminal(
    server: Server, term: str, colours: dict[str, str], size: tuple[int, int], language: str
) -> None:
    lang = {"LANG": LOCALES[language]}
    served = server.open(term=term, size=size, env={**lang, **colours})
    started = server.machine.demo(size=size, environment={"TERM": term, **lang, **colours})
    for terminal in (started, served):
        terminal.wait_for("Billing Center" if size > (60, 18) else "60 × 18")
        terminal.wait_quiet()
    assert visible(served) == visible(started)
    # Everything is as the painter believes it to be: what it draws anew looks the same.
    served.send("\x0c")
    served.wait_quiet()
    assert visible(served) == visible(started)


def test_who_only_looks_and_types_opens_no_database(server: Server) -> None:
    before = set(server.sessions())
    buyer = Buyer(server.open(), "de")
    buyer.at_login()
    (session,) = set(server.sessions()) - before
    buyer.terminal.type("annas")
    buyer.terminal.press("backspace")
    buyer.terminal.wait_for(f"{buyer.words('Mail')} anna")
    buyer.terminal.wait_quiet()
    assert not opened(session, server.machine.database)
    buyer.terminal.type(ANNA.removeprefix("anna"))
    buyer.terminal.press("tab")
    buyer.terminal.wait_until(
        lambda: opened(session, server.machine.database), "the database is not opened"
    )


def visible(terminal: Terminal) -> list[list[tuple[object, ...]]]:
    """What stands in every cell and how; of an empty one only the ground is seen."""
    return [
        [
            (" ", ground) if text == " " else (text, colour, ground, *styles)
            for text, colour, ground, *styles in row
        ]
        for row in terminal.look()
    ]


def opened(process: int, file: Path) -> bool:
    """Whether a process has a file open."""
    descriptors = Path(f"/proc/{process}/fd")
    return any(each.resolve() == file for each in descriptors.iterdir())
