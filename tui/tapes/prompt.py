"""The prompt of a shell before and behind the program; the one thing it starts is the program."""

from __future__ import annotations

import argparse
import shlex
from typing import TYPE_CHECKING, NoReturn

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.commands.arguments import word
from tui.commands.refusal import PROGRAM
from tui.i18n import LANGUAGES, _
from tui.tapes.frame import Frame
from tui.tapes.tape import Press, Type

if TYPE_CHECKING:
    from tui.tapes.tape import Tape

_SIGN = "$ "
_CURSOR = Style(reverse=True)
_WITHOUT_EFFECT = ("", "clear", "exit")


class CannotStart(ValueError):
    """A line starts something else than the program."""


def launches(tape: Tape) -> bool:
    """Whether the tape starts the program itself, with its first keys."""
    first = next((each for each in tape.commands if isinstance(each, (Type, Press))), None)
    return isinstance(first, Type) and first.text.split()[:1] == [PROGRAM]


class Prompt:
    """Lines typed at a shell."""

    def __init__(self) -> None:
        self._before: list[str] = []
        self._line = ""

    def type(self, text: str) -> None:
        """Characters come to the line."""
        self._line += text

    def press(self, key: str) -> str | None:
        """A key; Enter gives the line that was typed, the others edit it or do nothing."""
        if key == "enter":
            line, self._line = self._line, ""
            self._before = [] if line.strip() == "clear" else [*self._before, line]
            return line
        if key == "backspace":
            self._line = self._line[:-1]
        elif key in {"ctrl+c", "ctrl+u"}:
            self._line = ""
        elif key == "space":
            self._line += " "
        return None

    def frame(self, size: tuple[int, int]) -> Frame:
        """What the terminal shows."""
        lines = [Strip([Segment(_SIGN + line)]) for line in self._before]
        lines.append(Strip([Segment(_SIGN + self._line), Segment(" ", _CURSOR)]))
        return Frame.of(size, lines[-size[1] :])


class Launch(argparse.Namespace):
    """What a line says about the start of the program."""

    lang: str | None
    sign_in_as: str | None


class _Line(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise CannotStart(message)


def launch(line: str) -> Launch | None:
    """What a line starts; None: nothing, and that is meant so.

    Raises:
        CannotStart: it starts something else, or in a way that a tape cannot.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise CannotStart(str(error)) from None
    if " ".join(words) in _WITHOUT_EFFECT:
        return None
    if words[0] != PROGRAM:
        raise CannotStart(_("a tape starts nothing but {program}").format(program=PROGRAM))
    parser = _Line(prog=PROGRAM, add_help=False, allow_abbrev=False)
    parser.add_argument("demo", nargs="?", choices=("demo",))
    parser.add_argument("--lang", choices=LANGUAGES)
    parser.add_argument("--as", dest="sign_in_as", type=word)
    return parser.parse_args(words[1:], namespace=Launch())
