"""Which words are at home in which language."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.widgets import Static

from billing.catalogue.loader import sample_catalogue
from tui.i18n import set_language
from tui.testing.words import Words

WORDS = Words(sample_catalogue())


@pytest.mark.parametrize(
    ("text", "language", "foreign"),
    [
        ("Fälliger Gesamtbetrag", "de", []),
        ("Total due", "en", []),
        ("Weiter to Checkout", "de", ["to", "Checkout"]),
        ("Kasse · total due", "en", ["Kasse"]),
        ("5 Organisatoren", "en", ["Organisatoren"]),
        ("Bildschirm teilen", "en", ["Bildschirm", "teilen"]),
        ("Breakout rooms", "de", ["Breakout", "rooms"]),
        ("GoTo Training · Phone · Muster GmbH · Berlin", "de", []),
        ("F2 English", "de", []),
        ("F2 Deutsch", "en", []),
        ("order@invoice.example https://next.example/month", "de", []),
        ("Bestell{total}nummer 4711", "de", []),
    ],
)
def test_words_of_another_language_are_found(text: str, language: str, foreign: list[str]) -> None:
    assert WORDS.foreign(text, language) == foreign


def test_a_name_is_at_home_everywhere() -> None:
    assert WORDS.foreign("Checkout GmbH", "de") == ["Checkout"]
    assert Words(sample_catalogue(), ["Checkout GmbH"]).foreign("Checkout GmbH", "de") == []


async def test_what_is_left_on_a_screen_is_a_flaw_of_its_line() -> None:
    app: App[None] = App()
    async with app.run_test(size=(40, 10)) as pilot:
        await app.mount(Static("Zur Kasse\nProceed"))
        await pilot.pause()
        set_language("de")
        (flaw,) = WORDS.mixed(app.screen)
    assert (flaw.rule, flaw.where, flaw.seen) == ("mixed", "Proceed", "Proceed")
