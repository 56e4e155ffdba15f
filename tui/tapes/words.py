"""Reads the words behind a command, and collects what is wrong with them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from tui.i18n import _
from tui.tapes.tape import Place, Remark
from tui.tapes.tokens import Kind, Token

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_SLEEP = 3600.0
LONGEST_TEXT = 2000
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0}


class Flawed(Exception):
    """A command cannot be read; why has been noted."""


class Words:
    """The tokens of a tape, read one after the other; arguments never cross the end of a line."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self.flaws: list[Remark] = []
        self.remarks: list[Remark] = []

    # Looking and moving

    @property
    def next(self) -> Token:
        """The token that comes."""
        return self._tokens[self._at]

    @property
    def place(self) -> Place:
        """Where the token that comes stands."""
        return self.next.place

    @property
    def ended(self) -> bool:
        """Whether nothing comes any more."""
        return self._at >= len(self._tokens)

    def take(self) -> Token:
        """The token that comes, and on to the one behind it."""
        token = self.next
        self._at += 1
        return token

    def skip(self, sign: str) -> bool:
        """Go over a sign; whether it was there."""
        there = self.next.kind is Kind.SIGN and self.next.text == sign
        self._at += there
        return there

    def rest(self) -> None:
        """Go to the end of the line."""
        while self.next.kind is not Kind.END:
            self._at += 1

    # Saying

    def fail(self, place: Place, text: str) -> None:
        """Note a flaw."""
        self.flaws.append(Remark(place, text))

    def remark(self, place: Place, text: str) -> None:
        """Note what has no effect."""
        self.remarks.append(Remark(place, text))

    def stop(self, place: Place, text: str) -> Flawed:
        """Note a flaw behind which the line makes no sense."""
        self.fail(place, text)
        return Flawed()

    # Arguments

    def word(self, complaint: str) -> Token:
        """A bare word."""
        if self.next.kind is not Kind.WORD:
            raise self.stop(self.place, complaint)
        return self.take()

    def text(self, complaint: str) -> str:
        """A text in quotes or a bare word."""
        token = self.next
        if token.kind not in {Kind.STRING, Kind.WORD}:
            raise self.stop(token.place, complaint)
        if len(token.text) > LONGEST_TEXT:
            raise self.stop(token.place, _("longer than {n} characters").format(n=LONGEST_TEXT))
        if any(unicodedata.category(character) in {"Cc", "Cs"} for character in token.text):
            raise self.stop(token.place, _("a text may not hold control characters"))
        self._at += 1
        return token.text

    def texts(self, complaint: str) -> str:
        """A text in quotes; several behind each other are joined by blanks, as VHS does."""
        found = [self.text(complaint)]
        while self.next.kind is Kind.STRING:
            found.append(self.text(complaint))
        return " ".join(found)

    def number(self, least: float, most: float) -> float:
        """A number within limits."""
        token = self.next
        if token.kind is not Kind.NUMBER:
            raise self.stop(token.place, _("a number is missing"))
        self._at += 1
        if not least <= (value := float(token.text)) <= most:
            raise self.stop(
                token.place,
                _("must be between {least} and {most}").format(
                    least=f"{least:g}", most=f"{most:g}"
                ),
            )
        return value

    def whole(self, least: int, most: int) -> int:
        """A whole number within limits."""
        place = self.place
        value = self.number(least, most)
        if value != int(value):
            raise self.stop(place, _("must be a whole number"))
        return int(value)

    def seconds(self) -> float:
        """A time such as 500ms, 2s, 1m or 0.5, in seconds."""
        place = self.place
        if self.next.kind is not Kind.NUMBER:
            raise self.stop(place, _("a time such as 500ms or 2s is missing"))
        value = self.number(0, 1e9)
        if self.next.text in _UNITS:
            value *= _UNITS[self.take().text]
        if value > LONGEST_SLEEP:
            raise self.stop(place, _("longer than {n} seconds").format(n=f"{LONGEST_SLEEP:g}"))
        return value

    def speed(self) -> float | None:
        """A time behind @, if there is one."""
        return self.seconds() if self.skip("@") else None

    def pattern(self) -> re.Pattern[str]:
        """A regular expression between slashes, or as a text."""
        token = self.next
        if token.kind not in {Kind.PATTERN, Kind.STRING}:
            raise self.stop(token.place, _("a pattern such as /Cart/ is missing"))
        self._at += 1
        if len(token.text) > LONGEST_TEXT:
            raise self.stop(token.place, _("longer than {n} characters").format(n=LONGEST_TEXT))
        try:
            return re.compile(token.text)
        except (re.error, OverflowError, RecursionError) as error:
            raise self.stop(
                token.place, _("no regular expression: {reason}").format(reason=error)
            ) from None

    def theme(self) -> str:
        """A name, or a JSON document with colours."""
        if self.next.kind is Kind.JSON:
            return self.take().text
        return self.text(_("the name of a theme is missing"))
