"""The gettext catalogs hold what the sources say, all of it, translated so that it can be shown."""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from pathlib import Path
from string import Formatter, Template
from typing import TYPE_CHECKING

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from textual.content import Content
from textual.markup import MarkupError

from tui.i18n import DOMAIN, LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from babel.messages import Message

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "locales" / f"{DOMAIN}.pot"
MEND = "mend it with: make catalogs"
MARKS = {"_", "N_", "ngettext"}

each_language = pytest.mark.parametrize("language", LANGUAGES)
each_file = pytest.mark.parametrize("name", ["template", *LANGUAGES])


@cache
def sources() -> Catalog:
    """The messages of the sources, found with the settings of pyproject.toml."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]
    mappings = [(mapping["pattern"], mapping["method"]) for mapping in settings["mappings"]]
    catalog = Catalog()
    for _, _, message, _, context in extract_from_dir(ROOT, mappings):
        catalog.add(message, context=context)
    return catalog


@cache
def marked() -> set[str]:
    """Every text that is marked in the sources, also inside of another mark."""
    calls = (
        node
        for path in (ROOT / "tui").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
    )
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in MARKS and call.args
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }


@cache
def stored(name: str) -> Catalog:
    """The template, or the catalog of a language."""
    path = ROOT / "locales" / name / "LC_MESSAGES" / f"{DOMAIN}.po"
    path = TEMPLATE if name == "template" else path
    assert path.exists(), f"{path.relative_to(ROOT)} is missing; {MEND}"
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def identities(catalog: Catalog) -> set[str]:
    return {identity(message) for message in messages(catalog)}


def identity(message: Message) -> str:
    context = f"{message.context}: " if message.context else ""
    return context + " | ".join(forms(message.id))


def forms(text: Iterable[str] | str | None) -> tuple[str, ...]:
    """The singular and plural forms; a message without plural has one, an empty entry none."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def pairs(message: Message) -> Iterator[tuple[str, str]]:
    """Every translated form with the form of the source it stands for."""
    source = forms(message.id)
    for index, translation in enumerate(forms(message.string)):
        if translation:
            yield source[min(index, len(source) - 1)], translation


def placeholders(text: str) -> set[str]:
    """The {names} and $names of a text."""
    try:
        fields = {f"{{{name}}}" for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        fields = {"a stray brace"}
    return fields | {f"${name}" for name in Template(text).get_identifiers()}


def is_markup(text: str) -> bool:
    try:
        Content.from_markup(text)
    except MarkupError:
        return False
    return True


def listed(faults: Iterable[str], heading: str) -> str:
    return "\n  ".join([f"{heading}:", *sorted(faults)])


def test_the_sources_have_messages() -> None:
    assert messages(sources())


@each_file
def test_no_message_of_the_sources_is_missing(name: str) -> None:
    missing = identities(sources()) - identities(stored(name))
    assert not missing, listed(missing, f"not in {name}; {MEND}")


@each_file
def test_no_marked_text_escapes_the_extraction(name: str) -> None:
    known = {forms(message.id)[0] for message in messages(stored(name))}
    missing = marked() - known
    assert not missing, listed(missing, f"marked within another mark, and not in {name}")


@each_file
def test_no_message_is_left_that_the_sources_have_no_more(name: str) -> None:
    left = identities(stored(name)) - identities(sources())
    left |= {identity(message) for message in stored(name).obsolete.values()}
    assert not left, listed(left, f"in {name} and not in the sources; {MEND}")


@each_language
def test_nothing_is_untranslated(language: str) -> None:
    faults = [identity(m) for m in messages(stored(language)) if not any(forms(m.string))]
    assert not faults, listed(faults, f"untranslated in {language}")


@each_language
def test_nothing_is_fuzzy(language: str) -> None:
    faults = [identity(message) for message in messages(stored(language)) if message.fuzzy]
    assert not faults, listed(faults, f"fuzzy in {language}")


@each_language
def test_the_header_is_finished(language: str) -> None:
    assert not stored(language).fuzzy, f"the header of {language} is marked fuzzy"


@each_language
def test_the_header_names_the_language_and_its_plural_rule(language: str) -> None:
    expected = Catalog(locale=language)
    headers = dict(stored(language).mime_headers)
    assert str(stored(language).locale) == language
    assert headers.get("Plural-Forms") == expected.plural_forms


@each_language
def test_every_plural_has_all_its_forms(language: str) -> None:
    catalog = stored(language)
    faults = [
        identity(message)
        for message in messages(catalog)
        if message.pluralizable
        and (len(forms(message.string)) != catalog.num_plurals or not all(forms(message.string)))
    ]
    assert not faults, listed(faults, f"plural forms are missing in {language}")


@each_language
def test_placeholders_are_those_of_the_source(language: str) -> None:
    faults = [
        f"{source!r} → {translation!r}"
        for message in messages(stored(language))
        for source, translation in pairs(message)
        if placeholders(source) != placeholders(translation)
    ]
    assert not faults, listed(faults, f"other placeholders in {language}")


@each_language
def test_markup_stays_markup(language: str) -> None:
    faults = [
        f"{source!r} → {translation!r}"
        for message in messages(stored(language))
        for source, translation in pairs(message)
        if is_markup(source) and not is_markup(translation)
    ]
    assert not faults, listed(faults, f"broken markup in {language}")
