"""The commands that play, each read from the words behind its name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tui.i18n import _
from tui.tapes.keys import MODIFIERS, NAMED, combined
from tui.tapes.tape import Command, Copy, Hide, Paste, Place, Press, Screenshot, Show, Sleep, Type
from tui.tapes.tokens import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.tapes.tokens import Token
    from tui.tapes.words import Words

MOST_PRESSES = 1000
PICTURES = (".svg", ".png", ".txt")


def pressed(token: Token, words: Words) -> Press:
    """A key, how fast and how often."""
    return _as_often(words, Press(token.place, NAMED[token.text], token.text))


def _as_often(words: Words, press: Press) -> Press:
    speed = words.speed()
    count = words.whole(1, MOST_PRESSES) if words.next.kind is Kind.NUMBER else 1
    return replace(press, count=count, speed=speed)


def path(words: Words, endings: tuple[str, ...]) -> str:
    """A path below the folder at hand."""
    place = words.place
    text = words.text(_("the name of a file is missing"))
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or "\\" in text:
        raise words.stop(place, _("{path} leads out of the folder").format(path=text))
    if path.suffix.lower() not in endings:
        raise words.stop(
            place,
            _("{path} is none of these: {endings}").format(path=text, endings=", ".join(endings)),
        )
    return text


def combination(token: Token, words: Words) -> Press:
    """Keys that are held down, and the one that is pressed with them."""
    modifiers, name = [token.text], ""
    while words.skip("+"):
        part = words.next
        if part.kind is Kind.END:
            break
        words.take()
        if part.text in MODIFIERS and part.kind is Kind.WORD:
            modifiers.append(part.text)
            continue
        name = part.text
        break
    if not name or (len(name) > 1 and name not in NAMED):
        raise words.stop(
            token.place, _("{name}+ needs a character or a key").format(name=token.text)
        )
    label = "+".join([*modifiers, name])
    key = combined(sorted(set(modifiers)), name)
    return _as_often(words, Press(token.place, key, label))


def typed(place: Place, words: Words) -> Type:
    """A text, and how fast."""
    return Type(place, speed=words.speed(), text=words.texts(_("a text in quotes is missing")))


ACTIONS: dict[str, Callable[[Place, Words], Command]] = {
    "Type": typed,
    "Sleep": lambda place, words: Sleep(place, words.seconds()),
    "Hide": lambda place, _words: Hide(place),
    "Show": lambda place, _words: Show(place),
    "Copy": lambda place, words: Copy(place, words.texts(_("a text in quotes is missing"))),
    "Paste": lambda place, _words: Paste(place),
    "Screenshot": lambda place, words: Screenshot(place, path(words, PICTURES)),
}
