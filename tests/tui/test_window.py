"""The window: too small, changed while typing, and the keys that leave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.events import Resize
from textual.geometry import Size
from textual.widgets import Input

from billing.catalogue.model import Offer
from tests.service.shop import ANNA, LENA, WEBINAR
from tui.flow import Step

if TYPE_CHECKING:
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener

SEATS = {"product": "goto-webinar", "offer": Offer.BUY, "tier": "pro"}


async def test_a_small_window_is_covered_and_keeps_the_state(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        await t.begin(Step.SEATS, **SEATS)
        await t.press("4", "2")
        await t.resize(40, 10)
        assert t.name == "TooSmallScreen"
        assert "60 × 18" in t.text
        assert "40 × 10" in t.text
        await t.resize(50, 12)
        assert "50 × 12" in t.text
        await t.press("9", "enter", "escape")
        await t.resize(80, 24)
        assert (t.name, t.seats.shown, t.focused) == ("SeatsScreen", "42", "stepper")


async def test_a_window_that_starts_too_small_opens_when_it_grows(open_terminal: Opener) -> None:
    async with open_terminal(ANNA, size=(40, 10)) as t:
        assert t.name == "TooSmallScreen"
        await t.resize(80, 24)
        assert t.name == "HomeScreen"
        await t.press("n")
        assert t.name == "ProductScreen"


async def test_text_typed_while_the_window_is_too_small_reaches_its_field(
    open_terminal: Opener,
) -> None:
    async with open_terminal() as t:
        await t.press(*"anna")
        await t.resize(40, 10)
        await t.press("at", "m", "enter", "tab", "x")
        await t.resize(80, 24)
        assert t.app.screen.query_one("#mail", Input).value == "anna@mx"


async def test_a_question_survives_a_small_window(open_terminal: Opener) -> None:
    async with open_terminal(ANNA) as t:
        await t.press("escape")
        await t.resize(40, 10)
        await t.resize(80, 24)
        assert t.name == "QuestionScreen"
        await t.press("escape")
        assert t.name == "HomeScreen"


async def test_a_resize_while_typing_loses_nothing(open_terminal: Opener, shop: Shop) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        await t.focus("holder")
        await t.clear()
        for character, size in zip("Lena", ((120, 36), (64, 20), (80, 24), (200, 60)), strict=True):
            t.send(character)
            await t.resize(*size)
        assert (t.value("holder"), t.focused) == ("Lena", "holder")
        assert "11.940,00 €" in t.read("#sums")


async def test_the_smallest_window_shows_the_amount_due_and_the_order_button(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    async with open_terminal(LENA, size=(60, 18)) as t:
        await t.home.open_checkout()
        assert "Fälliger Gesamtbetrag" in t.text
        assert "Bestellung aufgeben" in t.text


async def test_ctrl_c_asks_and_stays(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        await t.begin(Step.SEATS, **SEATS)
        await t.press("7", "ctrl+c")
        assert t.name == "QuestionScreen"
        await t.question.answer("stay")
        assert (t.name, t.seats.shown) == ("SeatsScreen", "7")
        await t.press("ctrl+c", "ctrl+c")
        assert t.name == "SeatsScreen"


async def test_ctrl_c_leaves_when_that_is_meant(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        await t.press("ctrl+c")
        t.send("enter")
        await t.gone()
        assert t.app.return_code == 0


async def test_ctrl_q_leaves_from_every_screen(open_terminal: Opener) -> None:
    for prepared in ([], ["f1"], ["n"], ["escape"]):
        async with open_terminal(LENA) as t:
            await t.press(*prepared)
            t.send("ctrl+q")
            await t.gone()
            assert t.app.return_code == 0


async def test_sizes_that_the_window_no_longer_has_come_to_rest(open_terminal: Opener) -> None:
    async with open_terminal(ANNA) as t:
        for size in (Size(70, 20), t.app.size, Size(70, 20), t.app.size):
            t.app.screen.post_message(Resize(size, size))
            # Of sizes right behind each other Textual takes the last.
            t.app.screen.call_later(t.app.screen.query, "*")
        await t.settle()
        assert t.app.screen.size == t.app.size
        assert t.app.screen.has_class("-normal")
