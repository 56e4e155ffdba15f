"""Orders and trials by nothing but lines of text, in both languages."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from billing.formats import format_date
from billing.ordering.orders import OrderState
from billing.storage.tables import order
from tests.plain.typist import IBAN, Pick
from tests.service.shop import ADA, ANNA, LENA, RESCUE, WEBINAR

if TYPE_CHECKING:
    from tests.plain.typist import Conversation
    from tests.service.shop import Shop

GOOD = "4242 4242 4242 4242"
POOR = "4000 0000 0000 9995"
ASKING = "4000 0025 0000 3155"


def totals(shop: Shop) -> list[int]:
    return [row.total_minor for row in shop.rows(order) if row.state == OrderState.FULFILLED]


def test_a_year_with_vat_is_bought_and_paid_by_direct_debit(
    speaking: Conversation, shop: Shop
) -> None:
    talked = speaking.talk(
        ANNA, *speaking.webinar(), *speaking.by_sepa(), speaking.pick("Place Order")
    )
    assert totals(shop) == [1420860]
    for message in (
        "Billing period (beginning today)",
        "Number of user licences",
        "Plan price",
        "Total due",
        "Thank you. Your order was placed and you have access at once.",
    ):
        assert speaking.words(message) in talked.text
    assert "B-2026-000001" in talked.text
    assert "DE89 … 3000" in talked.text
    assert talked.said.count(IBAN) == 0
    assert talked.status == 0


def test_a_trial_starts_without_payment_details(speaking: Conversation, shop: Shop) -> None:
    start = speaking.pick("Start Trial")
    talked = speaking.talk(
        ANNA,
        *(speaking.pick("Add New Subscription"), Pick("LogMeIn Resolve"), speaking.pick("Try")),
        *("1", "3", start),
    )
    end = format_date(date(2026, 12, 6), speaking.words.language)
    assert speaking.words("ends {day}", day=end) in talked.answer_to(4)
    assert speaking.words("Your free trial has begun. You have access at once.") in talked.text
    assert speaking.words("SEPA direct debit") not in talked.text
    (placed,) = shop.rows(order)
    assert placed.total_minor == 0
    assert len(shop.post.messages) == 1


def test_reverse_charge_is_said_before_the_order(speaking: Conversation, shop: Shop) -> None:
    talked = speaking.talk(
        LENA, *speaking.webinar(), *speaking.by_sepa(), speaking.pick("Place Order")
    )
    assert speaking.words("no VAT: reverse charge") in talked.text
    assert totals(shop) == [1194000]


def test_outside_the_eu_no_vat_id_is_asked_for(speaking: Conversation, shop: Shop) -> None:
    paid = (speaking.pick("Invoice"), speaking.pick("Place Order"))
    talked = speaking.talk(ADA, *speaking.webinar(), *paid)
    assert speaking.words("not needed outside the EU") in talked.text
    assert speaking.words("SEPA direct debit") not in talked.text
    assert totals(shop) == [1254000]


def test_a_declined_card_is_followed_by_another(speaking: Conversation, shop: Shop) -> None:
    place, details = speaking.pick("Place Order"), speaking.pick("Payment details")
    talked = speaking.talk(
        ANNA,
        *(*speaking.webinar(), *speaking.by_card(POOR), "", place),
        *(details, *speaking.by_card(GOOD), place),
    )
    declined = speaking.words("The card was declined: insufficient funds.")
    assert talked.text.index(declined) < talked.text.index(speaking.words("Confirmation"))
    assert totals(shop) == [1420860]
    assert not any(number in talked.said for number in (POOR, GOOD))


def test_the_bank_asks_and_the_order_goes_on(speaking: Conversation, shop: Shop) -> None:
    confirm = speaking.pick("Confirm (test bank)")
    place = speaking.pick("Place Order")
    talked = speaking.talk(ANNA, *speaking.webinar(), *speaking.by_card(ASKING), "", place, confirm)
    assert speaking.words("Your bank asks for your confirmation") in talked.text
    assert "https://bank.example/confirm/" in talked.text
    assert totals(shop) == [1420860]


def test_who_declines_at_the_bank_has_not_ordered(german: Conversation, shop: Shop) -> None:
    place, decline = german.pick("Place Order"), german.pick("Decline")
    talked = german.talk(ANNA, *german.webinar(), *german.by_card(ASKING), "", place, decline)
    assert "Es wurde nichts abgebucht." in talked.text
    assert len(shop.service.cart(shop.session()).lines) == 1


def test_a_bank_that_is_answered_later_keeps_the_order_waiting(
    german: Conversation, shop: Shop
) -> None:
    talked = german.talk(
        ANNA, *german.webinar(), *german.by_card(ASKING), "", german.pick("Place Order"), "0"
    )
    assert "Drücken Sie" in talked.text
    assert [each.status for each in shop.bank.operations()] == ["requires_action"]


def test_enter_alone_orders_nothing(german: Conversation, shop: Shop) -> None:
    talked = german.talk(ANNA, *german.webinar(), *german.by_sepa(), "", "")
    assert "Bitte eine Nummer von 1 bis 4 eingeben." in talked.text
    assert totals(shop) == []


def test_two_lines_are_changed_and_one_is_removed(speaking: Conversation, shop: Shop) -> None:
    shop.fill(shop.session(), WEBINAR, RESCUE)
    edit, remove = speaking.pick("Edit Order"), speaking.pick("Remove")
    talked = speaking.talk(
        ANNA,
        *(speaking.pick("Cart"), edit, Pick("GoTo Webinar"), Pick("Lite"), "3", ""),
        *(remove, Pick("LogMeIn Rescue"), remove),
        *(speaking.pick("Proceed to Checkout"), *speaking.by_sepa(), speaking.pick("Place Order")),
    )
    assert (
        speaking.words("Remove {product} from the cart?", product="LogMeIn Rescue") in talked.text
    )
    (placed,) = shop.rows(order)
    assert placed.net_minor == 3 * 58800


def test_the_second_product_goes_into_the_cart_first(speaking: Conversation, shop: Shop) -> None:
    shop.fill(shop.session(), RESCUE)
    talked = speaking.talk(ANNA, *speaking.webinar())
    after_this = speaking.words("After this: {next}", next=speaking.words("Add to Cart"))
    assert after_this in talked.text
    assert speaking.words("Subtotal (net)") in talked.prompts[-1]
    assert len(shop.service.cart(shop.session()).lines) == 2


def test_a_product_in_the_cart_is_changed_where_it_is(german: Conversation, shop: Shop) -> None:
    shop.fill(shop.session(), WEBINAR)
    talked = german.talk(
        ANNA, german.pick("Add New Subscription"), Pick("GoTo Webinar: im Warenkorb")
    )
    assert "Bestellung ändern. Schritt 3 von 5" in talked.answer_to(1)
