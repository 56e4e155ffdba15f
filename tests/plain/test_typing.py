"""What is typed: wrong answers, `0`, `?`, `*`, and names that are full of control characters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from billing.catalogue.differences import differing_features
from billing.catalogue.model import Text
from billing.storage.tables import account, account_user, contact
from tests.plain.typist import IBAN, Conversation, Pick
from tests.service.shop import ANNA, LENA, RESCUE, WEBINAR

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.service.shop import Shop

HOSTILE = "\x1b[31mred\x1b]0;title\x07\x9b2J\u202e\u200b\x00end"
GOOD = "4242 4242 4242 4242"
TO_SEATS = 4
OTHER_COUNTRY = (
    "This VAT number belongs to {country}, your account is in {expected}. "
    "Please enter the number from {expected}, or none."
)


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("501", "That is too many."),
        ("9" * 5000, "That is too many."),
        ("00", "That is too few."),
        ("five", "Please enter a number in digits."),
        ("-5", "Please enter a number in digits."),
        ("5.5", "Please enter a number in digits."),
        ("\x1b[A", "Please enter a number in digits."),
        ("٥", "Please enter a number in digits."),
    ],
)
def test_a_number_of_licences_that_cannot_be_says_why(
    speaking: Conversation, typed: str, complaint: str
) -> None:
    talked = speaking.talk(ANNA, *speaking.webinar()[:TO_SEATS], typed, "5")
    assert speaking.words(complaint) in talked.answer_to(TO_SEATS)
    assert "500" in talked.answer_to(TO_SEATS)
    assert speaking.words("How would you like to be billed?") in talked.answer_to(TO_SEATS + 1)


def test_enter_alone_is_the_answer_that_the_prompt_names(speaking: Conversation) -> None:
    talked = speaking.talk(ANNA, *speaking.webinar()[:TO_SEATS], "")
    licences = speaking.words("Number of user licences")
    named = speaking.words("{what}, Enter for {default}", what=licences, default="1")
    assert talked.prompts[TO_SEATS].endswith(f"{named}: ")
    assert speaking.words("How would you like to be billed?") in talked.answer_to(TO_SEATS)


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("", "Please enter the IBAN, or choose another way to pay."),
        (
            "DE89 3704 0044 0532 0130 01",
            "The check digits of this IBAN are wrong. Is a digit mistyped?",
        ),
        ("12", "This is not an IBAN. One looks like this: DE89 3704 0044 0532 0130 00"),
    ],
)
def test_an_iban_that_is_wrong_is_asked_for_again(
    speaking: Conversation, typed: str, complaint: str
) -> None:
    before = len(speaking.webinar()) + 1
    talked = speaking.talk(
        ANNA, *speaking.webinar(), speaking.pick("SEPA direct debit"), typed, IBAN
    )
    assert speaking.words(complaint) in talked.answer_to(before)
    assert speaking.words("Account holder") in talked.answer_to(before + 1)


@pytest.mark.parametrize(
    ("number", "expiry", "cvc", "complaint"),
    [
        ("1234", "12/30", "123", "This is not a card number. Please check the digits."),
        (GOOD, "13/30", "123", "Please enter the expiry date as MM/YY."),
        (
            GOOD,
            "12/30",
            "1",
            "Please check the security code: 3 digits, 4 on American Express.",
        ),
    ],
)
def test_a_card_that_is_wrong_is_asked_for_again_where_it_is_wrong(
    german: Conversation, number: str, expiry: str, cvc: str, complaint: str
) -> None:
    right = (GOOD, "12/30", "123")
    typed: list[str] = []
    for wrong, good in zip((number, expiry, cvc), right, strict=True):
        typed += [good] if wrong == good else [wrong, good]
    talked = german.talk(ANNA, *german.webinar(), german.pick("Card"), *typed, "")
    assert german.words(complaint) in " ".join(talked.said.split())
    assert "Bestellung aufgeben" in talked.prompts[-1]
    assert number.strip() not in talked.said


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("DE136695977", "The check digit of this VAT number is wrong. Is a digit mistyped?"),
        ("12", "This is not a VAT number of an EU country. It begins with the country: {example}"),
        ("ATU14243102", OTHER_COUNTRY),
    ],
)
def test_a_vat_id_that_is_wrong_is_asked_for_again(
    speaking: Conversation, typed: str, complaint: str
) -> None:
    lines = (*speaking.webinar(), speaking.pick("Invoice"), typed, "")
    talked = speaking.talk(ANNA, *lines)
    assert speaking.words.beginning(complaint) in talked.answer_to(len(lines) - 2)
    assert speaking.words("Place Order") in talked.answer_to(len(lines) - 1)


def test_without_a_vat_id_the_tax_is_another(speaking: Conversation) -> None:
    talked = speaking.talk(LENA, *speaking.webinar(), speaking.pick("Invoice"), "-")
    assert speaking.words("no VAT: reverse charge") in talked.text
    assert speaking.words.beginning("plus {rate} VAT") in talked.prompts[-1]


def test_a_product_that_cannot_be_had_says_so_and_the_list_is_not_read_again(
    german: Conversation,
) -> None:
    talked = german.talk(ANNA, german.pick("Add New Subscription"), Pick("GoTo Meeting"))
    assert "Ihr Konto hat GoTo Meeting schon." in talked.prompts[-1]
    assert "GoTo Webinar" not in talked.prompts[-1]


def test_plans_are_compared_tier_by_tier(speaking: Conversation) -> None:
    talked = speaking.talk(ANNA, *speaking.webinar()[:3], speaking.pick("Compare Plans"))
    product = speaking.shop.catalogue.product("goto-webinar")
    said = talked.answer_to(3)
    names = [each.name.in_language(speaking.words.language) for each in differing_features(product)]
    assert names
    assert all(said.count(name) == len(product.tiers) for name in names)
    assert speaking.words("yes") in said


def test_hostile_names_are_read_and_not_obeyed(
    shop: Shop, new_shop: Callable[..., Shop], language: str
) -> None:
    products = tuple(
        replace(each, name=f"{HOSTILE} {each.id}", summary=Text(HOSTILE, HOSTILE))
        for each in shop.catalogue.products
    )
    poisoned = new_shop(catalogue=replace(shop.catalogue, products=products))
    for table in (account, contact, account_user):
        poisoned.execute(update(table).values(name=HOSTILE))
    poisoned.fill(poisoned.session(), RESCUE)
    speaking = Conversation(poisoned, language)
    talked = speaking.talk(
        ANNA,
        *(speaking.pick("Add New Subscription"), "2", "1", "3", "5", "2"),
        *(speaking.pick("Proceed to Checkout"), *speaking.by_card(GOOD), ""),
        speaking.pick("Place Order"),
        *(speaking.pick("Assign licences"), "1", "0", speaking.pick("To billing")),
    )
    assert "red" in talked.text
    assert "\x1b" not in talked.said


@pytest.mark.parametrize("line", ["\x1b[2J\x07", "\ud800", "x" * 100_000, "\u202eא", "\tt"])
def test_whatever_is_typed_is_never_said_again_raw(german: Conversation, line: str) -> None:
    german.shop.fill(german.shop.session(), WEBINAR)
    german.talk(None, line, "password", line, "password")
    german.talk(
        ANNA, line, german.pick("Cart"), german.pick("Proceed to Checkout"), line, "1", line
    )
