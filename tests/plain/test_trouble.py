"""What goes wrong or takes long: said as it is, and nothing leads into a dead end."""

from __future__ import annotations

import os
import signal
from datetime import date
from typing import TYPE_CHECKING

import pytest

from billing.accounts.model import VatIdState
from billing.errors import DatabaseUnavailable, StorageCause
from billing.invoicing.model import InvoiceState
from billing.mail.transport import MailNotTaken
from billing.payments.model import Card
from billing.storage.invoice_tables import invoice
from tests.plain.typist import Pick
from tests.service.life import bought, move_to, run
from tests.service.shop import ANNA, LENA, RESCUE, WEBINAR, without
from tests.service.tax_office import OTHER_ID, TaxOffice

if TYPE_CHECKING:
    from billing.accounts.model import Session
    from billing.ordering.model import Confirmation, OrderRequest
    from billing.service import BillingService
    from tests.plain.typist import Conversation
    from tests.service.shop import Shop

# Good when typed in, declined whenever it is charged later.
FADING_CARD = Card("4000 0000 0000 0341", "12/30", "123")
POOR, GOOD = "4000 0000 0000 9995", "4242 4242 4242 4242"
NOT_RESENT = (
    "The mail could not be sent again. Your order stands all the same. "
    "Please have the address {mail} checked."
)
STORED = "Entwurf und Warenkorb sind gespeichert; Sie können jederzeit weitermachen."


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (VatIdState.CONFIRMED, "Steuerschuldnerschaft des Leistungsempfängers"),
        (VatIdState.REFUTED, f"Die USt-IdNr. {OTHER_ID} wurde von der Behörde nicht bestätigt."),
        (VatIdState.UNKNOWN, "die Prüfung ist gerade nicht möglich"),
    ],
)
def test_the_authority_is_asked_about_a_vat_id(
    german: Conversation, shop: Shop, state: VatIdState, told: str
) -> None:
    office = TaxOffice(shop.clock, state)
    german.connect = lambda: shop.second(authority=office).service
    talked = german.talk(LENA, *german.webinar(), german.pick("Invoice"), OTHER_ID)
    assert "sie wird geprüft" in talked.prompts[-1]
    assert told in talked.prompts[-1].replace("\n", " ")
    assert OTHER_ID in [asked for asked, _requester in office.asked]


def test_an_open_invoice_is_paid_from_the_start_page(speaking: Conversation, shop: Shop) -> None:
    bought(shop, RESCUE, FADING_CARD)
    move_to(shop, date(2026, 12, 22))
    run(shop)
    pay, details = speaking.pick("Pay now"), speaking.pick("Payment details")
    talked = speaking.talk(
        ANNA,
        *(speaking.pick("Pay the open invoice"), *speaking.by_card(POOR), pay),
        *(*speaking.by_card(GOOD), details, *speaking.by_card(GOOD), pay),
    )
    position = next(line for line in talked.said.splitlines() if "LogMeIn Rescue, " in line)
    assert "218" in position
    assert speaking.words("The card was declined: insufficient funds.") in talked.text
    (number,) = [row.number for row in shop.rows(invoice) if row.state == InvoiceState.PAID][1:]
    assert speaking.words("Thank you. Invoice {number} is paid.", number=number) in talked.text
    assert speaking.words("What would you like to do?") in talked.prompts[-1]


def test_a_product_that_is_cancelled_says_what_to_do_when_it_is_picked(
    german: Conversation,
) -> None:
    talked = german.talk(ANNA, german.pick("Add New Subscription"), Pick("GoTo Connect"))
    assert "GoTo Connect ist zum 02.12.2026 gekündigt." in talked.text
    assert "um es zu behalten, schreiben Sie an abrechnung@" in talked.text


def test_a_mail_that_failed_is_sent_again(german: Conversation, shop: Shop) -> None:
    shop.post.refusal = MailNotTaken("550 no such mailbox", for_good=True)
    bought_it = (*german.webinar(), *german.by_sepa(), german.pick("Place Order"))
    talked = german.talk(ANNA, *bought_it, german.pick("Send again"), german.pick("To billing"))
    assert german.words("could not be sent to {mail}", mail=ANNA) in talked.text
    assert german.words.beginning(NOT_RESENT) in talked.prompts[-2].replace("\n", " ")


def test_a_database_that_fails_is_named_and_asked_again(german: Conversation, shop: Shop) -> None:
    attempts: list[BillingService | None] = []

    def connect() -> BillingService:
        if not attempts:
            attempts.append(None)
            raise DatabaseUnavailable(StorageCause.LOCKED, "billing.sqlite3")
        return shop.second().service

    german.connect = connect
    talked = german.talk(ANNA, german.pick("Try again"))
    assert "Die Datenbank ist belegt: billing.sqlite3" in talked.answer_to(-1)
    assert "Anna Muster" in talked.answer_to(0)


def test_who_gives_up_after_a_failure_leaves(german: Conversation) -> None:
    def connect() -> BillingService:
        raise DatabaseUnavailable(StorageCause.UNREACHABLE, "db.example")

    german.connect = connect
    assert german.talk(ANNA, german.pick("Quit")).status == 0


def test_a_draft_that_cannot_be_stored_says_so_and_the_flow_goes_on(
    german: Conversation, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = shop.second().service

    def fail(*_: object) -> None:
        raise DatabaseUnavailable(StorageCause.DISK_FULL, "billing.sqlite3")

    monkeypatch.setattr(service, "save_draft", fail)
    german.connect = lambda: service
    talked = german.talk(ANNA, german.pick("Add New Subscription"), Pick("GoTo Webinar"))
    assert german.words("Your answers could not be stored yet.") in talked.prompts[-1]
    assert "Möchten Sie kaufen" in talked.prompts[-1]


def test_a_cart_changed_elsewhere_is_shown_as_it_is_now(
    german: Conversation, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = shop.second().service
    place_order = service.place_order

    def meddled(session: Session, request: OrderRequest) -> Confirmation:
        shop.fill(shop.session(), RESCUE)
        return place_order(session, request)

    monkeypatch.setattr(service, "place_order", meddled)
    german.connect = lambda: service
    talked = german.talk(ANNA, *german.webinar(), *german.by_sepa(), german.pick("Place Order"))
    assert "Der Warenkorb wurde in einer anderen Sitzung geändert." in talked.prompts[-1]
    assert "LogMeIn Rescue" in talked.prompts[-1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_order_under_way_is_finished_and_told_before_the_end(
    german: Conversation, shop: Shop, number: signal.Signals
) -> None:
    def interrupt() -> None:
        os.kill(os.getpid(), number)

    german.connect = lambda: shop.second(delay=interrupt).service
    before = signal.getsignal(number)
    talked = german.talk(ANNA, *german.webinar(), *german.by_sepa(), german.pick("Place Order"))
    assert "Bestellnummer: B-2026-000001" in talked.text
    assert talked.text.endswith(STORED)
    assert signal.getsignal(number) is before


def test_a_cart_with_a_product_that_is_no_longer_sold_is_mended_in_the_cart(
    german: Conversation, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), RESCUE, WEBINAR)
    german.connect = lambda: shop.second(catalogue=without(shop.catalogue, "goto-webinar")).service
    cart = german.pick("Cart ({n})", n=2)
    remove, yes = german.pick("Remove"), german.pick("Remove")
    talked = german.talk(
        LENA, cart, remove, Pick("goto-webinar"), yes, german.pick("Proceed to Checkout")
    )
    assert "goto-webinar wird so, wie es im Warenkorb liegt, nicht mehr verkauft." in talked.text
    assert german.words("Total due") in talked.text
