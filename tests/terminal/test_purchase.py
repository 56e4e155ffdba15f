"""Every way to an order, from sign-in to confirmation, with the keyboard alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.terminal.buyer import ANNA, CYCLE, LENA, OFFER, PRODUCT, SEATS, TIER, Buyer

if TYPE_CHECKING:
    from tests.terminal.machine import Machine

pytestmark = pytest.mark.terminal

MOST_KEYS = 25

KASSE = {
    "de": [
        "Kasse",
        "Abrechnungszeitraum (ab heute) 22.11.2026 – 21.11.2027",
        "Anzahl der Benutzerlizenzen 5 Organisatoren",
        "Preis des Plans 5 × 2.388,00 € 11.940,00 €",
        "zzgl. 19 % USt 2.268,60 €",
        "Fälliger Gesamtbetrag 14.208,60 €",
        "Zahlungsdaten",
        "Umsatzsteuer-Identifikationsnummer DE136695976",
        "[ Bestellung ändern ]",
        "[ Bestellung aufgeben ]",
    ],
    "en": [
        "Checkout",
        "Billing period (beginning today)",
        "Number of user licences 5 organizers",
        "Plan price",
        "€14,208.60",
        "Payment details",
        "VAT Number DE136695976",
        "[ Edit Order ]",
        "[ Place Order ]",
    ],
}


def test_a_yearly_plan_with_vat_paid_by_sepa(speaking: Machine) -> None:
    speaking.with_database()
    terminal = speaking.demo("--database", str(speaking.database))
    buyer = Buyer(terminal, speaking.language)
    buyer.enter(ANNA)
    before = terminal.keys_pressed

    buyer.buy_webinar()
    buyer.at_checkout()
    for words in KASSE[speaking.language]:
        assert terminal.shows(re.sub(r"(\d) (€|%)", "\\1\u00a0\\2", words)), words
    buyer.pay_by_sepa()
    buyer.place_order()

    assert terminal.keys_pressed - before <= MOST_KEYS
    terminal.wait_for(buyer.words("sent to {mail}", mail=ANNA))
    assert terminal.shows("Commerzbank")
    assert not terminal.shows("0532 0130")

    (number,) = speaking.records.order_numbers()
    assert terminal.shows(number)
    assert speaking.records.totals() == speaking.records.charges() == [14_208_60]
    assert speaking.records.subscriptions("goto-webinar") == [
        ("goto-webinar", "pro", 5, "active", "annual")
    ]
    assert speaking.records.outbox() == [("confirmation", "sent")]
    assert speaking.records.subjects() == [f"Bestellbestätigung {number}"]


def test_a_free_trial(speaking: Machine) -> None:
    speaking.with_database()
    terminal = speaking.demo("--database", str(speaking.database))
    buyer = Buyer(terminal, speaking.language)
    buyer.enter(ANNA)
    buyer.begin()
    buyer.choose_product("GoTo Webinar")
    buyer.choose_offer("Try")
    buyer.choose_tier("Standard")
    buyer.at(SEATS)
    terminal.wait_for(f"[ {buyer.words('Start Trial')} ]")
    terminal.press("enter")
    buyer.at_confirmation()

    assert terminal.shows(buyer.words("Trial ends"))
    terminal.wait_for(buyer.words("sent to {mail}", mail=ANNA))
    assert speaking.records.subscriptions("goto-webinar") == [
        ("goto-webinar", "standard", 1, "trialing", None)
    ]
    assert speaking.records.charges() == []
    assert speaking.records.outbox() == [("welcome", "sent")]
    (subject,) = speaking.records.subjects()
    assert "GoTo Webinar" in subject


def test_two_products_by_way_of_the_cart(speaking: Machine) -> None:
    speaking.with_database()
    terminal = speaking.demo("--database", str(speaking.database))
    buyer = Buyer(terminal, speaking.language)
    buyer.enter(ANNA)
    buyer.buy_webinar()
    buyer.at_checkout()
    for step in (CYCLE, SEATS, TIER, OFFER, PRODUCT):
        terminal.press("f3")
        buyer.at(step)
    terminal.press("f3")
    buyer.at_cart()
    assert terminal.shows(buyer.words("Cart ({n})", n=1))
    buyer.press_button(buyer.words("Add New Subscription"))
    buyer.choose_product("OpenVoice")
    buyer.choose_offer("Buy")
    buyer.choose_seats(2)
    buyer.at(CYCLE)
    terminal.wait_for(f"[ {buyer.words('Add to Cart')} ]")
    buyer.choose_cycle("Monthly")
    buyer.at_cart()
    assert terminal.shows("GoTo Webinar · Pro")
    terminal.press("enter")
    buyer.pay_by_sepa()
    buyer.place_order()

    assert len(speaking.records.order_numbers()) == 1
    assert speaking.records.charges() == speaking.records.totals()
    assert [row[:3] for row in speaking.records.subscriptions("goto-webinar", "openvoice")] == [
        ("goto-webinar", "pro", 5),
        ("openvoice", "openvoice", 2),
    ]
    assert len(speaking.records.subjects()) == 1


def test_reverse_charge_to_vienna(speaking: Machine) -> None:
    speaking.with_database()
    terminal = speaking.demo("--database", str(speaking.database))
    buyer = Buyer(terminal, speaking.language)
    buyer.enter(LENA)
    buyer.buy_webinar()
    buyer.at_checkout()
    assert terminal.shows("ATU14243102")
    assert terminal.shows(re.compile("Reverse.Charge", re.IGNORECASE))
    assert not terminal.shows("19\u00a0%")
    buyer.pay_by_sepa()
    buyer.place_order()

    assert speaking.records.totals() == speaking.records.charges() == [11_940_00]
    assert speaking.records.taxes() == [("reverse_charge", 0)]
