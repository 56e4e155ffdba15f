"""The language of the program: chosen once for the whole process, looked up at every call."""

from __future__ import annotations

import asyncio
import contextvars
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo

from billing.catalogue.model import SeatNoun, Text
from tui import i18n
from tui.i18n import _, current_language, licences_text, other_language, set_language

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOUN = SeatNoun(Text("Organisator", "organizer"), Text("Organisatoren", "organizers"))


@pytest.fixture(autouse=True)
def german_again() -> Iterator[None]:
    yield
    i18n._loaded.cache_clear()
    set_language("de")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "de"),
        ({"LANG": "C"}, "de"),
        ({"LANG": "C.UTF-8"}, "de"),
        ({"LC_ALL": "POSIX", "LANG": "en_US.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "en_GB"}, "en"),
        ({"LANG": "de_AT.UTF-8"}, "de"),
        ({"LC_MESSAGES": "en_US", "LANG": "de_DE"}, "en"),
        ({"LC_ALL": "de_CH.UTF-8", "LC_MESSAGES": "en_US", "LANG": "en_US"}, "de"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "DE"}, "de"),
    ],
)
def test_the_environment_decides_and_german_is_what_remains(
    environment: dict[str, str], language: str
) -> None:
    assert i18n.preferred_language(environment) == language


def test_every_text_follows_the_language() -> None:
    set_language("de")
    german = (_("Checkout"), i18n.seats_text(5, NOUN), i18n.own(NOUN.one), licences_text(2))
    set_language("en")
    english = (_("Checkout"), i18n.seats_text(5, NOUN), i18n.own(NOUN.one), licences_text(2))
    assert german == ("Kasse", "5 Organisatoren", "Organisator", "2 Lizenzen")
    assert english == ("Checkout", "5 organizers", "organizer", "2 licences")


def test_texts_of_a_folder_go_before_those_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Catalog(locale="de")
    own.add("Checkout", "Kassenhäuschen")
    file = tmp_path / "de" / "LC_MESSAGES" / f"{i18n.DOMAIN}.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as stream:
        write_mo(stream, own)
    monkeypatch.setenv(i18n.FOLDER_VARIABLE, str(tmp_path))
    set_language("de")
    assert (_("Checkout"), _("Cart")) == ("Kassenhäuschen", "Warenkorb")
    assert {"Kassenhäuschen", "Warenkorb", "Kasse"} <= set(i18n.texts_in("de"))
    set_language("en")
    assert _("Checkout") == "Checkout"


def test_f2_leads_to_the_other_language_and_back() -> None:
    assert (current_language(), other_language()) == ("de", "en")
    set_language("en")
    assert (current_language(), other_language()) == ("en", "de")


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 Lizenzen"), (1, "1 Lizenz"), (2, "2 Lizenzen")]
)
def test_one_licence_is_not_many(number: int, text: str) -> None:
    assert licences_text(number) == text


def test_a_single_seat_has_the_singular_noun_and_thousands_are_grouped() -> None:
    assert i18n.seats_text(1, NOUN) == "1 Organisator"
    assert i18n.seats_text(1000, NOUN) == "1.000 Organisatoren"


def test_the_language_holds_in_every_context_and_thread() -> None:
    seen: list[str] = []

    async def look() -> None:
        seen.append(_("Cart"))

    before = contextvars.copy_context()
    set_language("en")
    before.run(lambda: asyncio.run(look()))
    thread = Thread(target=lambda: seen.append(_("Cart")))
    thread.start()
    thread.join()
    assert seen == ["Cart", "Cart"]


def test_an_unknown_language_is_refused_and_changes_nothing() -> None:
    with pytest.raises(ValueError, match="no language 'fr'"):
        set_language("fr")
    assert current_language() == "de"


def test_an_unknown_text_is_shown_as_it_stands_in_the_source() -> None:
    assert _("no translator has seen this") == "no translator has seen this"


@pytest.mark.parametrize("damage", [None, b"", b"not a catalog", b"\xde\x12\x04\x95broken"])
def test_without_a_readable_catalog_the_texts_are_english(
    damage: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    if damage is not None:
        (folder / f"{i18n.DOMAIN}.mo").write_bytes(damage)
    monkeypatch.setattr(i18n, "_CATALOGS", tmp_path)
    i18n._loaded.cache_clear()
    set_language("de")
    assert _("Checkout") == "Checkout"
