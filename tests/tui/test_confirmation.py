"""Bestätigung: what was ordered and what is true about it now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing.catalogue.model import BillingCycle
from billing.mail.transport import MailNotTaken
from billing.ordering.model import Selection
from billing.payments.model import PaymentKind
from tests.service.shop import ANNA, LENA, RESCUE, WEBINAR

if TYPE_CHECKING:
    from billing.accounts.model import Session
    from billing.ordering.model import MailState
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener, Terminal


async def order_on_invoice(t: Terminal) -> None:
    await t.home.open_checkout()
    await t.checkout.pay_by(PaymentKind.INVOICE)
    await t.checkout.place_order()
    assert t.name == "ConfirmationScreen"


async def test_number_access_next_invoice_total_and_mail_are_named(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    async with open_terminal(LENA) as t:
        await order_on_invoice(t)
        facts = t.read("#facts")
        for fact in (
            "Bestellnummer B-2026-",
            "GoTo Webinar · Pro",
            "5 Organisatoren",
            "22.11.2027",
            "11.940,00 €",
            "Rechnung",
            "gesendet an lena@huber.example",
        ):
            assert fact in facts
        assert "sofort Zugriff" in t.read("#thanks")
        assert "Lizenzen" in t.read("#reminder")
        assert t.focused == "licences"
    (message,) = shop.post.messages
    assert LENA in message["To"]


async def test_every_line_of_the_order_is_named_without_scrolling(
    open_terminal: Opener, shop: Shop
) -> None:
    central = Selection("logmein-central", "premier", 25, BillingCycle.ANNUAL)
    shop.fill(shop.session(ANNA), WEBINAR, RESCUE, central)
    async with open_terminal(ANNA) as t:
        await order_on_invoice(t)
        for fact in ("GoTo Webinar · Pro", "LogMeIn Rescue", "LogMeIn Central · Premier"):
            assert fact in t.text
        assert "gesendet an anna@muster.example" in t.text
        assert t.read("#reminder") != ""


@pytest.mark.parametrize(
    ("refusal", "truth"),
    [
        (MailNotTaken("451 later"), f"wird an {LENA} gesendet"),
        (MailNotTaken("550 no such mailbox", for_good=True), f"nicht zustellbar an {LENA}"),
    ],
)
async def test_a_mail_that_was_not_sent_is_not_called_sent(
    open_terminal: Opener, shop: Shop, refusal: MailNotTaken, truth: str
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    shop.post.refusal = refusal
    async with open_terminal(LENA) as t:
        await order_on_invoice(t)
        assert truth in t.read("#facts")
        assert f"gesendet an {LENA}" not in t.read("#facts")


async def test_the_next_page_gives_the_new_licences_to_users(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    async with open_terminal(LENA) as t:
        await order_on_invoice(t)
        await t.press("enter")
        assert t.name == "LicencesScreen"
        assert "GoTo Webinar" in t.read("#ticks")
        assert "5 frei" in t.read("#ticks")


async def test_the_cart_is_empty_and_the_product_there_after_the_order(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    async with open_terminal(LENA) as t:
        await order_on_invoice(t)
        await t.push("home")
        assert "GoTo Webinar" in t.read("#subscriptions")
        assert "22.11.2027" in t.read("#subscriptions")
        assert "Warenkorb" not in t.read("#title")
        await t.press("escape", "enter")
        await t.login.sign_in(LENA)
        assert t.name == "HomeScreen"


async def test_a_mail_that_failed_is_sent_again_by_a_button(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    shop.post.refusal = MailNotTaken("550 no such mailbox", for_good=True)
    async with open_terminal(LENA) as t:
        await order_on_invoice(t)
        await t.push("resend")
        assert t.notice.startswith("✗ Die E-Mail war wieder nicht zustellbar.")
        assert f"nicht zustellbar an {LENA}" in t.read("#facts")
        shop.post.refusal = None
        await t.push("resend")
        assert f"gesendet an {LENA}" in t.read("#facts")
        assert (t.notice, t.focused) == ("", "licences")
        assert not t.page.query("#resend")
    assert len(shop.post.messages) == 1


async def test_a_mail_that_is_sent_or_on_its_way_has_no_button(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    shop.post.refusal = MailNotTaken("451 later")
    async with open_terminal(LENA) as t:
        await order_on_invoice(t)
        assert not t.page.query("#resend")


async def test_the_mail_shown_is_that_of_the_order_and_no_other(
    open_terminal: Opener, shop: Shop
) -> None:
    session = shop.session(LENA)
    shop.fill(session, WEBINAR)
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        await t.checkout.pay_by(PaymentKind.INVOICE)
        await t.focus("place-order")
        deliver = shop.service.deliver_mail

        def deliver_and_cancel(session: Session, order_id: str = "") -> MailState:
            deliver(session)
            (bought,) = shop.service.home(session).subscriptions
            shop.service.cancel(session, bought.subscription_id)
            shop.post.refusal = MailNotTaken("550 no such mailbox", for_good=True)
            return deliver(session, order_id)

        shop.service.deliver_mail = deliver_and_cancel  # type: ignore[method-assign]
        await t.press("enter")
        assert f"gesendet an {LENA}" in t.read("#facts")
