"""A conversation over two text streams: sentences out, lines in, and no cursor that moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO, TypeVar

from tui.cleaning import clean
from tui.i18n import _
from tui.plain.endings import Endings, Gone
from tui.plain.spoken import spoken
from tui.plain.unseen import unseen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Key = TypeVar("Key")

BACK, HELP, WHOLE_HELP, OTHER_LANGUAGE = "0", "?", "??", "*"
LONGEST = 300


class Back(Exception):
    """`0` was typed: one step back."""


class LanguageAsked(Exception):
    """`*` was typed: the other language."""


def _nothing() -> None:
    pass


class Talk:
    """Says and asks. Whatever it is given comes out as lines of printable characters."""

    def __init__(
        self,
        reader: TextIO,
        writer: TextIO,
        *,
        width: Callable[[], int] = lambda: 80,
        endings: Endings | None = None,
        stirred: Callable[[], None] = _nothing,
    ) -> None:
        """`width` tells the columns there are; `stirred` is called after every line typed."""
        self._reader, self._writer, self._width = reader, writer, width
        self._endings, self._stirred = endings or Endings(), stirred
        self.on_help: Callable[[bool], None] = lambda _: None
        """Called with whether all of the help is wanted, or only that of the step at hand."""

    def say(self, *texts: str) -> None:
        """Each text on lines of its own; an empty one is an empty line."""
        for text in texts:
            self._write("\n".join(spoken(text, self._width())) + "\n")

    def ask(self, what: str, *, default: str = "", shown: str = "", longest: int = LONGEST) -> str:
        """A line of text; Enter alone is the default, which `shown` may call by another name."""
        return self._answer(what, shown or default, longest, _nothing) or default

    def secret(self, what: str) -> str:
        """A line that is not seen while it is typed; no sign has a meaning in it."""
        with unseen(self._reader):
            self._prompt(what)
            line = self._line()
        self._write("\n")
        return line

    def choose(
        self,
        question: str,
        options: Sequence[tuple[Key, str]],
        *,
        default: Key | None = None,
        why_not: Callable[[Key], str] = lambda _: "",
    ) -> Key:
        """One of the numbered options; without a default, Enter alone chooses nothing.

        `why_not` gives the reason why an option cannot be taken, or "".
        """
        keys = [key for key, _name in options]
        enter = str(keys.index(default) + 1) if default in keys else ""

        def listed() -> None:
            numbered = (f"{at}. {name}" for at, (_key, name) in enumerate(options, 1))
            self.say(*([question] if question else []), *numbered)

        listed()
        several = _("Number from 1 to {n}").format(n=len(keys))
        expected = several if len(keys) > 1 else _("Number 1")
        while True:
            answer = self._answer(expected, enter, LONGEST, listed) or enter
            if (number := _number(answer, len(keys))) is None:
                self.say(_("Please type a number from 1 to {n}.").format(n=len(keys)))
            elif reason := why_not(keys[number - 1]):
                self.say(reason)
            else:
                return keys[number - 1]

    def _answer(self, what: str, enter: str, longest: int, after_help: Callable[[], None]) -> str:
        """What was typed, unless it is one of the signs that mean the same everywhere."""
        expected = _("{what}, Enter for {default}") if enter else "{what}"
        while True:
            self._prompt(expected.format(what=what, default=enter))
            line = self._line()
            if not self._reader.isatty():
                # What is not typed at a terminal brings no line end of its own.
                self._write("\n")
            answer = clean(line).strip()[:longest]
            if answer == BACK:
                raise Back
            if answer == OTHER_LANGUAGE:
                raise LanguageAsked
            if answer not in {HELP, WHOLE_HELP}:
                return answer
            self.on_help(answer == WHOLE_HELP)
            after_help()

    def _prompt(self, text: str) -> None:
        self._write("\n".join(spoken(f"{text}:", self._width())) + " ")

    def _line(self) -> str:
        self._endings.look()
        with self._endings.waiting():
            line = self._reader.readline()
        if not line:
            raise Gone
        self._stirred()
        return line.rstrip("\r\n")

    def _write(self, text: str) -> None:
        with self._endings.waiting():
            self._writer.write(text)
            self._writer.flush()


def _number(answer: str, most: int) -> int | None:
    fits = answer.isascii() and answer.isdigit() and len(answer) <= len(str(most))
    return int(answer) if fits and 1 <= int(answer) <= most else None
