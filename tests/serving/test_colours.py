"""Every terminal gets the colours that it can show, whatever the server's own are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.terminal.buyer import Buyer, Words

if TYPE_CHECKING:
    from tests.serving.server import Server

pytestmark = pytest.mark.terminal

TRUE, MANY, FEW, NONE = "true", "256", "16", "none"
_KINDS = (
    (TRUE, r"(?:^|;)[34]8;2;"),
    (MANY, r"(?:^|;)[34]8;5;"),
    (FEW, r"(?:^|;)(?:[349]|10)[0-7]"),
)


def richest(colours: set[str]) -> str:
    """The most colours that any of the style sequences asks for."""
    for kind, pattern in _KINDS:
        if any(re.search(pattern, style) for style in colours):
            return kind
    return NONE


@pytest.mark.parametrize(
    ("term", "env", "expected"),
    [
        ("xterm-256color", {}, MANY),
        ("xterm-256color", {"COLORTERM": "truecolor"}, TRUE),
        ("tmux-256color", {}, MANY),
        ("xterm-ghostty", {}, TRUE),
        ("screen", {}, FEW),
        ("linux", {"COLORTERM": "truecolor"}, FEW),
        ("vt100", {}, NONE),
        ("xterm-ghostty", {"NO_COLOR": "1"}, NONE),
    ],
)
def test_colours(server: Server, term: str, env: dict[str, str], expected: str) -> None:
    terminal = server.open(term=term, env={"LANG": "de_DE.UTF-8", **env})
    buyer = Buyer(terminal, "de")
    buyer.at_login()
    assert richest(terminal.colours) == expected
    # Frames and signs are there in every one of them.
    assert "[ Anmelden ]" in terminal.screen_text()
    assert "› anna@muster.example" in terminal.screen_text()
    terminal.press("ctrl+q")
    assert terminal.wait_exit() == 0
    terminal.assert_reset()


def test_the_servers_own_environment_stays_with_it(server: Server) -> None:
    terminal = server.open(env={"LANG": "en_US.UTF-8", "TEXTUAL_COLOR_SYSTEM": "truecolor"})
    Buyer(terminal, "en").at_login()
    assert richest(terminal.colours) == MANY


def test_a_terminal_that_knows_lines_only_gets_lines(server: Server) -> None:
    terminal = server.open(term="dumb")
    words = Words("de")
    terminal.wait_for(words("Mail"))
    terminal.send("ada@byron.example\n")
    terminal.wait_for(words("Password"))
    terminal.send("demo\n")
    terminal.wait_for("Byron Analytics Inc.")
    assert b"\x1b" not in terminal.output
    terminal.hang_up()
