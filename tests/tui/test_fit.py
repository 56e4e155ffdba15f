"""At 80 columns nothing is cut, covered, outside, scrolled or left in the other language."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from billing.catalogue.loader import sample_catalogue
from billing.catalogue.model import BillingCycle, Offer
from billing.mail.transport import MailNotTaken
from billing.ordering.model import Selection
from billing.payments.model import Card, PaymentKind, SepaDebit
from billing.payments.ways import ways_in
from tests.service.life import bought, move_to, run
from tests.service.shop import ADA, ANNA, LENA, MAX, RESCUE, WEBINAR, request
from tui.flow import Step
from tui.testing.rules import flaws
from tui.testing.words import Words
from tui.widgets.choices import Choices

if TYPE_CHECKING:
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener, Terminal

KARLA, EGON = "karla@konzern.example", "egon@alt.example"
CENTRAL = Selection("logmein-central", "premier", 2500, BillingCycle.ANNUAL)
# Good when typed in, declined whenever it is charged later.
FADING_CARD = Card("4000 0000 0000 0341", "12/30", "123")
# It comes back in the end.
RETURNED_DEBIT = SepaDebit("DE62 3704 0044 0532 0130 01", "Anna Muster")
ASKING = "4000 0025 0000 3155"
ANSWERS = {"product": "goto-webinar", "offer": Offer.BUY, "tier": "pro", "seats": 450}
WORDS = Words(sample_catalogue())

pytestmark = pytest.mark.parametrize("language", ["de", "en"])


def wrong(t: Terminal) -> list[str]:
    """All that is wrong with the screen."""
    return [str(flaw) for flaw in (*flaws(t.app.screen), *WORDS.mixed(t.app.screen))]


async def test_login_and_the_pages_of_those_who_cannot_order(
    open_terminal: Opener, language: str
) -> None:
    async with open_terminal(language=language) as t:
        assert wrong(t) == []
        await t.login.sign_in(ANNA, "wrong")
        assert wrong(t) == []
    for mail in (MAX, KARLA, EGON):
        async with open_terminal(mail, language=language) as t:
            assert wrong(t) == []


async def test_the_start_page_its_questions_and_the_licences(
    open_terminal: Opener, shop: Shop, language: str
) -> None:
    shop.fill(shop.session(ANNA), WEBINAR)
    async with open_terminal(ANNA, language=language) as t:
        assert wrong(t) == []
        await t.press("l")
        assert wrong(t) == []
        await t.press("escape", "ctrl+c")
        assert wrong(t) == []


@pytest.mark.parametrize("width", [60, 77, 78])
async def test_the_start_page_and_the_cart_at_the_widths_where_their_layout_changes(
    open_terminal: Opener, shop: Shop, language: str, width: int
) -> None:
    shop.fill(shop.session(ANNA), WEBINAR)
    async with open_terminal(ANNA, language=language, size=(width, 24)) as t:
        assert (t.name, wrong(t)) == ("HomeScreen", [])
        await t.home.open_cart()
        assert wrong(t) == []


async def test_what_is_open_and_what_the_bank_asks(
    open_terminal: Opener, shop: Shop, language: str
) -> None:
    bought(shop, RESCUE, FADING_CARD)
    move_to(shop, date(2026, 12, 22))
    run(shop)
    shop.fill(shop.session(ANNA), WEBINAR)
    async with open_terminal(ANNA, language=language) as t:
        assert wrong(t) == []
        await t.push("pay")
        for kind in PaymentKind:
            await t.checkout.pay_by(kind)
            assert wrong(t) == []
        await t.checkout.card(ASKING)
        await t.push("pay-now")
        assert (t.name, wrong(t)) == ("QuestionScreen", [])
        await t.press("escape")
        assert (t.name, wrong(t)) == ("DueScreen", [])


async def test_an_open_invoice_with_three_positions(
    open_terminal: Opener, shop: Shop, language: str
) -> None:
    session = shop.session(ANNA)
    checkout = shop.checkout(session, WEBINAR, RESCUE, CENTRAL)
    shop.service.place_order(session, request(checkout, RETURNED_DEBIT))
    shop.clock.advance(timedelta(days=5))
    run(shop)
    async with open_terminal(ANNA, language=language) as t:
        await t.push("pay")
        for kind in PaymentKind:
            await t.checkout.pay_by(kind)
            assert (t.name, wrong(t)) == ("DueScreen", [])


async def test_a_mail_that_failed_can_be_sent_again(
    open_terminal: Opener, shop: Shop, language: str
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    shop.post.refusal = MailNotTaken("550 no such mailbox", for_good=True)
    async with open_terminal(LENA, language=language) as t:
        await t.home.open_checkout()
        await t.checkout.pay_by(PaymentKind.INVOICE)
        await t.checkout.place_order()
        assert (t.name, wrong(t)) == ("ConfirmationScreen", [])
        await t.push("resend")
        assert wrong(t) == []


async def test_the_steps_of_the_flow(open_terminal: Opener, language: str) -> None:
    async with open_terminal(ANNA, language=language) as t:
        await t.begin(Step.PRODUCT)
        found = t.page.query_one("#products", Choices).option_count
        await t.press("home")
        for _ in range(found):
            assert wrong(t) == []
            await t.press("down")
        for step in (Step.OFFER, Step.TIER, Step.SEATS, Step.CYCLE):
            await t.begin(step, **ANSWERS)
            assert wrong(t) == []
        await t.begin(Step.SEATS, **ANSWERS)
        await t.press("0")
        assert wrong(t) == []
        await t.begin(Step.SEATS, **(ANSWERS | {"offer": Offer.TRIAL, "seats": 2}))
        assert wrong(t) == []
        await t.press("enter")
        assert (t.name, wrong(t)) == ("ConfirmationScreen", [])


async def test_the_steps_of_every_product(open_terminal: Opener, shop: Shop, language: str) -> None:
    async with open_terminal(LENA, language=language) as t:
        for product in shop.catalogue.products:
            tier = product.tiers[-1]
            answers = {"offer": Offer.BUY, "tier": tier.id, "seats": tier.max_seats}
            await t.begin(Step.CYCLE, product=product.id, **answers)
            assert wrong(t) == []
            if len(product.tiers) > 1:
                await t.begin(Step.TIER, product=product.id, **answers)
                assert wrong(t) == []


async def test_the_comparison_of_every_product(
    open_terminal: Opener, shop: Shop, language: str
) -> None:
    async with open_terminal(LENA, language=language) as t:
        for product in shop.catalogue.products:
            if len(product.tiers) > 1:
                await t.begin(Step.TIER, product=product.id, offer=Offer.BUY)
                await t.press("v")
                assert (t.name, wrong(t)) == ("CompareScreen", [])
                await t.press("escape")


@pytest.mark.parametrize("mail", [ANNA, LENA, ADA])
async def test_cart_checkout_and_confirmation(
    open_terminal: Opener, shop: Shop, language: str, mail: str
) -> None:
    shop.fill(shop.session(mail), WEBINAR, RESCUE)
    async with open_terminal(mail, language=language) as t:
        await t.home.open_cart()
        assert wrong(t) == []
        await t.press("x")
        assert wrong(t) == []
        await t.press("escape")
        await t.push("checkout")
        for kind in ways_in(shop.session(mail).account.currency):
            await t.checkout.pay_by(kind)
            assert wrong(t) == []
        await t.checkout.pay_by(PaymentKind.INVOICE)
        await t.checkout.place_order()
        assert (t.name, wrong(t)) == ("ConfirmationScreen", [])


async def test_the_checkout_with_three_lines_and_a_refusal(
    open_terminal: Opener, shop: Shop, language: str
) -> None:
    shop.fill(shop.session(ANNA), WEBINAR, RESCUE, CENTRAL)
    async with open_terminal(ANNA, language=language) as t:
        await t.home.open_checkout()
        for kind in PaymentKind:
            await t.checkout.pay_by(kind)
            assert wrong(t) == []
        await t.checkout.place_order()
        assert t.notice.startswith("✗ ")
        assert wrong(t) == []


async def test_the_offer_to_resume_and_the_small_window(
    open_terminal: Opener, shop: Shop, language: str
) -> None:
    async with open_terminal(LENA, language=language) as t:
        await t.begin(Step.TIER, product="logmein-central", offer=Offer.BUY)
        await t.tier.choose("premier")
    async with open_terminal(LENA, language=language, service=shop.second().service) as t:
        assert (t.name, wrong(t)) == ("QuestionScreen", [])
    async with open_terminal(LENA, language=language, size=(40, 10)) as t:
        assert (t.name, wrong(t)) == ("TooSmallScreen", [])
