"""Kasse: the figures of step 9 of the help article, the VAT id and what it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widget import Widget

from billing.accounts.vat_ids import normalise_vat_id
from billing.catalogue.model import BillingCycle
from billing.errors import InvalidInput
from billing.ordering.model import Selection
from billing.payments.model import OnInvoice, PaymentKind
from billing.storage.tables import order
from tests.service.shop import ADA, ANNA, LENA, RESCUE, WEBINAR
from tui.messages import OrderSubmitted
from tui.testing.terminal import said

if TYPE_CHECKING:
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener

LABELS = ("Abrechnungszeitraum (ab heute)", "Anzahl der Benutzerlizenzen", "Preis des Plans")


@pytest.mark.parametrize(
    ("mail", "tax", "due"),
    [
        (ANNA, "zzgl. 19 % USt 2.268,60 €", "14.208,60 €"),
        (LENA, "keine USt: Reverse Charge 0,00 €", "11.940,00 €"),
        (ADA, "keine deutsche USt 0,00 $", "12.540,00 $"),
    ],
)
async def test_period_licences_price_tax_and_total_stand_there(
    open_terminal: Opener, shop: Shop, mail: str, tax: str, due: str
) -> None:
    shop.fill(shop.session(mail), WEBINAR)
    async with open_terminal(mail) as t:
        await t.home.open_checkout()
        lines, sums = t.read("#order-lines"), t.read("#sums")
        assert all(label in lines for label in LABELS)
        assert "22.11.2026 – 21.11.2027" in lines
        assert "5 Organisatoren" in lines
        assert tax in sums
        assert sums.endswith(f"Fälliger Gesamtbetrag {due}")


async def test_outside_the_eu_no_vat_id_is_asked_for(open_terminal: Opener, shop: Shop) -> None:
    shop.fill(shop.session(ADA), WEBINAR)
    async with open_terminal(ADA) as t:
        await t.home.open_checkout()
        assert not t.page.query("#vat-id")
        period, told = (
            next(line for line in t.lines() if label in line)
            for label in (LABELS[0], "Umsatzsteuer-Identifikationsnummer")
        )
        assert told.index("außerhalb der EU nicht nötig") == period.index("22.11.2026")


async def test_a_wrong_vat_id_is_refused_where_it_stands_and_changes_no_price(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(ANNA), WEBINAR)
    async with open_terminal(ANNA) as t:
        await t.home.open_checkout()
        await t.checkout.pay_by(PaymentKind.INVOICE)
        for vat_id in ("DE12345678", "DE111111111", "ATU14243102", "CHE123456788", "nonsense"):
            await t.fill("vat-id", vat_id)
            await t.checkout.place_order()
            with pytest.raises(InvalidInput) as refusal:
                normalise_vat_id(vat_id, "DE")
            assert t.notice == said(refusal.value)
            assert (t.value("vat-id"), t.focused) == (vat_id, "vat-id")
            assert "14.208,60 €" in t.read("#sums")
    assert shop.second().rows(order) == []


@pytest.mark.parametrize("vat_id", ["DE136695976", "DE1"])
async def test_nothing_is_claimed_for_a_wrong_vat_id_however_often_the_page_is_opened(
    open_terminal: Opener, shop: Shop, vat_id: str
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    with pytest.raises(InvalidInput) as refusal:
        normalise_vat_id(vat_id, "AT")
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        await t.checkout.pay_by(PaymentKind.INVOICE)
        await t.fill("vat-id", vat_id)
        await t.press("tab")
        for _ in ("typed", "opened again"):
            assert (t.notice, t.value("vat-id")) == (said(refusal.value), vat_id)
            assert "Reverse Charge" not in t.read("#sums")
            assert "Steuerschuldnerschaft" not in t.read("#tax-note")
            assert "zzgl. 20 % USt 2.388,00 €" in t.read("#sums")
            await t.press("escape", "enter")
        await t.checkout.place_order()
        assert (t.notice, t.focused) == (said(refusal.value), "vat-id")
        await t.fill("vat-id", "ATU33864707")
        await t.press("tab")
        assert t.notice == ""
        assert "zzgl. 20 % USt" in t.read("#sums")
    assert shop.second().rows(order) == []


async def test_a_well_formed_vat_id_is_called_well_formed_and_not_more(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(ANNA), WEBINAR)
    async with open_terminal(ANNA) as t:
        await t.home.open_checkout()
        await t.fill("vat-id", "de 129 273 398")
        await t.press("tab")
        assert "aufgebaut wie eine USt-IdNr." in t.text
        assert "bestätigt" not in t.text
        await t.focus("vat-id")
        await t.press("1")
        assert "aufgebaut wie" not in t.text


async def test_without_a_vat_id_the_rate_of_the_buyers_country_is_charged(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        await t.fill("vat-id", "")
        await t.press("tab")
        assert "zzgl. 20 % USt 2.388,00 €" in t.read("#sums")
        assert "14.328,00 €" in t.read("#sums")


async def test_a_vat_id_taken_out_stays_out(open_terminal: Opener, shop: Shop) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        await t.fill("vat-id", "")
        await t.press("escape", "enter")
        assert t.name == "CheckoutScreen"
        assert t.value("vat-id") == ""
        assert "14.328,00 €" in t.read("#sums")


async def test_a_vat_id_taken_out_stays_out_after_a_declined_card(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        await t.fill("vat-id", "")
        await t.checkout.pay_by(PaymentKind.CARD)
        await t.checkout.card("4000 0000 0000 9995")
        await t.checkout.place_order()
        assert t.notice.startswith("✗ ")
        assert "14.328,00 €" in t.read("#sums")


async def test_an_order_with_a_new_total_waits_for_a_second_look(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        t.page.post_message(OrderSubmitted(OnInvoice(), ""))
        await t.settle()
        assert t.name == "CheckoutScreen"
        assert t.notice.startswith("! ")
        assert "14.328,00 €" in t.read("#sums")
    assert shop.second().rows(order) == []


async def test_the_figures_stay_where_they_are_when_the_language_changes_and_back(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(ADA), WEBINAR)
    async with open_terminal(ADA, size=(120, 36)) as t:
        await t.home.open_checkout()
        before = t.lines()
        await t.press("f2", "f2")
        assert t.lines() == before


async def test_three_lines_and_everything_else_need_no_scrolling(
    open_terminal: Opener, shop: Shop
) -> None:
    central = Selection("logmein-central", "premier", 2500, BillingCycle.ANNUAL)
    shop.fill(shop.session(ANNA), WEBINAR, RESCUE, central)
    async with open_terminal(ANNA) as t:
        await t.home.open_checkout()
        screen = t.page.region
        for kind in PaymentKind:
            await t.checkout.pay_by(kind)
            shown = [
                each for each in t.page.walk_children(Widget) if each.display and each.region.area
            ]
            assert [each for each in shown if not screen.contains_region(each.region)] == []
            assert [each for each in shown if each.show_vertical_scrollbar] == []
            assert "Fälliger Gesamtbetrag" in t.text
            assert "[ Bestellung aufgeben ]" in t.text


@pytest.mark.parametrize("mail", [ANNA, LENA])
async def test_an_empty_line_stands_between_the_fields_and_all_else_in_sight(
    open_terminal: Opener, shop: Shop, mail: str
) -> None:
    shop.fill(shop.session(mail), WEBINAR, RESCUE)
    async with open_terminal(mail) as t:
        await t.home.open_checkout()
        iban, holder = t.page.query_one("#iban").region, t.page.query_one("#holder").region
        assert holder.y == iban.bottom + 1
        for told in ("GoTo Webinar", "LogMeIn Rescue", "Fälliger Gesamtbetrag", "verpflichtet"):
            assert told in t.text
        assert "[ Bestellung aufgeben ]" in t.text
