"""Where the keys go is seen without colour, and arrows lead from the buttons to the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.command import CommandList

from tests.service.shop import ANNA, WEBINAR
from tui.widgets.push_button import PushButton

if TYPE_CHECKING:
    import pytest

    from tests.service.shop import Shop
    from tui.testing.terminal import Opener


async def test_only_the_focused_list_has_the_pointer(open_terminal: Opener) -> None:
    async with open_terminal(ANNA) as t:
        assert "› GoTo Meeting" in t.text
        assert "▸ Neues Abonnement hinzufügen ◂" in t.text
        await t.press("up")
        assert "▸ GoTo Meeting" in t.text
        assert "▸ Neues Abonnement hinzufügen ◂" not in t.text


async def test_arrows_lead_along_a_row_of_buttons_and_no_further(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(), WEBINAR)
    async with open_terminal(ANNA) as t:
        await t.home.open_cart()
        row = [one.id for one in t.app.screen.query(PushButton)]
        seen = []
        for _ in range(len(row) + 1):
            seen.append(t.app.screen.focused.id if t.app.screen.focused else None)
            await t.press("right")
        assert seen == [*row, row[-1]]
        await t.press("left")
        assert t.app.screen.focused is not None
        assert t.app.screen.focused.id == row[-2]


async def test_the_palette_says_in_the_language_that_there_is_nothing(
    open_terminal: Opener,
) -> None:
    async with open_terminal(ANNA) as t:
        await t.press("ctrl+p", *"xyzzy")
        await t.until(lambda: "Nichts gefunden" in t.text)


async def test_the_palette_leads_to_the_checkout_when_there_is_something_to_pay(
    open_terminal: Opener, shop: Shop
) -> None:
    async with open_terminal(ANNA) as t:
        assert "Kasse" not in [one.title for one in t.app.get_system_commands(t.app.screen)]
    shop.fill(shop.session(), WEBINAR)
    async with open_terminal(ANNA) as t:
        assert "Kasse" in [one.title for one in t.app.get_system_commands(t.app.screen)]


async def test_the_palette_shows_without_colour_what_is_at_hand(
    open_terminal: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_terminal(ANNA) as t:
        await t.press("ctrl+p")
        found = t.app.screen.query_one(CommandList)
        await t.until(lambda: found.option_count > 0)
        await t.press("down")
        underlined = [
            any(part.style and part.style.underline for part in found.render_line(y))
            for y in range(2 * found.option_count)
        ]
        assert underlined.count(True) == 2
