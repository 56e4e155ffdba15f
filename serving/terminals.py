"""What terminals can do, by their names, and how to leave one as it was found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTHS, HEIGHTS = (20, 400), (8, 150)
USUAL = (80, 24)

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._-]{0,63}")
_VALUE = re.compile(r"[A-Za-z0-9@._:,+-]{1,64}")
# Knows lines only, which is the least that anything can do.
_DUMB = "dumb"
# They show all colours and say so in COLORTERM only, which SSH rarely carries.
_TRUE_COLOUR = ("alacritty", "contour", "foot", "ghostty", "iterm", "kitty", "rio", "wezterm")
_SIXTEEN = re.compile(r"linux|screen|ansi|cygwin")
_NO_COLOURS = re.compile(r"vt(?:52|100|102|220|320)(?:-.*)?|.*-(?:m|mono)|dumb")
# For counting: what a client calls its terminal may be anything.
_COUNTED = frozenset(
    {
        "alacritty",
        "dumb",
        "foot",
        "linux",
        "screen",
        "screen-256color",
        "tmux",
        "tmux-256color",
        "vt100",
        "xterm",
        "xterm-256color",
        "xterm-ghostty",
        "xterm-kitty",
    }
)

# Mouse, bracketed paste and focus reports off, line wrap and cursor on, styles as they were.
_MODES_AT_REST = (
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?2004l\x1b[?1004l"
    "\x1b[?7h\x1b[?25h\x1b[0m"
)
# The keyboard protocol and the alternate screen: leaving them twice would disturb what is below.
_BACK_TO_FIRST_SCREEN = "\x1b[<u\x1b[?1049l"


@dataclass(frozen=True, slots=True)
class Terminal:
    """A client's terminal: its name, made harmless, and its size, made sensible."""

    name: str
    width: int
    height: int

    @property
    def is_dumb(self) -> bool:
        """Whether it knows lines only."""
        return self.name == _DUMB

    @property
    def counted_as(self) -> str:
        """Its name, or „other“ for one that is not well known."""
        return self.name if self.name in _COUNTED else "other"


def terminal(name: str, width: int, height: int) -> Terminal:
    """The terminal that a client describes."""
    return Terminal(name if _NAME.fullmatch(name) else _DUMB, *clamped(width, height))


def clamped(width: int, height: int) -> tuple[int, int]:
    """A size that can be drawn: the usual one for none, and neither tiny nor giant."""
    return _within(width or USUAL[0], WIDTHS), _within(height or USUAL[1], HEIGHTS)


def _within(number: int, bounds: tuple[int, int]) -> int:
    return min(max(number, bounds[0]), bounds[1])


def environment(name: str, sent: Mapping[str, str]) -> dict[str, str]:
    """What a session may know of the client: TERM, LANG, COLORTERM and NO_COLOR, and no more.

    COLORTERM is added for terminals that are known to show all colours, and taken from those that
    are known to show few; NO_COLOR is added for those that show none.
    """
    told = {
        wanted: sent[wanted]
        for wanted in ("LANG", "COLORTERM")
        if _VALUE.fullmatch(sent.get(wanted, ""))
    }
    told["TERM"] = name
    plain = name.lower()
    if any(known in plain for known in _TRUE_COLOUR) or plain.endswith("-direct"):
        told["COLORTERM"] = "truecolor"
    elif _SIXTEEN.fullmatch(plain) or _NO_COLOURS.fullmatch(plain):
        told.pop("COLORTERM", None)
    # By its convention any value counts but none.
    if sent.get("NO_COLOR") or _NO_COLOURS.fullmatch(plain):
        told["NO_COLOR"] = "1"
    return told


def farewell(terminal: Terminal, *, left_in_order: bool) -> bytes:
    """What leaves a terminal as it was; one that knows lines only is left alone."""
    if terminal.is_dumb:
        return b""
    back = "" if left_in_order else _BACK_TO_FIRST_SCREEN
    return (back + _MODES_AT_REST).encode()
