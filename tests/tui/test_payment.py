"""Zahlungsdaten: what is wrong is said at its field, what is right is ordered once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing.catalogue.model import BillingCycle
from billing.errors import Field, Flaw, InvalidInput, PaymentDeclined
from billing.ordering.model import Selection
from billing.payments.model import DeclineReason, PaymentKind
from billing.storage.tables import order, subscription
from tests.service.shop import ADA, ANNA, LENA, RESCUE, WEBINAR
from tui.fault_words import fault_words
from tui.i18n import LANGUAGES
from tui.testing.terminal import said
from tui.themes import TERMINAL
from tui.widgets.fault import Fault

if TYPE_CHECKING:
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener, Terminal


TRAINING = Selection("goto-training", "starter", 1, BillingCycle.ANNUAL)


async def marks(t: Terminal) -> dict[str, str]:
    """What the screen shows at each field that is wrong, scrolled to it."""
    told = {}
    for fault in t.page.query(Fault):
        if fault.display:
            fault.scroll_visible(animate=False)
            await t.settle()
            told[fault.entry] = t.read(f"#{fault.id}").removeprefix("✗ ")
    return told


@pytest.fixture(autouse=True)
def one_line_in_the_cart(shop: Shop) -> None:
    shop.fill(shop.session(LENA), WEBINAR)


async def test_a_right_iban_names_its_bank(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        await t.fill("iban", "de89370400440532013000")
        await t.press("tab")
        assert t.read("#bank") == "Commerzbank"
        await t.focus("iban")
        await t.press("backspace")
        assert t.read("#bank") == ""


async def test_a_wrong_iban_is_refused_and_stays_to_be_mended(
    open_terminal: Opener, shop: Shop
) -> None:
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        for iban, flaw in (
            ("", Flaw.MISSING),
            ("DE89 3704 0044 0532 0130 01", Flaw.WRONG_CHECKSUM),
            ("DE89 3704", Flaw.WRONG_LENGTH),
            ("hello", Flaw.WRONG_FORMAT),
        ):
            await t.fill("iban", iban)
            await t.checkout.place_order()
            assert t.notice == said(InvalidInput(Field.IBAN, flaw))
            assert (t.value("iban"), t.focused) == (iban, "iban")
            assert t.page.query_one("#iban").has_class("-invalid")
    assert shop.second().rows(order) == []


async def test_a_wrong_field_shows_what_was_typed_in_the_terminals_own_colours_too(
    open_terminal: Opener,
) -> None:
    async with open_terminal(LENA) as t:
        t.app.theme = TERMINAL
        await t.home.open_checkout()
        await t.fill("iban", "DE89 3704")
        await t.checkout.place_order()
        assert "DE89 3704" in t.text


async def test_a_wrong_iban_is_said_as_soon_as_it_is_left(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        await t.fill("iban", "DE89 3704 0044 0532 0130 01")
        await t.press("tab")
        assert t.notice.startswith("✗ ")
        assert t.focused == "holder"


async def test_a_complaint_goes_when_its_field_is_mended_and_not_before(
    open_terminal: Opener,
) -> None:
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        await t.fill("iban", "DE89 3704 0044 0532 0130 01")
        await t.press("tab")
        complaint = t.notice
        assert complaint.startswith("✗ ")
        await t.fill("holder", "Huber")
        assert t.notice == complaint
        await t.fill("iban", "DE89 3704 0044 0532 0130 00")
        assert t.notice == ""
        await t.press("tab")
        assert (t.read("#bank"), t.notice) == ("Commerzbank", "")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(60, 18), (60, 24), (80, 24), (120, 36)])
async def test_each_wrong_field_carries_its_own_message_and_loses_it_when_mended(
    open_terminal: Opener, language: str, size: tuple[int, int]
) -> None:
    async with open_terminal(LENA, language=language, size=size) as t:
        await t.home.open_checkout()
        await t.fill("iban", "DE89")
        await t.fill("holder", "")
        await t.fill("vat-id", "ATU14243103")
        await t.checkout.place_order()
        wrong = {"iban": Flaw.WRONG_LENGTH, "holder": Flaw.MISSING, "vat-id": Flaw.WRONG_CHECKSUM}
        fields = {"iban": Field.IBAN, "holder": Field.HOLDER, "vat-id": Field.VAT_ID}
        flaws = {key: InvalidInput(fields[key], flaw) for key, flaw in wrong.items()}
        assert await marks(t) == {key: fault_words(error) for key, error in flaws.items()}
        assert (t.focused, t.notice) == ("iban", said(flaws["iban"]))
        await t.press("f2")
        assert await marks(t) == {key: fault_words(error) for key, error in flaws.items()}
        await t.fill("holder", "Huber")
        assert (set(await marks(t)), t.notice) == ({"iban", "vat-id"}, said(flaws["iban"]))
        await t.fill("iban", "DE89 3704 0044 0532 0130 00")
        assert (set(await marks(t)), t.notice) == ({"vat-id"}, said(flaws["vat-id"]))


@pytest.mark.parametrize("size", [(60, 18), (78, 24), (80, 24), (120, 36)])
@pytest.mark.parametrize("lines", [1, 3])
async def test_each_field_of_a_card_carries_its_own_message(
    open_terminal: Opener, shop: Shop, size: tuple[int, int], lines: int
) -> None:
    shop.fill(shop.session(LENA), *(RESCUE, TRAINING)[: lines - 1])
    async with open_terminal(LENA, size=size) as t:
        await t.home.open_checkout()
        await t.checkout.pay_by(PaymentKind.CARD)
        before = t.page.query_one("#vat").region
        await t.checkout.card("4242 4242 4242 4241", "11/20", "")
        await t.checkout.place_order()
        assert await marks(t) == {
            "number": "Prüfziffer falsch",
            "expiry": "abgelaufen",
            "cvc": "fehlt",
        }
        assert t.focused == "number"
        if size[0] > 60:
            assert t.page.query_one("#vat").region == before
        await t.checkout.pay_by(PaymentKind.INVOICE)
        assert (await marks(t), t.notice) == ({}, "")


async def test_a_declined_card_charges_nothing_and_another_one_orders(
    open_terminal: Opener, shop: Shop
) -> None:
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        await t.checkout.pay_by(PaymentKind.CARD)
        await t.checkout.card("")
        for number, reason in (
            ("4000 0000 0000 0002", DeclineReason.GENERIC_DECLINE),
            ("4000 0000 0000 9995", DeclineReason.INSUFFICIENT_FUNDS),
            ("4000 0000 0000 9987", DeclineReason.LOST_CARD),
            ("4000 0000 0000 0127", DeclineReason.INCORRECT_CVC),
        ):
            await t.fill("number", number)
            await t.checkout.place_order()
            assert t.notice == said(PaymentDeclined(reason))
            assert t.value("number") == number
            assert len(shop.service.cart(shop.session(LENA)).lines) == 1
        await t.fill("number", "4242424242424242")
        await t.checkout.place_order()
        assert t.name == "ConfirmationScreen"
    statuses = [operation.status for operation in shop.bank.operations()]
    assert statuses == ["declined"] * 4 + ["succeeded"]


async def test_a_wrong_card_never_reaches_the_gateway(open_terminal: Opener, shop: Shop) -> None:
    number = "4242 4242 4242 4242"
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        await t.checkout.pay_by(PaymentKind.CARD)
        for card, field, flaw in (
            (("", "", ""), Field.CARD_NUMBER, Flaw.MISSING),
            ((number, "11/20", "123"), Field.CARD_EXPIRY, Flaw.EXPIRED),
            (("4242 4242 4242 4241", "12/30", "123"), Field.CARD_NUMBER, Flaw.WRONG_CHECKSUM),
            (("4532 0151 1283 0366", "12/30", "123"), Field.CARD_NUMBER, Flaw.NOT_A_TEST_CARD),
            ((number, "soon", "123"), Field.CARD_EXPIRY, Flaw.WRONG_FORMAT),
            ((number, "12/30", "12"), Field.CARD_CVC, Flaw.WRONG_LENGTH),
        ):
            await t.checkout.card(*card)
            await t.checkout.place_order()
            assert t.notice == said(InvalidInput(field, flaw))
            assert (t.name, t.value("number")) == ("CheckoutScreen", card[0])
    assert shop.bank.operations() == ()


async def test_the_security_code_is_never_shown(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        await t.checkout.pay_by(PaymentKind.CARD)
        await t.checkout.card("4242 4242 4242 4242", cvc="987")
        assert "987" not in t.text


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        (PaymentKind.SEPA, "SEPA-Lastschrift · DE89"),
        (PaymentKind.INVOICE, "Rechnung"),
        (PaymentKind.CARD, "Karte"),
    ],
)
async def test_every_way_to_pay_leads_to_one_order_with_immediate_access(
    open_terminal: Opener, shop: Shop, kind: PaymentKind, label: str
) -> None:
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        await t.fill("iban", "DE89 3704 0044 0532 0130 00")
        await t.checkout.pay_by(kind)
        if kind is PaymentKind.CARD:
            await t.checkout.card("4242 4242 4242 4242")
        await t.checkout.place_order()
        assert t.name == "ConfirmationScreen"
        assert label in t.read("#facts")
        assert "0532" not in t.text
    behind = shop.second()
    assert len(behind.rows(order)) == 1
    assert [row.state for row in behind.rows(subscription) if row.product == "goto-webinar"] == [
        "active"
    ]


async def test_payment_details_are_forgotten_after_the_order(
    open_terminal: Opener, shop: Shop
) -> None:
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        await t.checkout.pay_by(PaymentKind.CARD)
        await t.checkout.card("4242 4242 4242 4242")
        await t.checkout.place_order()
        form = t.app.visit.form
        assert (form.iban, form.number, form.cvc) == ("", "", "")
    everything = repr(shop.second().everything())
    assert "4242424242424242" not in everything
    assert "4242 4242" not in everything


async def test_dollars_are_not_offered_to_be_debited_by_sepa(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(ADA), RESCUE)
    async with open_terminal(ADA) as t:
        await t.home.open_checkout()
        assert t.read("#kind").replace("▸", "") == "(•) Rechnung ( ) Karte"
        await t.press("left")
        assert "(•) Karte" in t.read("#kind")
        await t.checkout.pay_by(PaymentKind.INVOICE)
        await t.checkout.place_order()
        assert t.name == "ConfirmationScreen"


async def test_the_account_holder_is_asked_for(open_terminal: Opener, shop: Shop) -> None:
    shop.fill(shop.session(ANNA), RESCUE)
    async with open_terminal(ANNA) as t:
        await t.home.open_checkout()
        await t.fill("iban", "DE89 3704 0044 0532 0130 00")
        await t.fill("holder", "")
        await t.checkout.place_order()
        assert t.notice == said(InvalidInput(Field.HOLDER, Flaw.MISSING))
        assert t.focused == "holder"


async def test_the_arrows_go_up_and_down_the_fields_as_tab_does(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        stops = []
        for _ in range(4):
            await t.press("down")
            stops.append(t.focused)
        assert stops == ["iban", "holder", "vat-id", "place-order"]
        await t.press("up", "up", "up", "up")
        assert t.focused == "kind"
        await t.press("enter")
        assert t.focused == "iban"
