"""Letters: each says what its reader needs, in both languages; no text from outside breaks it."""

from __future__ import annotations

import email
import re
from dataclasses import replace
from email import policy
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.mail.delivery import LETTERS
from billing.mail.letter import Letter, as_html, as_text
from billing.mail.message import compose
from billing.mail.outbox import MailKind
from billing.ordering.orders import OrderKind
from billing.rating.tax import TaxTreatment
from billing.subscriptions.model import SubscriptionState
from tests.unit.mail_matters import (
    MOMENT,
    ON_INVOICE,
    all_from_outside,
    euro,
    invoice,
    matter,
    order,
    then,
)

if TYPE_CHECKING:
    from billing.mail.matter import Matter

INVOICE_NUMBER = "RE-0123456789-000042"
STATES = {
    MailKind.TRIAL_REMINDER: SubscriptionState.TRIALING,
    MailKind.TRIAL_ENDED: SubscriptionState.TRIALING,
    MailKind.PAYMENT_FAILED: SubscriptionState.PAST_DUE,
}
SUBJECTS = {
    MailKind.CONFIRMATION: ("Bestellbestätigung B-2026-000007", "Order confirmation B-2026-000007"),
    MailKind.WELCOME: (
        "Willkommen bei GoTo Webinar: Ihre Testversion läuft",
        "Welcome to GoTo Webinar: your trial has started",
    ),
    MailKind.CHANGE_CONFIRMATION: (
        "Änderungsbestätigung B-2026-000007",
        "Change confirmation B-2026-000007",
    ),
    MailKind.CANCELLATION: (
        "Kündigung bestätigt: GoTo Webinar",
        "Cancellation confirmed: GoTo Webinar",
    ),
    MailKind.CANCELLATION_UNDONE: (
        "Kündigung zurückgenommen: GoTo Webinar",
        "Cancellation undone: GoTo Webinar",
    ),
    MailKind.TRIAL_REMINDER: (
        "Ihre Testversion von GoTo Webinar endet in Kürze",
        "Your trial of GoTo Webinar ends soon",
    ),
    MailKind.TRIAL_ENDED: (
        "Ihre Testversion von GoTo Webinar ist beendet",
        "Your trial of GoTo Webinar has ended",
    ),
    MailKind.RENEWAL: (
        f"Rechnung {INVOICE_NUMBER}: GoTo Webinar verlängert",
        f"Invoice {INVOICE_NUMBER}: GoTo Webinar renewed",
    ),
    MailKind.PAYMENT_FAILED: (
        "Zahlung nicht gelungen: GoTo Webinar",
        "Payment failed: GoTo Webinar",
    ),
    MailKind.SUSPENDED: ("Zugriff gesperrt: GoTo Webinar", "Access suspended: GoTo Webinar"),
    MailKind.RECOVERED: ("Zahlung angenommen: GoTo Webinar", "Payment accepted: GoTo Webinar"),
    MailKind.INVOICE: (f"Rechnung {INVOICE_NUMBER}", f"Invoice {INVOICE_NUMBER}"),
}
# What each letter says of the matter that is made up, in German and in English.
FACTS = {
    MailKind.CONFIRMATION: [
        (f"Rechnungsnummer: {INVOICE_NUMBER}", f"Invoice number: {INVOICE_NUMBER}"),
        ("Fälliger Gesamtbetrag: 1.876,63 €", "Total due: €1,876.63"),
        ("Zahlungsart: Karte, Visa •••• 4242", "Payment method: Card, Visa •••• 4242"),
    ],
    MailKind.WELCOME: [
        ("Testversion endet: 22.12.2026", "Trial ends: Dec 22, 2026"),
        ("Letzter Tag: 21.12.2026", "Last day: Dec 21, 2026"),
    ],
    MailKind.CHANGE_CONFIRMATION: [
        (f"Rechnungsnummer: {INVOICE_NUMBER}", f"Invoice number: {INVOICE_NUMBER}"),
        (
            "Bisher: Pro · 5 Organisatoren · Monatlich",
            "Until now: Pro · 5 organizers · Monthly",
        ),
        ("Neu: Pro · 8 Organisatoren · Monatlich", "New: Pro · 8 organizers · Monthly"),
        ("Bisheriges Rechnungsdatum: 02.12.2026", "Old billing date: Dec 2, 2026"),
        ("Neues Rechnungsdatum: 22.12.2026", "New billing date: Dec 22, 2026"),
        ("Ungenutzte Tage: 10 von 30", "Unused days: 10 of 30"),
        ("Guthaben dafür: 493,85 €", "Credit for them: €493.85"),
        (
            "Rechnungskorrektur: RK-0123456789-000001",
            "Invoice correction: RK-0123456789-000001",
        ),
        ("Guthaben: -493,85 €", "Account credit: -€493.85"),
        ("Fälliger Gesamtbetrag: 1.876,63 €", "Total due: €1,876.63"),
        ("unter „Lizenzen zuweisen“", "under “Assign licences”"),
    ],
    MailKind.CANCELLATION: [
        ("Kündigung zum: 02.12.2026", "Cancelled to: Dec 2, 2026"),
        ("Letzter Tag: 01.12.2026", "Last day: Dec 1, 2026"),
        (
            "Bis einschließlich 01.12.2026 können Sie die Kündigung",
            "Up to and including Dec 1, 2026 you can undo the cancellation",
        ),
    ],
    MailKind.CANCELLATION_UNDONE: [
        ("seit dem 22.11.2026 zurückgenommen", "was undone on Nov 22, 2026"),
        ("Nächste Rechnung (Rechnungsdatum): 02.12.2026", "Next invoice (billing date): Dec 2"),
        ("Preis des Plans: 5 × 249,00 € = 1.245,00 €", "Plan price: 5 × €249.00 = €1,245.00"),
    ],
    MailKind.TRIAL_REMINDER: [
        ("endet am 02.12.2026", "ends on Dec 2, 2026"),
        ("Testversion endet: 02.12.2026", "Trial ends: Dec 2, 2026"),
        ("Letzter Tag: 01.12.2026", "Last day: Dec 1, 2026"),
        ("Am Ende wird nichts berechnet", "nothing is charged at its end"),
        ("„Jetzt abonnieren“", "“Subscribe Now”"),
    ],
    MailKind.TRIAL_ENDED: [
        ("ist seit dem 02.12.2026 beendet", "ended on Dec 2, 2026"),
        ("Letzter Tag: 01.12.2026", "Last day: Dec 1, 2026"),
        ("Es wurde nichts berechnet", "Nothing was charged"),
        ("„Neues Abonnement hinzufügen“", "“Add New Subscription”"),
    ],
    MailKind.RENEWAL: [
        (f"Rechnungsnummer: {INVOICE_NUMBER}", f"Invoice number: {INVOICE_NUMBER}"),
        (
            "Abrechnungszeitraum: 22.11.2026 – 21.12.2026",
            "Billing period: Nov 22, 2026 – Dec 21, 2026",
        ),
        ("Fälliger Gesamtbetrag: 1.876,63 €", "Total due: €1,876.63"),
        ("Sie müssen nichts tun", "There is nothing for you to do"),
    ],
    MailKind.PAYMENT_FAILED: [
        (f"Rechnungsnummer: {INVOICE_NUMBER}", f"Invoice number: {INVOICE_NUMBER}"),
        ("Fälliger Gesamtbetrag: 1.876,63 €", "Total due: €1,876.63"),
        ("Nächster Versuch: 25.11.2026", "Next attempt: Nov 25, 2026"),
        ("Zugriff mindestens bis: 07.12.2026", "Access at least until: Dec 7, 2026"),
        ("Bitte sorgen Sie dafür", "Please make sure"),
        ("abrechnung@beispiel-software.example", "abrechnung@beispiel-software.example"),
    ],
    MailKind.SUSPENDED: [
        (f"Rechnungsnummer: {INVOICE_NUMBER}", f"Invoice number: {INVOICE_NUMBER}"),
        ("Seit dem 22.11.2026 ist der Zugriff gesperrt", "suspended since Nov 22, 2026"),
        ("bis zum 25.11.2026 nicht bezahlt", "not paid by Nov 25, 2026"),
    ],
    MailKind.RECOVERED: [
        (f"Rechnungsnummer: {INVOICE_NUMBER}", f"Invoice number: {INVOICE_NUMBER}"),
        ("Nächste Rechnung (Rechnungsdatum): 02.12.2026", "Next invoice (billing date): Dec 2"),
    ],
    MailKind.INVOICE: [
        (
            "zu Ihrer Bestellung B-2026-000007 vom 22.11.2026 haben wir jetzt die Rechnung",
            f"issued invoice {INVOICE_NUMBER} for your order B-2026-000007 of Nov 22, 2026",
        ),
        ("Fälliger Gesamtbetrag: 1.876,63 €", "Total due: €1,876.63"),
    ],
}


def letter(kind: MailKind, language: str = "de", about: Matter | None = None) -> Letter:
    return LETTERS[kind](about or matter(language, STATES.get(kind, SubscriptionState.ACTIVE)))


def said(letter: Letter) -> str:
    """The text on one line, with common spaces."""
    return " ".join(as_text(letter).replace("\u00a0", " ").split())


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_mail_has_its_subject_and_leaves_nothing_unfilled(
    kind: MailKind, language: str
) -> None:
    written = letter(kind, language)
    assert written.subject == SUBJECTS[kind][language == "en"]
    assert written.language == language
    text = said(written)
    assert not re.search(r"[{}]|None|\bstr\b", written.subject + text)
    greeting = "Guten Tag Anna Muster," if language == "de" else "Hello Anna Muster,"
    assert text.startswith(greeting)
    assert "Muster GmbH" in text
    assert "Beispiel Software GmbH" in text


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_mail_says_what_its_reader_needs(kind: MailKind, language: str) -> None:
    written = letter(kind, language)
    text, page = said(written), seen(as_html(written))
    for fact in FACTS[kind]:
        assert fact[language == "en"] in text
    for fact in FACTS[kind]:
        assert fact[language == "en"].replace(": ", " ") in page.replace(": ", " ")


def test_an_invoice_to_be_transferred_names_the_day_and_the_number() -> None:
    about = replace(matter(), invoice=replace(invoice(), payment=ON_INVOICE))
    for kind in (MailKind.RENEWAL, MailKind.INVOICE):
        text = said(letter(kind, about=about))
        assert "Zahlbar bis: 06.12.2026" in text
        assert "1.876,63 € bis zum 06.12.2026 und geben Sie dabei" in text
        assert "Sie müssen nichts tun" not in text


def test_an_invoice_that_credit_covers_asks_for_nothing() -> None:
    covered = replace(invoice(), credit=euro("2370.48"), total=euro("0"), payment=ON_INVOICE)
    text = said(letter(MailKind.RENEWAL, about=replace(matter(), invoice=covered)))
    assert "Sie müssen nichts zahlen" in text
    assert "Zahlbar bis" not in text


@pytest.mark.parametrize(
    ("treatment", "words"),
    [
        (TaxTreatment.REVERSE_CHARGE, "DE136695976 ist bestätigt. Die vorläufig"),
        (TaxTreatment.BUYERS_RATE, "DE136695976 wurde von der Behörde nicht bestätigt"),
    ],
)
def test_the_invoice_says_what_the_check_of_the_vat_id_brought(
    treatment: TaxTreatment, words: str
) -> None:
    about = replace(matter(), invoice=replace(invoice(), treatment=treatment, taxes=()))
    assert words in said(letter(MailKind.INVOICE, about=about))


def test_credit_that_is_left_after_a_change_stays_and_is_not_paid_out() -> None:
    about = replace(matter(), order=replace(order(), correction=euro("500.00")))
    text = said(letter(MailKind.CHANGE_CONFIRMATION, about=about))
    assert "Davon bleiben 6,15 € als Guthaben auf Ihrem Konto" in text
    assert "ausgezahlt wird es nicht" in text


def test_a_change_to_fewer_seats_asks_nobody_to_assign_licences() -> None:
    known = matter()
    assert known.event is not None
    more = replace(known.event, before=replace(then(), seats=9))
    text = said(letter(MailKind.CHANGE_CONFIRMATION, about=replace(known, event=more)))
    assert "Lizenzen zuweisen" not in text


@pytest.mark.parametrize(
    ("failed", "until"), [(1, "07.12.2026"), (2, "02.12.2026"), (3, "25.11.2026")]
)
def test_access_stays_until_the_last_try(failed: int, until: str) -> None:
    known = matter(state=SubscriptionState.PAST_DUE)
    assert known.event is not None
    now = replace(known.event.now, failed_payments=failed)
    about = replace(known, event=replace(known.event, now=now))
    assert f"Zugriff mindestens bis: {until}" in said(letter(MailKind.PAYMENT_FAILED, about=about))


@pytest.mark.parametrize("state", [SubscriptionState.CANCELLING, SubscriptionState.EXPIRED])
def test_a_failed_payment_of_what_ends_anyway_promises_no_other_try(
    state: SubscriptionState,
) -> None:
    text = said(letter(MailKind.PAYMENT_FAILED, about=matter(state=state)))
    assert "Nächster Versuch" not in text
    assert "weiter offen" in text


def test_access_is_given_back_only_where_it_was_taken() -> None:
    known = matter()
    assert known.event is not None
    suspended = replace(known.event, before=then(SubscriptionState.SUSPENDED))
    assert "Der Zugriff ist wieder frei" not in said(letter(MailKind.RECOVERED))
    text = said(letter(MailKind.RECOVERED, about=replace(known, event=suspended)))
    assert "Der Zugriff ist wieder frei" in text


def test_a_subscription_older_than_its_log_is_changed_without_telling_from_what() -> None:
    known = matter()
    assert known.event is not None
    about = replace(known, event=replace(known.event, before=None))
    text = said(letter(MailKind.CHANGE_CONFIRMATION, about=about))
    assert "Bisher" not in text
    assert "Nächste Rechnung (Rechnungsdatum): 22.12.2026" in text


def test_the_order_alone_is_told_where_no_invoice_is_written_yet() -> None:
    waiting = replace(order(OrderKind.PURCHASE), treatment=TaxTreatment.UNDECIDED)
    about = replace(matter(), order=waiting, invoice=None, corrections=(), event=None)
    text = said(letter(MailKind.CONFIRMATION, about=about))
    assert "Rechnungsnummer" not in text
    assert "die Rechnung folgt nach der Prüfung" in text


@pytest.mark.parametrize("kind", MailKind)
def test_markup_from_outside_stays_text(kind: MailKind) -> None:
    hostile = "<script>&\"'</p>{day}%s"
    page = as_html(letter(kind, about=all_from_outside(hostile, "de")))
    assert "<script" not in page
    assert hostile in seen(page)
    assert tags(page) == tags(as_html(letter(kind, about=all_from_outside("x", "de"))))


@given(
    text=st.text(
        st.characters(categories=("L", "Nd", "P", "S", "Z", "Cc", "Cf", "Co", "Cn")), max_size=80
    ),
    kind=st.sampled_from(MailKind),
    language=st.sampled_from(["de", "en"]),
)
def test_no_text_from_outside_changes_the_structure(
    text: str, kind: MailKind, language: str
) -> None:
    injected = f"{text}\r\nBcc: victim@example.org\r\n\r\n<b>\x00\x1b[31m\u202e{text}"
    written = letter(kind, about=all_from_outside(injected, language))
    likewise = letter(kind, about=all_from_outside("x", language))
    assert tags(as_html(written)) == tags(as_html(likewise))
    body = as_text(written)
    assert all(one.isprintable() or one in "\n\u00a0\u202f" for one in body)
    assert written.subject.replace("\u00a0", " ").isprintable()
    assert headers(written) == headers(likewise)


def headers(written: Letter) -> list[str]:
    """The headers of the letter's message, as a mail program finds them."""
    message = compose(
        written,
        sender=("Seller", "seller@seller.example"),
        reader=("Anna", "anna@muster.example"),
        dedupe_key="order-1.confirmation",
        moment=MOMENT,
    )
    return email.message_from_bytes(bytes(message), policy=policy.default).keys()


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, object]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def tags(page: str) -> list[tuple[str, object]]:
    parser = _Tags()
    parser.feed(page)
    return parser.tags


def seen(page: str) -> str:
    """What a page shows, on one line, with common spaces."""
    parser = _Tags()
    parser.feed(page)
    return " ".join(" ".join(parser.text).replace("\u00a0", " ").split())
