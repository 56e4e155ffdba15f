"""The language of the program: one catalog for the whole process, looked up at every call.

A module variable and not a ContextVar: every Textual message pump runs in a context of its own, so
a language set in one would stay unknown to the others.
"""

from __future__ import annotations

import gettext as _gettext
import os
import struct
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing.catalogue.model import SeatNoun, Text

LANGUAGES = ("de", "en")
LANGUAGE_NAMES = {"de": "Deutsch", "en": "English"}
DOMAIN = "billing_center"
FOLDER_VARIABLE = "BILLING_CENTER_LOCALES_FOLDER"
"""Names a folder of catalogs whose texts go before those that come with the program."""
# The packages lie side by side; importing what finds resources would delay every start.
_CATALOGS = Path(__file__).parent.parent / "locales"


class _Catalog:
    """The translations in use and the language they belong to."""

    def __init__(self) -> None:
        self.language = LANGUAGES[0]
        self.translations: _gettext.NullTranslations = _load(self.language)


def _load(language: str) -> _gettext.NullTranslations:
    """The catalog of a language; what it does not have stays as in the sources, English."""
    return _loaded(language, os.environ.get(FOLDER_VARIABLE, ""))


@cache
def _loaded(language: str, folder: str) -> _gettext.NullTranslations:
    if not folder:
        return _read(_CATALOGS, language)
    own = _read(Path(folder), language)
    own.add_fallback(_read(_CATALOGS, language))
    return own


def _read(folder: Path, language: str) -> _gettext.NullTranslations:
    path = folder / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    try:
        with path.open("rb") as catalog:
            return _gettext.GNUTranslations(catalog)
    except (OSError, UnicodeDecodeError, struct.error):
        return _gettext.NullTranslations()


def texts_in(language: str) -> list[str]:
    """Everything that the program can say in a language, placeholders included."""
    texts: list[str] = []
    catalog: _gettext.NullTranslations | None = _load(language)
    while catalog is not None:
        texts += (text for key, text in vars(catalog).get("_catalog", {}).items() if key)
        catalog = vars(catalog).get("_fallback")
    return texts


_catalog = _Catalog()


def set_language(language: str) -> None:
    """Switch every text from now on to `language`, one of LANGUAGES."""
    if language not in LANGUAGES:
        raise ValueError(f"no language {language!r}")
    _catalog.translations = _load(language)
    _catalog.language = language


def current_language() -> str:
    """The language in use."""
    return _catalog.language


def other_language() -> str:
    """The language that F2 switches to."""
    return LANGUAGES[1 - LANGUAGES.index(_catalog.language)]


def preferred_language(environment: Mapping[str, str] = os.environ) -> str:
    """The language of LC_ALL, LC_MESSAGES or LANG, else German; C and POSIX count as unset."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "").split(".")[0].split("_")[0].lower()
        if value and value not in {"c", "posix"}:
            return value if value in LANGUAGES else LANGUAGES[1]
    return LANGUAGES[0]


def _(message: str) -> str:
    """The translation of a message."""
    return _catalog.translations.gettext(message)


@cache
def _catalog_of(language: str) -> _gettext.NullTranslations:
    return _load(language)


def in_language(message: str, language: str) -> str:
    """The translation of a message into a language that need not be the one in use."""
    return _catalog_of(language).gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """The translation that goes with a number; the text still holds its {placeholders}."""
    return _catalog.translations.ngettext(one, many, number)


def pgettext(context: str, message: str) -> str:
    """The translation of a message that reads differently in different places."""
    return _catalog.translations.pgettext(context, message)


def N_(message: str) -> str:  # noqa: N802 - the name gettext's extractors know
    """Mark a message for extraction that is translated where it is shown."""
    return message


def own(text: Text) -> str:
    """A text of the catalogue of products in the language in use."""
    return text.in_language(_catalog.language)


def seats_text(seats: int, noun: SeatNoun) -> str:
    """A number of seats with its noun: „5 Organisatoren“."""
    from tui.formats import number  # noqa: PLC0415 - Babel is not needed before sign-in

    return f"{number(seats)} {own(noun.for_number(seats))}"


def licences_text(number_of: int) -> str:
    """„1 Lizenz“, „5 Lizenzen“."""
    return ngettext("{n} licence", "{n} licences", number_of).format(n=number_of)
