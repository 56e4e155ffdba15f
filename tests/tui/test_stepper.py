"""Anzahl der Benutzerlizenzen: every way to type a number, and what is wrong with the others."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from billing.catalogue.model import Offer
from tests.service.shop import LENA
from tui.flow import Step
from tui.screens.seats import SeatsScreen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tui.testing.terminal import Opener, Terminal


@asynccontextmanager
async def at_the_stepper(
    open_terminal: Opener, offer: Offer = Offer.BUY
) -> AsyncIterator[Terminal]:
    """GoTo Webinar Pro, 1 to 500 seats."""
    async with open_terminal(LENA) as t:
        await t.begin(Step.SEATS, product="goto-webinar", offer=offer, tier="pro")
        yield t


async def start_over(t: Terminal) -> None:
    """The stepper as it is when the page opens."""
    await t.press("home", "tab", "shift+tab")


def is_ahead(page: SeatsScreen, number: int) -> bool:
    """Whether a number that nobody has asked for yet is priced."""
    known, _content = page._ahead
    return known is not None and known[1] == number


async def test_a_wrong_number_stays_to_be_mended_and_the_limits_are_said(
    open_terminal: Opener,
) -> None:
    complaints = set()
    async with at_the_stepper(open_terminal) as t:
        for keys, shown in (
            (["delete"], "_"),
            (["0"], "0"),
            (["5", "0", "1"], "501"),
            (["f", "i", "v", "e"], "five"),
        ):
            await start_over(t)
            await t.press(*keys, "enter")
            assert (t.name, t.seats.shown) == ("SeatsScreen", shown)
            assert t.notice.startswith("✗ ")
            assert "500 Organisatoren" in t.notice
            complaints.add(t.notice)
    assert len(complaints) == 4


async def test_signs_digits_and_backspace_make_the_number(open_terminal: Opener) -> None:
    async with at_the_stepper(open_terminal) as t:
        for keys, shown in (
            (["5"], "5"),
            (["1", "2", "0"], "120"),
            (["plus", "plus"], "3"),
            (["right", "up", "minus"], "2"),
            (["minus"], "1"),
            (["end", "plus"], "500"),
            (["pageup", "pagedown", "pagedown"], "1"),
            (["1", "2", "backspace"], "1"),
            (["delete", "plus"], "1"),
        ):
            await start_over(t)
            await t.press(*keys)
            assert (t.seats.shown, t.notice) == (shown, ""), keys


async def test_a_pasted_number_loses_blanks_and_line_breaks(open_terminal: Opener) -> None:
    async with at_the_stepper(open_terminal) as t:
        for pasted in ("5\n", "  5  ", "\r\n5\t"):
            await start_over(t)
            await t.paste(pasted)
            assert (t.seats.shown, t.notice) == ("5", ""), pasted
        await t.press("enter")
        assert t.name == "CycleScreen"


async def test_a_pasted_text_that_is_no_number_is_refused(open_terminal: Opener) -> None:
    async with at_the_stepper(open_terminal) as t:
        for pasted in ("5\n7", "5 7", "١٢", "1e3", "-5", "\x1b[31m5"):
            await start_over(t)
            await t.paste(pasted)
            await t.press("enter")
            assert t.name == "SeatsScreen", pasted
            assert t.notice.startswith("✗ "), pasted
            assert "\x1b" not in t.text


async def test_a_pasted_giant_is_too_many_and_does_not_break_the_line(
    open_terminal: Opener,
) -> None:
    async with at_the_stepper(open_terminal) as t:
        await t.paste("9" * 5000)
        assert "500 Organisatoren" in t.notice
        assert "[ + ]" in t.read("#stepper")


async def test_the_prices_beside_it_follow_every_key(open_terminal: Opener) -> None:
    async with at_the_stepper(open_terminal) as t:
        assert "2.388,00 €" in t.read("#pane")
        await t.press("5")
        assert "11.940,00 €" in t.read("#pane")
        await t.press("plus")
        assert "14.328,00 €" in t.read("#pane")


async def test_the_next_number_is_priced_while_nobody_waits(open_terminal: Opener) -> None:
    async with at_the_stepper(open_terminal) as t:
        page = t.page
        assert isinstance(page, SeatsScreen)
        for keys, following in (("5", "plus"), 7), (("minus",), 4), (("f2", "minus"), 3):
            await t.press(*keys)
            await t.until(partial(is_ahead, page, following))
        await t.press("minus")
        assert "3 organizers" in t.read("#pane")
        assert "€7,164.00" in t.read("#pane")


async def test_a_number_that_cannot_be_ordered_has_no_price_beside_it(
    open_terminal: Opener,
) -> None:
    async with at_the_stepper(open_terminal) as t:
        await t.press("5", "0", "0", "0")
        assert "GoTo Webinar · Pro" in t.read("#pane")
        assert "€" not in t.read("#pane")
        await t.press("backspace")
        assert "1.194.000,00 €" in t.read("#pane")


async def test_a_mended_number_takes_the_complaint_away(open_terminal: Opener) -> None:
    async with at_the_stepper(open_terminal) as t:
        await t.press("5", "0", "0", "0")
        assert t.notice.startswith("✗ ")
        await t.press("backspace")
        assert t.notice == ""


async def test_the_way_on_by_the_button_refuses_as_well(open_terminal: Opener) -> None:
    async with at_the_stepper(open_terminal) as t:
        await t.press("0")
        await t.push("next")
        assert t.notice.startswith("✗ ")
        assert (t.name, t.focused) == ("SeatsScreen", "stepper")


async def test_a_trial_has_its_own_maximum(open_terminal: Opener) -> None:
    async with at_the_stepper(open_terminal, Offer.TRIAL) as t:
        assert "1 bis 5 Organisatoren" in t.read("#limits")
        await t.press("6", "enter")
        assert "5 Organisatoren" in t.notice
