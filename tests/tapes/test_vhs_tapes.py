"""Tapes written for VHS, by the format's public description, play here but for the launch line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tapes.conftest import shots
from tui.tapes.parse import parse

if TYPE_CHECKING:
    from tui.tapes.stage import Stage

WELCOME = """
# Where should we write the GIF?
Output demo.gif

# Set up a 1200x600 terminal with 46px font.
Set FontSize 46
Set Width 1200
Set Height 600

# Type a command in the terminal.
Type "LAUNCH"

# Pause for dramatic effect...
Sleep 500ms

# Run the command by pressing enter.
Enter

# Admire the output for a bit.
Sleep 5s
Screenshot welcome.png
"""

FORM = """
Output form.gif
Output frames.txt
Require bash
Set Shell "bash"
Set FontFamily "JetBrains Mono"
Set FontSize 22
Set Width 1600
Set Height 900
Set Padding 20
Set Margin 60
Set MarginFill "#6B50FF"
Set BorderRadius 10
Set WindowBar Colorful
Set LetterSpacing 1
Set LineHeight 1.2
Set Framerate 60
Set PlaybackSpeed 2.0
Set LoopOffset 60.4%
Set CursorBlink false
Set TypingSpeed 75ms
Set Theme { "name": "Whimsy", "black": "#535178", "foreground": "#b3b0d6" }

Hide
Type "LAUNCH --as lena@huber.example" Enter Sleep 1s
Show

Type "n" Sleep 500ms
Down@250ms 2
Up@250ms
Enter
Wait+Screen@20s /Buy/
Tab@100ms 2
Shift+Tab 2
Enter
Screenshot form.png
Ctrl+Q
Type 'exit'
Enter
"""

CLIPBOARD = """
Output paste.gif
Env LANG "en_US.UTF-8"
Set Theme "Catppuccin Frappe"
Set WaitTimeout 30s
Set TypingSpeed 0.05

Type `LAUNCH`
Enter
Wait+Screen /Password/
Copy "anna@muster.example"
Paste
Backspace 8
Type@10ms ".example"
Enter
Type demo
Ctrl+A
Ctrl+E
Left 2
Right 2
Enter
Wait+Line /GoTo Meeting +Business/
Escape
PageDown
Up
Screenshot paste.png
"""

LAUNCH = "billing-center demo"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (WELCOME, "Sign in to billing"),
        (FORM, "Which plan tier would you like?"),
        (CLIPBOARD, "Muster GmbH · Anna Muster"),
    ],
    ids=["welcome", "form", "clipboard"],
)
async def test_a_tape_written_for_vhs_plays(text: str, seen: str, stage: Stage) -> None:
    (shot,) = await shots(text.replace("LAUNCH", LAUNCH), stage)
    assert shot.frame.size == (80, 24)
    assert seen in shot.frame.text


def test_what_it_sets_in_vain_is_said_with_its_line() -> None:
    remarks = parse(FORM, "form.tape").remarks
    settings = [line for line in FORM.split("\n") if line.startswith(("Set", "Require"))]
    heeded = ("Set PlaybackSpeed", "Set TypingSpeed")
    assert [FORM.split("\n")[remark.place.line - 1] for remark in remarks] == [
        line for line in settings if not line.startswith(heeded)
    ]
