"""Words of the language that is not in use: none may be left on a screen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from billing.catalogue.model import Text
from billing.sample_companies import COMPANIES
from billing.sample_people import SAMPLE_SIGN_INS
from tui.article import load_article
from tui.i18n import LANGUAGE_NAMES, LANGUAGES, current_language, texts_in
from tui.testing.rules import Flaw
from tui.testing.sight import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.screen import Screen

    from billing.catalogue.model import Catalogue

_WORD = re.compile(r"[^\W\d_]{2,}")
_NO_WORDS = re.compile(r"\{[^}]*\}|\$\w+|\S*@\S*|https?://\S+")


class Words:
    """The words that the program and its catalogue have in each language.

    A name is at home in every language: those of the catalogue and of the sample's people, and
    whatever `names` says besides.
    """

    def __init__(self, catalogue: Catalogue, names: Iterable[str] = ()) -> None:
        names = [*names, *LANGUAGE_NAMES.values(), *_names((catalogue, COMPANIES, SAMPLE_SIGN_INS))]
        common = _words(names)
        known = {
            language: common
            | _words(texts_in(language))
            | _words(_texts(catalogue, language))
            | _words([load_article(language).text])
            for language in LANGUAGES
        }
        self._foreign: Mapping[str, frozenset[str]] = {
            language: frozenset().union(*known.values()) - known[language] for language in LANGUAGES
        }

    def foreign(self, text: str, language: str) -> list[str]:
        """The words of a text that only another language has."""
        found = _WORD.findall(_NO_WORDS.sub(" ", text))
        return [word for word in found if word.casefold() in self._foreign[language]]

    def mixed(self, screen: Screen[Any]) -> Iterator[Flaw]:
        """No word of another language is left on the screen."""
        for line in rows(screen):
            for word in self.foreign(line, current_language()):
                yield Flaw("mixed", type(screen).__name__, word, line.strip())


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(
        word.casefold() for text in texts for word in _WORD.findall(_NO_WORDS.sub(" ", text))
    )


def _texts(value: object, language: str) -> Iterator[str]:
    """The texts of a catalogue in a language."""
    if isinstance(value, Text):
        yield value.in_language(language)
    else:
        for part in _parts(value):
            yield from _texts(part, language)


def _names(value: object) -> Iterator[str]:
    """What is called the same in every language."""
    if isinstance(value, str):
        yield "" if isinstance(value, Enum) else value
    elif not isinstance(value, Text):
        for part in _parts(value):
            yield from _names(part)


def _parts(value: object) -> Iterable[object]:
    if is_dataclass(value):
        return [getattr(value, field.name) for field in fields(value) if field.name != "id"]
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, tuple | list) else ()
