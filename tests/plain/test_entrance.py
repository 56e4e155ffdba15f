"""Signing in and out, who may not order, and going on where a session was dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing.ordering.model import Place
from billing.sample_people import SAMPLE_PASSWORD
from tests.plain.typist import Pick
from tests.service.shop import ANNA, LENA, MAX, WEBINAR
from tui.launcher import Door, SignedIn, SignInFailed

if TYPE_CHECKING:
    from tests.plain.typist import Conversation
    from tests.service.shop import Shop

CORPORATE = (
    "This is a corporate account. It is managed in the Corporate Billing Portal: {portal}. "
    "Corporate Account Services help as well."
)
KARLA, EGON = "karla@konzern.example", "egon@alt.example"


def test_mail_and_password_are_asked_for(speaking: Conversation) -> None:
    talked = speaking.talk(None, ANNA, "wrong", ANNA, SAMPLE_PASSWORD)
    refused = speaking.words("Mail or password is not right. Please try again.")
    assert refused in talked.answer_to(1)
    assert "Muster GmbH, Anna Muster" in talked.answer_to(3)
    assert SAMPLE_PASSWORD not in talked.said
    failed, signed_in = talked.told
    assert failed == SignInFailed()
    assert isinstance(signed_in, SignedIn)
    assert signed_in.mail == ANNA


def test_the_number_of_a_sample_signs_in(speaking: Conversation) -> None:
    talked = speaking.talk(None, Pick(LENA), demo=True)
    assert "Huber & Co. KG, Lena Huber" in talked.text


def test_nothing_typed_is_no_attempt(german: Conversation) -> None:
    talked = german.talk(None, "", ANNA, "", "", SAMPLE_PASSWORD)
    assert "Bitte geben Sie Ihre E-Mail-Adresse ein." in talked.answer_to(0)
    assert "Bitte geben Sie Ihr Passwort ein." in talked.answer_to(2)
    assert f"Enter für {ANNA}" in talked.answer_to(2)
    assert "Anna Muster" in talked.answer_to(4)


@pytest.mark.parametrize(
    ("mail", "said"),
    [
        (MAX, "Only the billing contact can buy for this account: {name}, {mail}."),
        (KARLA, CORPORATE),
        (EGON, "This account expired on {day}. Please renew it before you add anything."),
    ],
)
def test_who_may_not_order_hears_who_helps(speaking: Conversation, mail: str, said: str) -> None:
    talked = speaking.talk(mail)
    assert speaking.words.beginning(said) in talked.text
    assert speaking.words("Add New Subscription") not in talked.text


def test_an_admin_assigns_licences(german: Conversation, shop: Shop) -> None:
    talked = german.talk(
        MAX, german.pick("Assign licences"), Pick("Felix Sommer"), "1", german.pick("To billing")
    )
    assert "Gespeichert." in talked.text
    felix = next(u for u in shop.service.users(shop.session()) if u.name == "Felix Sommer")
    assert len(felix.subscriptions) == 1


def test_licences_that_are_not_there_are_not_assigned(german: Conversation) -> None:
    talked = german.talk(
        ANNA, german.pick("Assign licences"), Pick("Felix Sommer"), "9", "x", "1 3", "0"
    )
    assert "Bitte Nummern von 1 bis 3 eingeben" in talked.answer_to(2)
    assert "Bitte Nummern von 1 bis 3 eingeben" in talked.answer_to(3)
    assert "Keine Lizenz" in talked.answer_to(4)
    assert "Es wurde nichts geändert." in talked.answer_to(5)


def test_who_was_dropped_goes_on_where_they_stood(speaking: Conversation) -> None:
    begin = speaking.webinar()[:4]
    speaking.talk(ANNA, *begin)
    talked = speaking.talk(ANNA, speaking.pick("Continue"))
    assert speaking.words("Continue where you left off?") in talked.text
    assert "GoTo Webinar, Pro" in talked.text
    assert speaking.words("How many new user licences?") in talked.answer_to(0)


def test_who_was_dropped_at_the_kasse_goes_on_there(speaking: Conversation) -> None:
    speaking.talk(ANNA, *speaking.webinar())
    talked = speaking.talk(ANNA, speaking.pick("Continue"))
    assert speaking.words("Payment details") in talked.answer_to(0)


def test_a_discarded_draft_is_not_offered_again(german: Conversation, shop: Shop) -> None:
    german.talk(ANNA, *german.webinar()[:4])
    german.talk(ANNA, german.pick("Discard"))
    assert shop.service.home(shop.session()).draft is None


@pytest.mark.parametrize("lines", [(), ("3",), ("1", "2")])
def test_the_end_of_the_input_says_that_all_is_stored(
    speaking: Conversation, lines: tuple[str, ...]
) -> None:
    talked = speaking.talk(ANNA, *lines)
    stored = speaking.words("Draft and cart are stored; you can continue any time.")
    assert talked.said.endswith(f"\n{stored}\n")
    assert talked.status == 0


def test_before_anybody_signed_in_nothing_is_stored(german: Conversation) -> None:
    assert "gespeichert" not in german.talk(None).text


def test_signing_out_leads_to_the_login(german: Conversation) -> None:
    talked = german.talk(ANNA, "0", german.pick("Sign out"), "0", LENA, SAMPLE_PASSWORD)
    assert "Das ist die erste Seite." in talked.answer_to(2)
    assert "Lena Huber" in talked.answer_to(4)


@pytest.mark.parametrize(
    ("door", "said"),
    [
        (Door.NEW, "Which product would you like to add?"),
        (Door.CART, "Subtotal (net)"),
        (Door.CHECKOUT, "Payment details"),
        (Door.HELP, "What would you like to do?"),
    ],
)
def test_a_door_opens_after_the_sign_in(german: Conversation, door: Door, said: str) -> None:
    if door in {Door.CART, Door.CHECKOUT}:
        german.shop.fill(german.shop.session(), WEBINAR)
    talked = german.talk(ANNA, door=door)
    assert german.words(said) in talked.text
    assert ("Corporate Billing Portal" in talked.text) is (door is Door.HELP)


def test_the_place_is_stored_after_every_step(german: Conversation, shop: Shop) -> None:
    lines = german.webinar()
    places = ["offer", "tier", "seats", "cycle", Place.CHECKOUT]
    for count, place in enumerate(places, 2):
        if count > 2:
            german.talk(ANNA, german.pick("Discard"))
        german.talk(ANNA, *lines[:count])
        stored = shop.service.home(shop.session()).draft
        assert stored is not None
        assert stored.place == place
