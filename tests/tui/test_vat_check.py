"""Kasse: what the tax authority says of a VAT id, told as it is, while nobody waits for it."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

import pytest

from billing.accounts.model import VatIdState
from billing.payments.model import PaymentKind
from billing.storage.tables import order
from tests.service.shop import LENA, WEBINAR
from tests.service.tax_office import OTHER_ID, TaxOffice

if TYPE_CHECKING:
    from billing.accounts.vat_authority import VatAnswer
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener

CONFIRMED, REFUTED, UNKNOWN = VatIdState.CONFIRMED, VatIdState.REFUTED, VatIdState.UNKNOWN
NET, GROSS = "11.940,00 €", "14.328,00 €"


class SlowOffice(TaxOffice):
    """An authority that answers when the test lets it."""

    def __init__(self, shop: Shop, state: VatIdState) -> None:
        super().__init__(shop.clock, state)
        self.reached, self.may_answer = Event(), Event()

    def check(self, vat_id: str, requester: str) -> VatAnswer:
        self.reached.set()
        self.may_answer.wait(10)
        return super().check(vat_id, requester)


def shown(text: str) -> str:
    """As on the screen, with plain blanks."""
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("language", "state", "aside", "note"),
    [
        (
            "de",
            CONFIRMED,
            "✓ bestätigt",
            "Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge)",
        ),
        (
            "de",
            REFUTED,
            "✗ nicht bestätigt",
            (
                "Die USt-IdNr. ATU33864707 wurde von der Behörde nicht bestätigt. Ohne bestätigte "
                "Nummer berechnen wir Umsatzsteuer (AT 20 %)."
            ),
        ),
        (
            "de",
            UNKNOWN,
            "",
            (
                "✓ aufgebaut wie eine USt-IdNr.; die Prüfung ist gerade nicht möglich. Die "
                "Bestellung wird angenommen, die Rechnung folgt nach der Prüfung"
            ),
        ),
        (
            "en",
            REFUTED,
            "✗ not confirmed",
            (
                "The VAT number ATU33864707 was not confirmed by the authority. Without a "
                "confirmed number we charge VAT (AT 20%)."
            ),
        ),
    ],
)
async def test_the_kasse_says_what_the_authority_said_of_an_id(
    *,
    open_terminal: Opener,
    shop: Shop,
    language: str,
    state: VatIdState,
    aside: str,
    note: str,
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    asking = shop.second(authority=TaxOffice(shop.clock, state))
    async with open_terminal(LENA, service=asking.service, language=language) as t:
        await t.home.open_checkout()
        await t.fill("vat-id", OTHER_ID)
        await t.press("tab")
        assert shown(t.read("#tax-note")) == note
        assert t.read("#vat-state") == aside
        if language == "de":
            assert (GROSS if state is not CONFIRMED else NET) in t.read("#sums")


async def test_the_own_id_is_checked_when_the_kasse_opens(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    office = TaxOffice(shop.clock, REFUTED)
    async with open_terminal(LENA, service=shop.second(authority=office).service) as t:
        await t.home.open_checkout()
        assert t.read("#vat-state") == "✗ nicht bestätigt"
        assert GROSS in t.read("#sums")
        assert len(office.asked) == 1


async def test_nobody_waits_for_the_authority(open_terminal: Opener, shop: Shop) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    office = SlowOffice(shop, CONFIRMED)
    async with open_terminal(LENA, service=shop.second(authority=office).service) as t:
        office.may_answer.set()
        await t.home.open_checkout()
        await t.focus("vat-id")
        office.may_answer.clear()
        office.reached.clear()
        t.send("end", "ctrl+u", *OTHER_ID, "tab")
        await t.until(office.reached.is_set)
        await t.until(lambda: "sie wird geprüft" in t.text)
        t.send("f2")
        await t.until(lambda: "it is being checked" in t.text)
        office.may_answer.set()
        await t.settle()
        assert t.read("#vat-state") == "✓ confirmed"


async def test_an_answer_about_an_id_that_was_replaced_meanwhile_is_not_shown(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    office = SlowOffice(shop, REFUTED)
    async with open_terminal(LENA, service=shop.second(authority=office).service) as t:
        t.send("w", "enter")
        await t.until(office.reached.is_set)
        t.page.query_one("#vat-id").focus()
        t.send("end", "ctrl+u", "tab")
        office.may_answer.set()
        await t.settle()
        assert (t.value("vat-id"), t.read("#vat-state")) == ("", "")
        assert "Mit bestätigter USt-IdNr." in t.read("#tax-note")


async def test_an_order_that_overtakes_the_check_stops_at_the_new_price(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    office = SlowOffice(shop, REFUTED)
    async with open_terminal(LENA, service=shop.second(authority=office).service) as t:
        office.may_answer.set()
        await t.home.open_checkout()
        await t.checkout.pay_by(PaymentKind.INVOICE)
        await t.focus("vat-id")
        office.may_answer.clear()
        office.reached.clear()
        t.send("end", "ctrl+u", *OTHER_ID, "tab")
        await t.until(office.reached.is_set)
        t.page.query_one("#place-order").focus()
        t.send("enter")
        await t.until(lambda: t.page.waiting)
        office.may_answer.set()
        await t.settle()
        assert t.name == "CheckoutScreen"
        assert GROSS in t.read("#sums")
        assert t.notice.startswith("✗ ")
    assert shop.second().rows(order) == []
