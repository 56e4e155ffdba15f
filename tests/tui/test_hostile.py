"""Names full of markup, escapes and marks: every screen shows them and none obeys them."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from sqlalchemy import update

from billing.catalogue.model import BillingCycle, Feature, Offer, SeatNoun, Text
from billing.ordering.model import StoredDraft
from billing.payments.model import PaymentKind
from billing.storage.tables import account, account_user, contact
from tests.service.shop import ANNA, LENA, MAX, RESCUE, WEBINAR
from tui.flow import Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing.catalogue.model import Catalogue, Product
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener, Terminal

NAMES = {
    "markup": "[/foo] [b]x[/] [@click=app.quit]q[/] {n} {0.__class__} %s %(name)s $password [$x \\",
    "escapes": "\x1b[31mred\x1b]0;title\x07\x1b[2J\x9b1m\x08\x0d\x0a\x00end",
    "marks": "\u202eגרא\u2066Evil\u200b\u200d\ufeff\u2028x\u0301\u0301",
    "giant": "W" * 150,
}


def harmless(t: Terminal) -> None:
    """Nothing on the screen is a control character, and the frame still stands."""
    for line in t.lines():
        wrong = [c for c in line if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
        assert wrong == [], (t.name, line)
    assert {cell_len(line) for line in t.lines()} == {80}
    assert t.app._exception is None


@pytest.fixture(params=list(NAMES))
def hostile(request: pytest.FixtureRequest, new_shop: Callable[..., Shop]) -> Shop:
    """A shop in which every name and text from outside is hostile."""
    name = NAMES[str(request.param)]
    shop = new_shop()
    shop = new_shop(catalogue=_poisoned(shop.catalogue, name))
    shop.execute(update(account).values(name=name[:100]))
    shop.execute(update(contact).values(name=name[:100]))
    shop.execute(update(account_user).values(name=name[:100]))
    return shop


async def test_the_way_from_the_start_page_to_the_licences(
    open_terminal: Opener, hostile: Shop
) -> None:
    async with open_terminal(LENA, service=hostile.service) as t:
        harmless(t)
        await t.begin(Step.PRODUCT)
        harmless(t)
        await t.product.choose("goto-webinar")
        harmless(t)
        await t.offer.buy()
        harmless(t)
        await t.press("v")
        harmless(t)
        await t.press("escape")
        await t.tier.choose("pro")
        harmless(t)
        await t.press("0", "enter")
        harmless(t)
        await t.seats.set(5)
        harmless(t)
        await t.cycle.choose(BillingCycle.ANNUAL)
        harmless(t)
        await t.checkout.pay_by(PaymentKind.INVOICE)
        await t.checkout.place_order()
        assert t.name == "ConfirmationScreen"
        harmless(t)
        await t.press("enter")
        assert t.name == "LicencesScreen"
        await t.press("enter", "space")
        harmless(t)
        await t.press("f2")
        harmless(t)
        await t.push("home")
        harmless(t)


async def test_the_cart_its_question_and_what_cannot_be_bought(
    open_terminal: Opener, hostile: Shop
) -> None:
    hostile.fill(hostile.session(ANNA), WEBINAR, RESCUE)
    async with open_terminal(ANNA, service=hostile.service) as t:
        harmless(t)
        await t.home.open_cart()
        harmless(t)
        await t.press("x")
        assert t.name == "QuestionScreen"
        harmless(t)
        await t.press("escape")
        await t.push("checkout")
        harmless(t)
        await t.begin(Step.PRODUCT, product="goto-webinar", offer=Offer.BUY, tier="pro", seats=450)
        await t.product.choose("logmein-resolve")
        harmless(t)
        await t.begin(Step.PRODUCT)
        await t.product.choose("goto-meeting")
        assert t.name == "ProductScreen"
        harmless(t)
        await t.press("f2")
        harmless(t)


async def test_the_door_and_the_offer_to_resume(open_terminal: Opener, hostile: Shop) -> None:
    async with open_terminal(MAX, service=hostile.service) as t:
        assert t.name == "ClosedScreen"
        harmless(t)
    again = hostile.second()
    session = again.session(LENA)
    draft = replace(again.service.new_draft(session), product="goto-webinar", tier="pro")
    again.service.save_draft(session, StoredDraft(draft, "seats"))
    async with open_terminal(LENA, service=again.service) as t:
        assert t.name == "QuestionScreen"
        harmless(t)


@pytest.mark.parametrize("name", list(NAMES.values()), ids=list(NAMES))
async def test_hostile_text_pasted_into_every_field(
    open_terminal: Opener, shop: Shop, name: str
) -> None:
    shop.fill(shop.session(ANNA), WEBINAR)
    async with open_terminal() as t:
        await t.paste(name)
        harmless(t)
        await t.focus("password")
        await t.paste(name)
        await t.press("enter")
        harmless(t)
        assert t.notice.startswith("✗ ")
    async with open_terminal(ANNA, service=shop.second().service) as t:
        await t.home.open_checkout()
        for field in ("iban", "holder", "vat-id"):
            await t.focus(field)
            await t.clear()
            await t.paste(name)
            await t.press("tab")
            harmless(t)
        await t.checkout.pay_by(PaymentKind.CARD)
        for field in ("number", "expiry", "cvc"):
            await t.focus(field)
            await t.paste(name)
            harmless(t)
        await t.checkout.place_order()
        assert t.name == "CheckoutScreen"
        harmless(t)


def _poisoned(catalogue: Catalogue, name: str) -> Catalogue:
    text = Text(name, name)

    def poison(product: Product) -> Product:
        return replace(
            product,
            name=name,
            summary=text,
            seat_noun=SeatNoun(text, text),
            features=tuple(Feature(each.id, text) for each in product.features),
            tiers=tuple(replace(tier, name=name, limit=text) for tier in product.tiers),
        )

    return replace(catalogue, products=tuple(map(poison, catalogue.products)))
