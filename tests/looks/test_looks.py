"""How every screen looks, in both languages, at both sizes, and without colour.

The pictures lie in __snapshots__ and were looked at one by one. Update them with `make looks`.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from billing.catalogue.model import BillingCycle
from billing.mail.transport import MailNotTaken
from billing.ordering.model import Selection
from tests.service.life import past_due, suspended
from tests.service.shop import WEBINAR as FIVE_WEBINARS
from tests.service.shop import Shop, without
from tui.testing.program import running
from tui.themes import DARK, LIGHT, TERMINAL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from tests.looks.conftest import SameLook
    from tui.testing.terminal import Terminal

pytestmark = pytest.mark.looks

ANNA, LENA = "anna@muster.example", "lena@huber.example"
WEBINAR = ("n", "down", "enter")
PRO = (*WEBINAR, "enter", "down", "down", "enter")
FIVE = (*PRO, "5", "enter")
KASSE = (*FIVE, "enter")
ANNAS_KASSE = ("n", "enter", "enter", "down", "down", "enter", "5", "enter", "enter")
ASKING_CARD = (*"4000002500003155", "tab", "1", "2", "slash", "3", "0", "tab", "1", "2", "3")
LINES = (
    FIVE_WEBINARS,
    Selection("goto-training", "starter", 1, BillingCycle.ANNUAL),
    Selection("logmein-resolve", "standard", 1, BillingCycle.ANNUAL),
)

SCREENS: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "login": (None, ()),
    "login-empty": (None, ("tab", "tab", "enter")),
    "home": (ANNA, ()),
    "home-empty": (LENA, ()),
    "home-with-cart": (ANNA, ()),
    "home-past-due": (ANNA, ()),
    "home-suspended": (ANNA, ()),
    "due-invoice": (ANNA, ("enter",)),
    "product": (ANNA, ("n",)),
    "product-refused": (ANNA, ("n", "up", "enter")),
    "product-cancelled": (ANNA, ("n", "home", "down", "down", "down", "enter")),
    "product-in-cart": (ANNA, ("n", "up")),
    "offer": (LENA, WEBINAR),
    "tier": (LENA, (*WEBINAR, "enter", "down", "down")),
    "compare": (LENA, (*WEBINAR, "enter", "v")),
    "seats": (LENA, (*PRO, "5")),
    "seats-refused": (LENA, (*PRO, "9", "9", "9")),
    "seats-trial": (LENA, (*WEBINAR, "down", "enter", "down", "down", "enter")),
    "cycle": (LENA, FIVE),
    "checkout-vat": (ANNA, ANNAS_KASSE),
    "checkout-reverse-charge": (LENA, KASSE),
    "checkout-three-lines": (ANNA, ("w", "enter")),
    "checkout-card": (LENA, (*KASSE, "left")),
    "checkout-card-empty": (LENA, (*KASSE, "left")),
    "checkout-debit-empty": (LENA, KASSE),
    "checkout-bank": (LENA, (*KASSE, "left")),
    "cart": (ANNA, ("w",)),
    "cart-remove": (ANNA, ("w",)),
    "cart-refused": (ANNA, ("w",)),
    "confirmation": (LENA, (*KASSE, "right", "tab", "tab", "enter")),
    "confirmation-mail-failed": (LENA, (*KASSE, "right", "tab", "tab", "enter")),
    "confirmation-trial": (LENA, (*WEBINAR, "down", "enter", "enter", "enter")),
    "licences": (ANNA, ("l", "down", "enter")),
    "help": (LENA, (*PRO, "f1")),
    "admin": ("max@muster.example", ()),
    "corporate": ("karla@konzern.example", ()),
    "expired": ("egon@alt.example", ()),
    "quit": (ANNA, ("ctrl+c",)),
    "palette": (ANNA, ("ctrl+p",)),
}


def no_such_mailbox(shop: Shop) -> None:
    """No mail is taken, for good."""
    shop.post.refusal = MailNotTaken("550 no such mailbox", for_good=True)


def filled(number: int) -> Callable[[Shop], None]:
    """So many lines in Anna's cart."""

    def fill(shop: Shop) -> None:
        shop.fill(shop.session(ANNA), *LINES[:number])

    return fill


def withdrawn(shop: Shop) -> None:
    """A product in Anna's cart is no longer sold, nor is one that she has."""
    filled(2)(shop)
    fewer = without(without(shop.catalogue, "goto-webinar"), "goto-connect")
    shop.service = shop.second(catalogue=fewer).service


# Typed when the page before has been laid out.
THEN = {
    "checkout-card-empty": (*["tab"] * 5, "enter"),
    "checkout-debit-empty": ("tab", "tab", "end", "ctrl+u", "tab", "end", "X", "tab", "enter"),
    "cart-remove": ("x",),
    "checkout-bank": ("tab", *ASKING_CARD, "tab", "tab", "enter"),
}
PREPARED: dict[str, Callable[[Shop], None]] = {
    "home-past-due": past_due,
    "home-suspended": suspended,
    "due-invoice": past_due,
    "home-with-cart": filled(1),
    "product-in-cart": filled(1),
    "cart": filled(2),
    "cart-remove": filled(2),
    "cart-refused": withdrawn,
    "checkout-three-lines": filled(3),
    "confirmation-mail-failed": no_such_mailbox,
}
SIZES = {"80x24": (80, 24), "120x36": (120, 36), "60x18": (60, 18)}


@asynccontextmanager
async def shown(
    shop: Shop, screen: str, *, language: str, size: str, theme: str = DARK
) -> AsyncIterator[Terminal]:
    """The program at a screen, reached with the keyboard."""
    mail, keys = SCREENS[screen]
    if screen in PREPARED:
        PREPARED[screen](shop)
    async with running(
        shop.service, mail, language=language, size=SIZES[size], theme=theme
    ) as terminal:
        await terminal.press(*keys)
        await terminal.press(*THEN.get(screen, ()))
        yield terminal


@pytest.mark.parametrize("size", ["80x24", "120x36"])
@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("screen", SCREENS)
async def test_look(screen: str, language: str, size: str, shop: Shop, same_look: SameLook) -> None:
    async with shown(shop, screen, language=language, size=size) as terminal:
        await same_look(terminal)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("screen", SCREENS)
async def test_look_without_colour(
    screen: str,
    language: str,
    shop: Shop,
    same_look: SameLook,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with shown(shop, screen, language=language, size="80x24", theme=TERMINAL) as terminal:
        await same_look(terminal)


@pytest.mark.parametrize("theme", [LIGHT, TERMINAL])
@pytest.mark.parametrize("screen", ["login", "home", "tier", "checkout-vat", "confirmation"])
async def test_look_in_other_themes(
    screen: str, theme: str, shop: Shop, same_look: SameLook
) -> None:
    async with shown(shop, screen, language="de", size="80x24", theme=theme) as terminal:
        await same_look(terminal)


@pytest.mark.parametrize("language", ["de", "en"])
async def test_look_of_a_window_that_is_too_small(
    language: str, shop: Shop, same_look: SameLook
) -> None:
    async with shown(shop, "seats", language=language, size="80x24") as terminal:
        await terminal.resize(40, 10)
        await same_look(terminal)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("screen", ["home", "tier", "cart", "checkout-vat"])
async def test_look_of_the_smallest_window(
    screen: str, language: str, shop: Shop, same_look: SameLook
) -> None:
    async with shown(shop, screen, language=language, size="60x18") as terminal:
        await same_look(terminal)
