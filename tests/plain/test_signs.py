"""The signs that mean the same at every prompt: `0` goes back, `?` helps, `*` is the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.plain.typist import IBAN
from tests.service.shop import ANNA
from tui.article import load_article

if TYPE_CHECKING:
    from tests.plain.typist import Conversation

TO_SEATS = 4


def test_zero_goes_back_and_the_answers_stay(speaking: Conversation) -> None:
    # From the Kasse back to the product, and forth with Enter alone.
    lines = speaking.webinar()
    talked = speaking.talk(ANNA, *lines, *["0"] * 5, *[""] * 5)
    assert speaking.words("Which product would you like to add?") in talked.answer_to(
        len(lines) + 4
    )
    assert "11.940,00" in talked.prompts[-1].replace(",940.00", ".940,00")


def test_zero_in_the_payment_details_goes_one_field_back(german: Conversation) -> None:
    lines = (*german.webinar(), german.pick("SEPA direct debit"), IBAN, "Muster", "0", "0", "0")
    talked = german.talk(ANNA, *lines)
    at = len(lines)
    assert "SEPA-Lastschrift" in talked.answer_to(at - 3)
    assert "Wie möchten Sie abgerechnet werden?" in talked.answer_to(at - 2)


def test_a_question_mark_says_the_step_of_the_help_article(speaking: Conversation) -> None:
    lines = (*speaking.webinar()[:TO_SEATS], "?")
    talked = speaking.talk(ANNA, *lines)
    article = load_article(speaking.words.language)
    (step,) = article.marked("seats")
    assert article.paragraphs[step].text in talked.answer_to(TO_SEATS)
    licences = speaking.words("Number of user licences")
    assert licences in talked.prompts[-1].split("\n")[-1]


def test_help_at_a_list_says_the_list_again(german: Conversation) -> None:
    talked = german.talk(ANNA, *german.webinar()[:1], "?")
    assert talked.prompts[-1].count("GoTo Webinar") == 1


def test_two_question_marks_are_the_whole_article(speaking: Conversation) -> None:
    talked = speaking.talk(ANNA, "??")
    texts = [paragraph.text for paragraph in load_article(speaking.words.language).paragraphs]
    assert all(" ".join(text.split()) in talked.text for text in texts)


def test_the_language_changes_at_any_prompt(german: Conversation) -> None:
    talked = german.talk(ANNA, *german.webinar()[:TO_SEATS], "*", "7", "*")
    assert "How many new user licences?" in talked.answer_to(TO_SEATS)
    assert "How would you like to be billed?" in talked.answer_to(TO_SEATS + 1)
    assert "Wie möchten Sie abgerechnet werden?" in talked.answer_to(TO_SEATS + 2)


def test_zero_in_a_question_of_the_kasse_leaves_what_was_there(german: Conversation) -> None:
    vat_id, details = german.pick("VAT Number"), german.pick("Payment details")
    paid = (*german.webinar(), *german.by_sepa())
    talked = german.talk(ANNA, *paid, vat_id, "0", details, german.pick("Card"), "0", "0")
    for answered in (len(paid) + 1, len(paid) + 5):
        assert "SEPA-Lastschrift, DE89 … 3000" in talked.answer_to(answered)
        assert "Bestellung aufgeben" in talked.answer_to(answered)


def test_the_language_may_change_in_the_middle_of_the_payment_details(
    german: Conversation,
) -> None:
    details = german.pick("Payment details")
    paid = (*german.webinar(), *german.by_sepa())
    talked = german.talk(ANNA, *paid, details, german.pick("Card"), "*", "1", "", "", "")
    assert "IBAN, Enter for DE89" in talked.answer_to(len(paid) + 3)
    assert "Place Order" in talked.prompts[-1]
