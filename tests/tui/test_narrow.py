"""Small windows: what does not fit beside each other is stacked or scrolled to, and never torn."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from billing.catalogue.model import BillingCycle, Offer, Text
from billing.payments.model import Card
from tests.service.life import bought, run
from tests.service.shop import ANNA, LENA, RESCUE, WEBINAR
from tests.tui.torn import torn_amounts
from tui.flow import Step
from tui.formats import money
from tui.i18n import own

if TYPE_CHECKING:
    from billing.catalogue.model import Product
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener

SMALLEST = (60, 18)
# Good when typed in, declined whenever it is charged later.
FADING_CARD = Card("4000 0000 0000 0341", "12/30", "123")
WEBINAR_TO_BUY = {"product": "goto-webinar", "offer": Offer.BUY}


def words_of(product: Product) -> set[str]:
    """All words and figures that a comparison of its tiers may show."""
    texts = ["Grenze", "Monatlich", "Jährlich", "✓", "–"]
    for tier in product.tiers:
        prices = (tier.price(cycle, "EUR") for cycle in BillingCycle)
        texts += [own(tier.limit), *map(money, prices)]
        texts += [own(value) for value in tier.features.values() if isinstance(value, Text)]
    texts += [own(feature.name) for feature in product.features]
    return {word for text in texts for word in text.split()}


@pytest.mark.parametrize("above", ["ctrl+c", "f1"])
async def test_the_columns_of_a_covered_page_follow_the_language(
    open_terminal: Opener, above: str
) -> None:
    async with open_terminal(ANNA) as t:
        await t.press(above, "f2", "escape")
        assert t.name == "HomeScreen"
        assert t.read("#columns") == "Product Plan tier Licences Billing Next invoice"
        assert "GoTo Connect Phone 8 Monthly cancelled" in t.read("#subscriptions")


async def test_the_language_can_change_twice_below_a_dialog_that_is_resized(
    open_terminal: Opener,
) -> None:
    async with open_terminal(ANNA) as t:
        await t.press("ctrl+c", "f2", "f2")
        await t.resize(60, 24)
        await t.press("escape")
        assert "GoTo Meeting Business 14.03.2027 2.304,00 €" in t.read("#subscriptions")


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 36)])
async def test_every_button_of_the_start_page_is_in_reach_of_tab(
    open_terminal: Opener, shop: Shop, size: tuple[int, int]
) -> None:
    shop.fill(shop.session(ANNA), WEBINAR)
    async with open_terminal(ANNA, size=size) as t:
        for button in ("new", "cart", "licences", "sign-out"):
            await t.focus(button)
        assert "▸ Abmelden ◂" in t.text


async def test_the_button_that_has_the_focus_is_in_sight_below_a_long_start_page(
    open_terminal: Opener, shop: Shop
) -> None:
    bought(shop, RESCUE, FADING_CARD)
    shop.clock.advance(timedelta(days=30))
    run(shop)
    async with open_terminal(ANNA, size=SMALLEST) as t:
        assert "▸ Offene Rechnung bezahlen ◂" in t.text
        await t.focus("subscriptions")
        await t.press("home")
        assert "▸ GoTo Meeting" in t.text


async def test_buttons_are_stacked_when_the_window_becomes_too_narrow(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(ANNA), WEBINAR)
    async with open_terminal(ANNA, size=(120, 36)) as t:
        await t.resize(80, 24)
        assert "[ Abmelden ]" in t.text
        await t.resize(120, 36)
        assert "[ Lizenzen zuweisen ]  [ Abmelden ]" in t.text


async def test_the_tier_at_hand_is_always_in_sight(open_terminal: Opener) -> None:
    async with open_terminal(LENA, size=SMALLEST) as t:
        await t.begin(Step.TIER, **WEBINAR_TO_BUY)
        for tier in ("Standard", "Pro", "Enterprise"):
            await t.press("down")
            assert f"▸ {tier}" in t.text
        await t.press("home")
        assert "▸ Lite" in t.text
        assert "Welche Abostufe" in t.text
        await t.press("end")
        assert "▸ Enterprise" in t.text
        assert "499,00 €" in t.text


async def test_the_tier_at_hand_stays_in_sight_in_another_size_or_language(
    open_terminal: Opener,
) -> None:
    async with open_terminal(LENA, size=(60, 24)) as t:
        await t.begin(Step.TIER, **WEBINAR_TO_BUY, tier="enterprise")
        assert "▸ Enterprise" in t.text
        await t.resize(*SMALLEST)
        assert "▸ Enterprise" in t.text
        await t.press("f2")
        assert "▸ Enterprise" in t.text
        assert t.read("#progress") == "✓ ✓ ▸ Plan tier · ·"


@pytest.mark.parametrize("height", [18, 24])
async def test_the_comparison_breaks_no_word_and_no_amount(
    open_terminal: Opener, shop: Shop, height: int
) -> None:
    async with open_terminal(LENA, size=(60, height)) as t:
        for product in shop.catalogue.products:
            if len(product.tiers) > 1:
                await t.begin(Step.TIER, product=product.id, offer=Offer.BUY)
                await t.press("v")
                seen = set(t.read("#tier-names").split())
                for _ in product.tiers:
                    assert torn_amounts(t) == []
                    assert set(t.read("#comparison").split()) <= words_of(product)
                    await t.press("right")
                    seen |= set(t.read("#tier-names").split())
                assert {word for tier in product.tiers for word in tier.name.split()} == seen
                await t.press("escape")


async def test_the_comparison_moves_among_the_tiers_only_where_they_do_not_fit(
    open_terminal: Opener,
) -> None:
    async with open_terminal(LENA, size=SMALLEST) as t:
        await t.begin(Step.TIER, **WEBINAR_TO_BUY)
        await t.press("v")
        assert "Abostufen 1–3 von 4" in t.text
        await t.press("right", "right", "left")
        assert "Abostufen 1–3 von 4" in t.text
        await t.press("right")
        assert t.read("#tier-names") == "Standard Pro Enterprise"
        await t.resize(80, 24)
        assert t.read("#tier-names") == "Lite Standard Pro Enterprise"
        assert "←/→" not in t.text


async def test_the_cart_breaks_no_date(open_terminal: Opener, shop: Shop) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    async with open_terminal(LENA, language="en", size=SMALLEST) as t:
        await t.home.open_cart()
        rows = [row.strip() for row in t.lines()]
        assert "Nov 22, 2026 – Nov 21, 2027" in rows
        assert "next invoice Nov 22, 2027" in rows


@pytest.mark.parametrize("size", [(80, 24), (60, 18), (60, 30)])
async def test_stacked_buttons_begin_where_all_others_do(
    open_terminal: Opener, shop: Shop, size: tuple[int, int]
) -> None:
    shop.fill(shop.session(), WEBINAR)
    async with open_terminal(ANNA, size=size) as t:
        assert t.app.screen.query_one("#buttons").has_class("-stacked")
        assert {t.app.screen.query_one(f"#{name}").region.x for name in ("new", "licences")} == {2}


async def test_the_free_licences_stand_beside_their_product_at_every_width(
    open_terminal: Opener,
) -> None:
    async with open_terminal(ANNA, size=SMALLEST) as t:
        await t.push("licences")
        for size in (SMALLEST, (80, 24), SMALLEST):
            await t.resize(*size)
            assert any("GoTo Meeting" in row and "3 frei" in row for row in t.lines())


async def test_an_open_invoice_can_be_transferred_without_scrolling(
    open_terminal: Opener, shop: Shop
) -> None:
    bought(shop, RESCUE, FADING_CARD)
    shop.clock.advance(timedelta(days=30))
    run(shop)
    async with open_terminal(ANNA, size=SMALLEST) as t:
        await t.push("pay")
        assert t.name == "DueScreen"
        await t.press("right")
        assert not t.page.query_one(".body").max_scroll_y
