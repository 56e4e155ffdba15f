"""Kasse in a small window: it opens with the order in sight, and an order that is cut scrolls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing.catalogue.model import BillingCycle
from billing.ordering.model import Selection
from tests.service.shop import ANNA, LENA, RESCUE, WEBINAR
from tests.tui.torn import torn_amounts
from tui.testing.rules import outside
from tui.testing.sight import Sight

if TYPE_CHECKING:
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener

SIX = (
    WEBINAR,
    RESCUE,
    Selection("goto-training", "starter", 1, BillingCycle.ANNUAL),
    Selection("logmein-resolve", "standard", 1, BillingCycle.ANNUAL),
    Selection("logmein-central", "premier", 2500, BillingCycle.ANNUAL),
    Selection("goto-connect", "phone", 3, BillingCycle.MONTHLY),
)
LABELS = ("Abrechnungszeitraum (ab heute)", "Anzahl der Benutzerlizenzen", "Preis des Plans")


@pytest.mark.parametrize("number", [1, 2, 6])
@pytest.mark.parametrize("size", [(60, 18), (60, 24), (75, 24), (80, 24)])
async def test_it_opens_with_labels_first_line_total_and_way_to_pay_in_sight_and_untorn(
    open_terminal: Opener, shop: Shop, size: tuple[int, int], number: int
) -> None:
    shop.fill(shop.session(LENA), *SIX[:number])
    async with open_terminal(LENA, size=size) as t:
        await t.home.open_checkout()
        order = t.read("#order")
        assert [label for label in LABELS if label not in order] == []
        assert "GoTo Webinar · Pro · Jährlich" in order
        assert "22.11.2026 – 21.11.2027" in order
        assert "Fälliger Gesamtbetrag" in t.text
        assert "▸(•) SEPA-Lastschrift" in t.text
        assert torn_amounts(t) == []


async def test_all_of_a_page_that_scrolls_is_in_reach_of_page_down(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), *SIX)
    async with open_terminal(LENA, size=(60, 18)) as t:
        await t.home.open_checkout()
        top, seen = t.text, t.text
        for _ in range(5):
            await t.press("pagedown")
            assert torn_amounts(t) == []
            seen += t.text
        for told in ("GoTo Connect · Phone", "2.500 × 63,60 €", "✓ bestätigt", "verpflichtet"):
            assert told in seen
        await t.press(*["pageup"] * 5)
        assert (t.text, t.focused) == (top, "kind")


async def test_an_order_that_is_cut_takes_all_rows_and_scrolls_from_every_field(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), *SIX)
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        assert "2.500 × 63,60 €" not in t.text
        assert "LogMeIn Resolve · Standard" in t.text
        assert "Bild ab Mehr" in t.text
        above_the_buttons = t.lines()[t.page.query_one("#notice").region.y - 1]
        assert above_the_buttons.strip().startswith("Nur für Unternehmen")
        for field in ("kind", "holder", "vat-id", "place-order"):
            await t.focus(field)
            assert "Bild ab Mehr" in t.text
            await t.press("pagedown", "pagedown")
            assert "GoTo Connect · Phone" in t.read("#order")
            assert t.focused == field
            await t.press("pageup", "pageup")
            assert "GoTo Webinar · Pro" in t.read("#order")


@pytest.mark.parametrize("size", [(60, 18), (60, 24), (77, 24)])
async def test_no_field_and_no_word_about_a_card_is_cut(
    open_terminal: Opener, shop: Shop, size: tuple[int, int]
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    async with open_terminal(LENA, size=size) as t:
        await t.home.open_checkout()
        await t.press("right", "right")
        if size == (60, 18):
            await t.press("pagedown", "pagedown")
        assert "nie eine echte." in " ".join(t.text.split())
        for field in ("number", "expiry", "cvc"):
            await t.focus(field)
            assert f"#{field}" not in {flaw.where for flaw in outside(Sight(t.page))}


async def test_an_order_that_fits_offers_no_more(open_terminal: Opener, shop: Shop) -> None:
    shop.fill(shop.session(LENA), *SIX[:3])
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        assert "Bild ab" not in t.text
        assert not t.page.query_one("#order").max_scroll_y


@pytest.mark.parametrize("size", [(60, 18), (80, 24)])
async def test_the_key_for_more_is_named_as_on_the_keyboard_of_the_language(
    open_terminal: Opener, shop: Shop, size: tuple[int, int]
) -> None:
    shop.fill(shop.session(LENA), *SIX)
    async with open_terminal(LENA, size=size) as t:
        await t.home.open_checkout()
        assert "Bild ab Mehr" in t.read("#keys")
        await t.press("f2")
        assert "PgDn More" in t.read("#keys")


@pytest.mark.parametrize("number", [1, 3])
async def test_no_size_of_the_window_leaves_anything_behind(
    open_terminal: Opener, shop: Shop, number: int
) -> None:
    shop.fill(shop.session(LENA), *SIX[:number])
    sizes, opened = ((60, 18), (80, 20), (80, 24), (100, 30), (60, 24)), {}
    for size in sizes:
        async with open_terminal(LENA, size=size) as t:
            await t.home.open_checkout()
            opened[size] = t.text
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        for size in (*sizes, *reversed(sizes)):
            await t.resize(*size)
            assert t.text == opened[size]


@pytest.mark.parametrize("above", ["ctrl+c", "f1"])
async def test_it_is_filled_in_for_its_width_while_covered(
    open_terminal: Opener, shop: Shop, above: str
) -> None:
    shop.fill(shop.session(ANNA), WEBINAR, RESCUE)
    async with open_terminal(ANNA, size=(120, 36)) as t:
        await t.home.open_checkout()
        before = t.text
        await t.press(above, "f2", "f2", "escape")
        assert t.text == before
