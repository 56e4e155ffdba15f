"""Whatever is pressed, in whatever window, after whatever change of the catalogue: nothing ends.

A walk presses keys at random; `BILLING_CENTER_WALKS` says how many there are, and
`BILLING_CENTER_WALKS_SEED` which: `make soak` tries others in every round.
"""

from __future__ import annotations

import os
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from billing.catalogue.model import BillingCycle
from billing.ordering.model import Selection
from tests.service.shop import ADA, ANNA, LENA, MAX, RESCUE, WEBINAR
from tui.screens.page import LocalizedScreen
from tui.testing.rules import flaws

if TYPE_CHECKING:
    from billing.catalogue.model import Catalogue, Product
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener, Terminal

WALKS, SEED = "BILLING_CENTER_WALKS", "BILLING_CENTER_WALKS_SEED"
FIRST = int(os.environ.get(SEED, "0"))
LENGTH = 40
BUYERS, OTHERS = (ANNA, LENA, ADA), (MAX, "egon@alt.example", "karla@konzern.example")
# In these nothing scrolls; in the others it may, or there is no room at all.
SIZES = ((80, 24), (100, 30), (120, 36))
NARROW, TOO_SMALL = (60, 18), (40, 10)
FORWARD = ("enter", "enter", "enter", "down", "down", "tab", "tab", "right", "space", "5")
ELSEWHERE = ("up", "left", "shift+tab", "escape", "f3", "home", "end", "plus", "minus", "pagedown")
SHORTCUTS = ("n", "w", "l", "x", "v", "e", "f1", "f2", "ctrl+p", "ctrl+s", "ctrl+c")
KEYS = (*FORWARD, *FORWARD, *ELSEWHERE, *SHORTCUTS)
LINES = (WEBINAR, RESCUE, Selection("logmein-resolve", "standard", 5, BillingCycle.ANNUAL))


def otherwise(catalogue: Catalogue, chance: random.Random) -> Catalogue:
    """The next version of a catalogue, in which some products are gone or not what they were."""
    products = list(catalogue.products)
    for _ in range(chance.randint(0, 4)):
        place = chance.randrange(len(products))
        if chance.random() < 0.3:
            products.pop(place)
        else:
            products[place] = _changed(products[place], chance)
    return replace(catalogue, version=f"{catalogue.version}+", products=tuple(products))


def _changed(product: Product, chance: random.Random) -> Product:
    tiers = product.tiers
    match chance.randrange(4):
        case 0:
            tiers = tiers[:1]
        case 1:
            tiers = tuple(replace(tier, max_seats=tier.min_seats + 1) for tier in tiers)
        case 2:
            tiers = tuple(
                replace(tier, prices={key: p for key, p in tier.prices.items() if key[1] != "EUR"})
                for tier in tiers
            )
        case _:
            return replace(product, trial=None, features=())
    return replace(product, tiers=tiers)


def left(t: Terminal) -> bool:
    """Whether the program was told to end."""
    return t.app.return_code is not None


async def step(t: Terminal, chance: random.Random) -> object:
    """Press a key, several at once, or take another window; answers with what was done."""
    kind = chance.random()
    if kind < 0.05:
        size = chance.choice((*SIZES, NARROW, TOO_SMALL))
        await t.resize(*size)
        return size
    keys = chance.choices(KEYS, k=4 if kind < 0.1 else 1)
    t.send(*keys)
    await t.settle()
    return keys


@pytest.mark.parametrize("walk", range(FIRST, FIRST + int(os.environ.get(WALKS, "5"))))
async def test_no_key_ends_the_program_or_breaks_a_page(
    walk: int, open_terminal: Opener, shop: Shop
) -> None:
    chance = random.Random(walk)  # noqa: S311 - no secret
    mail = chance.choice((*BUYERS, *BUYERS, *OTHERS))
    if mail in BUYERS:
        shop.fill(shop.session(mail), *chance.sample(LINES, chance.randint(0, 2)))
    later = shop.second(catalogue=otherwise(shop.catalogue, chance))
    done: list[object] = [mail]
    async with open_terminal(
        mail, service=later.service, size=chance.choice((*SIZES, NARROW))
    ) as t:
        for _ in range(LENGTH):
            done.append(await step(t, chance))
            if left(t):
                break
            # The palette is Textual's, and says only after a while that it found nothing.
            if t.app.size in SIZES and isinstance(t.app.screen, LocalizedScreen):
                # Names are cut where they must be.
                found = [flaw for flaw in flaws(t.app.screen) if flaw.rule != "cut"]
                assert not found, f"{done}: {found}"
        assert t.app.return_code in (None, 0), done
