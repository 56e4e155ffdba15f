"""A tape cut into words, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tui.i18n import _
from tui.tapes.tape import Place, Remark, TapeError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kind(StrEnum):
    """What a token is."""

    WORD = "word"
    NUMBER = "number"
    STRING = "string"
    PATTERN = "pattern"
    JSON = "json"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a tape; `text` is without its quotes. `END` stands at the end of every line."""

    kind: Kind
    text: str
    place: Place


_SPACE = re.compile(r"[ \t\r]+")
_COMMENT = re.compile(r"#.*")
_TOKENS = {
    Kind.JSON: re.compile(r"\{[^}]*\}"),
    Kind.STRING: re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'|`([^`\n]*)`"),
    Kind.PATTERN: re.compile(r"/((?:[^/\\\n]|\\.)*)/"),
    Kind.NUMBER: re.compile(r"[0-9]*\.?[0-9]+"),
    Kind.WORD: re.compile(r"[A-Za-z.][A-Za-z0-9._/%-]*"),
    Kind.SIGN: re.compile(r"[@+=%\-\[\]^\\]"),
}
_UNENDED = {'"', "'", "`", "/", "{"}


def tokens(text: str, name: str) -> Iterator[Token]:
    """All tokens of a tape.

    Raises:
        TapeError: something is no token; the iterator goes no further.
    """
    line, start, at = 1, 0, 0
    while at < len(text):
        place = Place(name, line, at - start + 1)
        if text[at] == "\n":
            yield Token(Kind.END, "", place)
            at += 1
            line, start = line + 1, at
            continue
        if skipped := _SPACE.match(text, at) or _COMMENT.match(text, at):
            at = skipped.end()
            continue
        token, at = _next(text, at, place)
        yield token
        if breaks := token.text.count("\n"):
            line, start = line + breaks, text.rindex("\n", 0, at) + 1
    yield Token(Kind.END, "", Place(name, line, len(text) - start + 1))


def _next(text: str, at: int, place: Place) -> tuple[Token, int]:
    for kind, form in _TOKENS.items():
        if found := form.match(text, at):
            groups = [group for group in found.groups() if group is not None]
            return Token(kind, groups[0] if groups else found[0], place), found.end()
    if text[at] in _UNENDED:
        raise TapeError(Remark(place, _("{sign} has no end").format(sign=text[at])))
    raise TapeError(
        Remark(
            place,
            _("{character} means nothing here; texts stand in quotes").format(
                character=ascii(text[at]) if not text[at].isprintable() else text[at]
            ),
        )
    )
