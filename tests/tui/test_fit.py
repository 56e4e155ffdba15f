"""At 80 columns no label is cut, in either language, on any screen."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from billing.catalogue.model import BillingCycle, Offer
from billing.mail.transport import MailNotTaken
from billing.ordering.model import Selection
from billing.payments.model import Card, PaymentKind
from tests.service.life import bought, move_to, run
from tests.service.shop import ADA, ANNA, LENA, MAX, RESCUE, WEBINAR
from tests.tui.driver import shown_text
from tui.flow import Step
from tui.widgets.choices import Choices
from tui.widgets.lines import KeyLine, NoticeLine, SplitLine
from tui.widgets.push_button import PushButton
from tui.widgets.radio_row import RadioRow
from tui.widgets.stepper import Stepper

if TYPE_CHECKING:
    from tests.service.shop import Shop
    from tests.tui.driver import Opener, Terminal

KARLA, EGON = "karla@konzern.example", "egon@alt.example"
CENTRAL = Selection("logmein-central", "premier", 2500, BillingCycle.ANNUAL)
# Good when typed in, declined whenever it is charged later.
FADING_CARD = Card("4000 0000 0000 0341", "12/30", "123")
ASKING = "4000 0025 0000 3155"
ANSWERS = {"product": "goto-webinar", "offer": Offer.BUY, "tier": "pro", "seats": 450}

pytestmark = pytest.mark.parametrize("language", ["de", "en"])


def cut(t: Terminal) -> list[tuple[str, str, str]]:
    """(screen, text, what is visible of it) of everything that is not shown in full."""
    flaws = []
    for widget in t.app.screen.walk_children(Widget):
        if not widget.display or any(not each.display for each in widget.ancestors):
            continue
        visible = _letters(shown_text(t, widget))
        flaws += [
            (t.name, text, shown_text(t, widget))
            for text in _texts(widget)
            if _letters(text) not in visible
        ]
    flaws += [(t.name, "…", line) for line in t.lines() if "…" in line.replace(" … ", " ")]
    return flaws


def _texts(widget: Widget) -> list[str]:
    """The texts that must be seen of a widget."""
    match widget:
        case SplitLine(_parts=(left, _, right)):
            return [left.plain, right.plain]
        case Choices():
            return [str(option.prompt) for option in widget.options]
        case NoticeLine() | Static():
            return [str(widget.visual)]
        case KeyLine() | PushButton() | RadioRow() | Stepper():
            content = widget.render()
            return [content.plain] if isinstance(content, Content) else []
    return []


def _letters(text: str) -> str:
    return "".join(text.split())


async def test_login_and_the_pages_of_those_who_cannot_order(
    open_terminal: Opener, language: str
) -> None:
    async with open_terminal(language=language) as t:
        assert cut(t) == []
        await t.login.sign_in(ANNA, "wrong")
        assert cut(t) == []
    for mail in (MAX, KARLA, EGON):
        async with open_terminal(mail, language=language) as t:
            assert cut(t) == []


async def test_the_start_page_its_questions_and_the_licences(
    open_terminal: Opener, shop: Shop, language: str
) -> None:
    shop.fill(shop.session(ANNA), WEBINAR)
    async with open_terminal(ANNA, language=language) as t:
        assert cut(t) == []
        await t.press("l")
        assert cut(t) == []
        await t.press("escape", "ctrl+c")
        assert cut(t) == []


async def test_what_is_open_and_what_the_bank_asks(
    open_terminal: Opener, shop: Shop, language: str
) -> None:
    bought(shop, RESCUE, FADING_CARD)
    move_to(shop, date(2026, 12, 22))
    run(shop)
    shop.fill(shop.session(ANNA), WEBINAR)
    async with open_terminal(ANNA, language=language) as t:
        assert cut(t) == []
        await t.push("pay")
        for kind in PaymentKind:
            await t.checkout.pay_by(kind)
            assert cut(t) == []
        await t.checkout.card(ASKING)
        await t.push("pay-now")
        assert (t.name, cut(t)) == ("QuestionScreen", [])
        await t.press("escape")
        assert (t.name, cut(t)) == ("DueScreen", [])


async def test_a_mail_that_failed_can_be_sent_again(
    open_terminal: Opener, shop: Shop, language: str
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    shop.post.refusal = MailNotTaken("550 no such mailbox", for_good=True)
    async with open_terminal(LENA, language=language) as t:
        await t.home.open_checkout()
        await t.checkout.pay_by(PaymentKind.INVOICE)
        await t.checkout.place_order()
        assert (t.name, cut(t)) == ("ConfirmationScreen", [])
        await t.push("resend")
        assert cut(t) == []


async def test_the_steps_of_the_flow(open_terminal: Opener, language: str) -> None:
    async with open_terminal(ANNA, language=language) as t:
        await t.begin(Step.PRODUCT)
        found = t.page.query_one("#products", Choices).option_count
        await t.press("home")
        for _ in range(found):
            assert cut(t) == []
            await t.press("down")
        for step in (Step.OFFER, Step.TIER, Step.SEATS, Step.CYCLE):
            await t.begin(step, **ANSWERS)
            assert cut(t) == []
        await t.begin(Step.SEATS, **ANSWERS)
        await t.press("0")
        assert cut(t) == []
        await t.begin(Step.SEATS, **(ANSWERS | {"offer": Offer.TRIAL, "seats": 2}))
        assert cut(t) == []
        await t.press("enter")
        assert (t.name, cut(t)) == ("ConfirmationScreen", [])


async def test_the_steps_of_every_product(open_terminal: Opener, shop: Shop, language: str) -> None:
    async with open_terminal(LENA, language=language) as t:
        for product in shop.catalogue.products:
            tier = product.tiers[-1]
            answers = {"offer": Offer.BUY, "tier": tier.id, "seats": tier.max_seats}
            await t.begin(Step.CYCLE, product=product.id, **answers)
            assert cut(t) == []
            if len(product.tiers) > 1:
                await t.begin(Step.TIER, product=product.id, **answers)
                assert cut(t) == []


async def test_the_comparison_of_every_product(
    open_terminal: Opener, shop: Shop, language: str
) -> None:
    async with open_terminal(LENA, language=language) as t:
        for product in shop.catalogue.products:
            if len(product.tiers) > 1:
                await t.begin(Step.TIER, product=product.id, offer=Offer.BUY)
                await t.press("v")
                assert (t.name, cut(t)) == ("CompareScreen", [])
                await t.press("escape")


@pytest.mark.parametrize("mail", [ANNA, LENA, ADA])
async def test_cart_checkout_and_confirmation(
    open_terminal: Opener, shop: Shop, language: str, mail: str
) -> None:
    shop.fill(shop.session(mail), WEBINAR, RESCUE)
    async with open_terminal(mail, language=language) as t:
        await t.home.open_cart()
        assert cut(t) == []
        await t.press("x")
        assert cut(t) == []
        await t.press("escape")
        await t.push("checkout")
        for kind in PaymentKind:
            await t.checkout.pay_by(kind)
            assert cut(t) == []
        await t.checkout.pay_by(PaymentKind.INVOICE)
        await t.checkout.place_order()
        assert (t.name, cut(t)) == ("ConfirmationScreen", [])


async def test_the_checkout_with_three_lines_and_a_refusal(
    open_terminal: Opener, shop: Shop, language: str
) -> None:
    shop.fill(shop.session(ANNA), WEBINAR, RESCUE, CENTRAL)
    async with open_terminal(ANNA, language=language) as t:
        await t.home.open_checkout()
        for kind in PaymentKind:
            await t.checkout.pay_by(kind)
            assert cut(t) == []
        await t.checkout.place_order()
        assert t.notice.startswith("✗ ")
        assert cut(t) == []


async def test_the_offer_to_resume_and_the_small_window(
    open_terminal: Opener, shop: Shop, language: str
) -> None:
    async with open_terminal(LENA, language=language) as t:
        await t.begin(Step.TIER, product="logmein-central", offer=Offer.BUY)
        await t.tier.choose("premier")
    async with open_terminal(LENA, language=language, service=shop.second().service) as t:
        assert (t.name, cut(t)) == ("QuestionScreen", [])
    async with open_terminal(LENA, language=language, size=(40, 10)) as t:
        assert (t.name, cut(t)) == ("TooSmallScreen", [])
