"""F2: the other language at once, on every screen, and nothing typed is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing.catalogue.model import Offer
from billing.errors import SignInRefused
from billing.payments.model import PaymentKind
from tests.service.shop import ANNA, LENA, RESCUE, WEBINAR
from tui.flow import Step
from tui.i18n import current_language
from tui.testing.terminal import said
from tui.widgets.choices import Choices

if TYPE_CHECKING:
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener

WEBINAR_ANSWERS = {"product": "goto-webinar", "offer": Offer.BUY, "tier": "pro", "seats": 5}


@pytest.mark.parametrize("keys", [("n",), ("n", "enter"), ("w",), ()])
async def test_the_language_changes_below_a_question_too(
    open_terminal: Opener, shop: Shop, keys: tuple[str, ...]
) -> None:
    shop.fill(shop.session(LENA), RESCUE)
    async with open_terminal(LENA) as t:
        await t.press(*keys, "ctrl+c")
        for language in ("en", "de", "en"):
            await t.press("f2")
            assert current_language() == language
            assert t.name == "QuestionScreen"
        await t.press("escape")
        assert "F2 Deutsch" in t.text
        assert "Back" in t.text or "Sign out" in t.text


async def test_the_login_keeps_mail_password_focus_and_complaint(open_terminal: Opener) -> None:
    async with open_terminal() as t:
        await t.login.sign_in(ANNA, "wrong")
        await t.type("secret")
        await t.press("f2")
        assert (t.value("mail"), t.value("password"), t.focused) == (ANNA, "secret", "password")
        assert t.notice == said(SignInRefused())
        assert "Sign in" in t.text
        await t.press("f2")
        assert "Anmelden" in t.text


async def test_the_stepper_keeps_what_was_typed_right_or_wrong(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        await t.begin(Step.SEATS, product="goto-webinar", offer=Offer.BUY, tier="pro")
        for typed in ("7", "501", "abc"):
            await t.press("delete")
            await t.type(typed)
            await t.press("f2")
            assert (t.seats.shown, t.focused) == (typed, "stepper")
            await t.press("backspace")
            assert t.seats.shown == (typed[:-1] or "_")
        assert "How many new user licences?" in t.text


async def test_the_prices_beside_the_stepper_stay_those_of_the_number_typed(
    open_terminal: Opener,
) -> None:
    async with open_terminal(LENA) as t:
        await t.begin(Step.SEATS, product="goto-webinar", offer=Offer.BUY, tier="pro")
        await t.press("7", "f2")
        assert "€16,716.00" in t.read("#pane")


async def test_the_pointer_of_a_list_stays_where_it_was_moved_to(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        for step, choices, key in (
            (Step.PRODUCT, "products", "down"),
            (Step.OFFER, "offers", "down"),
            (Step.TIER, "tiers", "up"),
            (Step.CYCLE, "cycles", "up"),
        ):
            await t.begin(step, **WEBINAR_ANSWERS)
            await t.press(key)
            before = t.page.query_one(Choices).chosen
            await t.press("f2")
            assert (t.focused, t.page.query_one(Choices).chosen) == (choices, before)


async def test_the_checkout_keeps_every_field_the_way_to_pay_and_the_bank(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(ANNA), WEBINAR)
    async with open_terminal(ANNA) as t:
        await t.home.open_checkout()
        await t.fill("iban", "DE89 3704 0044 0532 0130 00")
        await t.fill("holder", "Anna M.")
        await t.fill("vat-id", "DE129273398")
        await t.press("tab", "f2")
        assert t.value("iban") == "DE89 3704 0044 0532 0130 00"
        assert t.value("holder") == "Anna M."
        assert t.value("vat-id") == "DE129273398"
        assert t.read("#bank") == "Commerzbank"
        assert "Total due" in t.read("#sums")
        assert "€14,208.60" in t.read("#sums")
        await t.checkout.pay_by(PaymentKind.CARD)
        await t.checkout.card("4242 4242 4242 4242", "12/30", "987")
        await t.press("f2")
        assert "(•) Karte" in t.text
        assert [t.value(each) for each in ("number", "expiry", "cvc")] == [
            "4242 4242 4242 4242",
            "12/30",
            "987",
        ]
        assert t.focused == "cvc"


async def test_ticks_not_yet_saved_stay(open_terminal: Opener, shop: Shop) -> None:
    session = shop.session(ANNA)
    felix = next(user for user in shop.service.users(session) if user.name == "Felix Sommer")
    held = shop.service.home(session).subscriptions
    meeting = next(each.subscription_id for each in held if each.product == "goto-meeting")
    async with open_terminal(ANNA) as t:
        await t.press("l")
        await t.licences.tick(felix.user_id, meeting)
        await t.press("f2")
        assert "[x] GoTo Meeting" in t.read("#ticks")
        assert t.read("#person") == "Felix Sommer"
        await t.push("save")
        assert t.notice.startswith("✓ ")


async def test_pages_without_fields_follow_too(open_terminal: Opener, shop: Shop) -> None:
    shop.fill(shop.session(ANNA), WEBINAR, RESCUE)
    async with open_terminal(ANNA) as t:
        await t.press("f2")
        assert "Add New Subscription" in t.text
        assert "cancelled as of" in t.read("#subscriptions")
        await t.home.open_cart()
        await t.press("f2")
        assert "nächste Rechnung" in t.read("#lines")
        await t.press("x", "f2")
        assert t.name == "QuestionScreen"
        assert "Keep" in t.text
        assert t.focused == "keep"
        await t.press("escape")
        assert "next invoice" in t.read("#lines")


async def test_the_comparison_and_the_help_follow_and_stay_open(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        await t.begin(Step.TIER, **WEBINAR_ANSWERS)
        await t.press("v", "f2")
        assert t.name == "CompareScreen"
        assert "Enterprise" in t.read("#tier-names")
        assert "Custom branding" in t.read("#comparison")
        await t.press("f1", "f2")
        assert t.name == "HelpScreen"
        await t.press("escape", "escape")
        assert t.name == "TierScreen"
        assert "Welche Abostufe" in t.text


async def test_the_confirmation_follows(open_terminal: Opener, shop: Shop) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        await t.checkout.pay_by(PaymentKind.INVOICE)
        await t.checkout.place_order()
        await t.press("f2")
        assert "Order number" in t.read("#facts")
        assert "Nov 22, 2027" in t.read("#facts")
