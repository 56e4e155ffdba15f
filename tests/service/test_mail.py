"""Mails: written with the order, rendered for their reader when sent, tried again, sent once."""

from __future__ import annotations

import email
import mailbox
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from billing.catalogue.model import Offer
from billing.mail.letter import Letter, Paragraph
from billing.mail.message import compose
from billing.mail.transport import MaildirTransport, MailNotTaken
from billing.ordering.model import MailState
from billing.storage.tables import account, contact, order, outbox
from tests.service.shop import (
    ADA,
    ANNA,
    GOOD_CARD,
    IBAN,
    INVOICE,
    LENA,
    RESCUE,
    WEBINAR,
    request,
    without,
)

if TYPE_CHECKING:
    from pathlib import Path

    from billing.accounts.model import Session
    from billing.ordering.model import Confirmation, Selection
    from billing.payments.model import PaymentInput
    from tests.service.shop import Shop

HOSTILE = 'Böse, "Anna" <x@y>\r\nBcc: victim@example.org\x1b[31m\u202e\u2028[/b]<script>'


def bought(
    shop: Shop, session: Session, *selections: Selection, payment: PaymentInput = INVOICE
) -> Confirmation:
    checkout = shop.checkout(session, *(selections or (WEBINAR,)))
    return shop.service.place_order(session, request(checkout, payment))


def tried(shop: Shop, session: Session) -> Confirmation:
    draft = shop.service.new_draft(session)
    trial = replace(draft, product="goto-webinar", offer=Offer.TRIAL, tier="lite", seats=1)
    return shop.service.start_trial(session, trial)


def received(shop: Shop) -> EmailMessage:
    """The last mail as its reader's program parses it."""
    message = email.message_from_bytes(bytes(shop.post.messages[-1]), policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    return message


def text(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert body is not None
    content = body.get_content()
    assert isinstance(content, str)
    return content.replace("\u00a0", " ")


def flowing(message: EmailMessage) -> str:
    return " ".join(text(message).split())


def lines(message: EmailMessage) -> list[str]:
    return [" ".join(line.split()) for line in text(message).splitlines()]


def test_a_confirmation_names_everything_in_german(shop: Shop) -> None:
    session = shop.session()
    told = bought(shop, session, WEBINAR, RESCUE, payment=IBAN)
    assert shop.service.deliver_mail(session) is MailState.SENT
    message = received(shop)
    assert message["Subject"] == "Bestellbestätigung B-2026-000001"
    assert message["From"] == "Beispiel Software GmbH <abrechnung@beispiel-software.example>"
    assert message["To"] == "Anna Muster <anna@muster.example>"
    assert message["Date"].datetime == datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert message["Auto-Submitted"] == "auto-generated"
    name = f"<order-{told.order_id}.confirmation@beispiel-software.example>"
    assert message["Message-ID"] == name
    said = lines(message)
    for line in (
        "Guten Tag Anna Muster,",
        "Bestellnummer: B-2026-000001",
        "Konto: Muster GmbH",
        "GoTo Webinar · Pro · Jährlich",
        "Abrechnungszeitraum: 22.11.2026 – 21.11.2027",
        "Anzahl der Benutzerlizenzen: 5 Organisatoren",
        "Preis des Plans: 5 × 2.388,00 € = 11.940,00 €",
        "Nächste Rechnung (Rechnungsdatum): 22.11.2027",
        "LogMeIn Rescue · Rescue · Monatlich",
        "Abrechnungszeitraum: 22.11.2026 – 21.12.2026",
        "Zwischensumme (netto): 12.158,00 €",
        "zzgl. 19 % USt: 2.310,02 €",
        "Fälliger Gesamtbetrag: 14.468,02 €",
        "Zahlungsart: SEPA-Lastschrift, DE89 … 3000, Commerzbank",
        "Alle Preise in dieser E-Mail sind Musterpreise.",
    ):
        assert line in said, line
    assert "unter „Lizenzen zuweisen“" in flowing(message)
    assert "0532" not in bytes(shop.post.messages[-1]).decode("ascii")


def test_a_confirmation_in_english_is_english(shop: Shop) -> None:
    session = shop.session(ADA)
    bought(shop, session, payment=GOOD_CARD)
    shop.service.deliver_mail(session)
    message = received(shop)
    assert message["Subject"] == "Order confirmation B-2026-000001"
    assert message["Content-Language"] == "en"
    said = lines(message)
    for line in (
        "GoTo Webinar · Pro · Annual",
        "Billing period: Nov 22, 2026 – Nov 21, 2027",
        "Number of user licences: 5 organizers",
        "Plan price: 5 × $2,508.00 = $12,540.00",
        "Total due: $12,540.00",
        "Not subject to German VAT (place of supply: customer's country)",
        "Payment method: Card, Visa •••• 4242",
    ):
        assert line in said, line


@pytest.mark.parametrize(
    ("vat_id", "language", "words"),
    [
        (
            None,
            "de",
            [
                "Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge)",
                "Ihre USt-IdNr.: ATU14243102",
                "Unsere USt-IdNr.: DE113866163",
            ],
        ),
        (None, "en", ["Reverse charge – VAT to be accounted for by the recipient"]),
        ("", "de", ["Umsatzsteuer AT 20 % (OSS-Verfahren): 2.388,00 €"]),
        ("", "en", ["VAT Austria 20% (OSS): €2,388.00"]),
        ("ATU33864707", "de", ["Umsatzsteuer AT 20 % (vorläufig): 2.388,00 €"]),
        ("ATU33864707", "en", ["VAT Austria 20% (provisional): €2,388.00"]),
    ],
)
def test_each_treatment_of_tax_has_its_words(
    shop: Shop, vat_id: str | None, language: str, words: list[str]
) -> None:
    session = shop.session(LENA)
    shop.execute(update(contact).values(language=language))
    shop.fill(session, WEBINAR)
    checkout = shop.service.open_checkout(session, vat_id)
    told = shop.service.place_order(session, request(checkout, INVOICE))
    shop.service.deliver_mail(session)
    said = lines(received(shop))
    for line in words:
        assert line in said, line
    whole = flowing(received(shop))
    waits = "noch nicht bei der Behörde geprüft" in whole or "has not been checked" in whole
    assert waits is told.invoice_waits is (vat_id == "ATU33864707")


def test_a_welcome_tells_length_and_end_and_that_nothing_is_charged(shop: Shop) -> None:
    session = shop.session(LENA)
    told = tried(shop, session)
    assert shop.service.deliver_mail(session) is MailState.SENT
    message = received(shop)
    assert message["Subject"] == "Willkommen bei GoTo Webinar: Ihre Testversion läuft"
    assert message["Message-ID"].startswith(f"<order-{told.order_id}.welcome@")
    said = lines(message)
    assert "Dauer der Testversion: 7 Tage" in said
    assert "Testversion endet: 29.11.2026" in said
    assert "Letzter Tag: 28.11.2026" in said
    assert "Anzahl der Benutzerlizenzen: 1 Organisator" in said
    assert "Am Ende wird nichts berechnet" in flowing(message)
    assert "€" not in text(message)


def test_text_and_html_say_the_same(shop: Shop) -> None:
    session = shop.session()
    bought(shop, session)
    shop.service.deliver_mail(session)
    message = received(shop)
    assert message.get_content_type() == "multipart/alternative"
    page = text(message, "html")
    for words in ("14.208,60 €", "22.11.2026 – 21.11.2027", "B-2026-000001"):
        assert words in page
        assert words in text(message)
    assert "http" not in page


def test_hostile_names_add_no_header_and_no_markup(shop: Shop) -> None:
    assert_harmless(shop, HOSTILE)


# PostgreSQL keeps no text with a NUL in it.
@pytest.mark.parametrize("stock", ["sqlite"], indirect=True)
def test_a_nul_in_a_name_reaches_no_mail(shop: Shop) -> None:
    assert_harmless(shop, HOSTILE + "\x00")


def assert_harmless(shop: Shop, name: str) -> None:
    session = shop.session()
    shop.execute(update(contact).values(name=name))
    shop.execute(update(account).values(name=name))
    bought(shop, session)
    assert shop.service.deliver_mail(session) is MailState.SENT
    message = received(shop)
    assert message.keys() == [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
        "Content-Language",
    ]
    (reader,) = message["To"].addresses
    assert reader.addr_spec == ANNA
    for unwanted in "\x1b\u202e\u2028\x00":
        assert unwanted not in text(message)
        assert unwanted not in text(message, "html")
    assert "<script>" not in text(message, "html")
    assert "&lt;script&gt;" in text(message, "html")


def test_a_hostile_product_name_adds_no_header(shop: Shop) -> None:
    session = shop.session(LENA)
    tried(shop, session)
    products = tuple(
        replace(product, name=HOSTILE) if product.id == "goto-webinar" else product
        for product in shop.catalogue.products
    )
    later = shop.second(catalogue=replace(shop.catalogue, products=products))
    assert later.service.deliver_mail(session) is MailState.SENT
    message = received(shop)
    assert message["Bcc"] is None
    assert "Bcc: victim@example.org" in message["Subject"]


def test_a_product_lost_since_is_named_by_its_id(shop: Shop) -> None:
    session = shop.session()
    bought(shop, session)
    later = shop.second(catalogue=without(shop.catalogue, "goto-webinar"))
    assert later.service.deliver_mail(session) is MailState.SENT
    assert "goto-webinar · pro · Jährlich" in lines(received(shop))
    assert "Anzahl der Benutzerlizenzen: 5 Benutzerlizenzen" in lines(received(shop))


def test_a_mail_is_sent_once(shop: Shop) -> None:
    session = shop.session()
    bought(shop, session)
    for service in (shop.service, shop.service, shop.second().service):
        assert service.deliver_mail(session) is MailState.SENT
    assert len(shop.post.messages) == 1
    (row,) = shop.rows(outbox)
    assert (row.state, row.attempts, row.sent_at) == ("sent", 1, shop.clock.now())


def test_without_any_mail_nothing_waits(shop: Shop) -> None:
    assert shop.service.deliver_mail(shop.session()) is MailState.SENT
    assert shop.post.messages == []


def test_a_mail_that_is_not_taken_keeps_the_order_and_is_tried_later(shop: Shop) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR), INVOICE)
    shop.service.place_order(session, asked)
    shop.post.refusal = MailNotTaken("server down")
    waits = []
    for _ in range(9):
        assert shop.service.deliver_mail(session) is MailState.WAITING
        (row,) = shop.rows(outbox)
        waits.append(int((row.next_try_at - shop.clock.now()).total_seconds()))
        shop.clock.move_to(row.next_try_at)
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert (row.attempts, row.last_error) == (9, "server down")
    assert [each.state for each in shop.rows(order)] == ["fulfilled"]
    shop.post.refusal = None
    assert shop.service.deliver_mail(session) is MailState.SENT
    assert len(shop.post.messages) == 1
    assert shop.rows(outbox)[0].last_error == ""
    assert shop.service.place_order(session, asked).mail_state is MailState.SENT


def test_before_its_next_try_a_mail_waits(shop: Shop) -> None:
    session = shop.session()
    bought(shop, session)
    shop.post.refusal = MailNotTaken("server down")
    shop.service.deliver_mail(session)
    shop.post.refusal = None
    shop.clock.advance(timedelta(seconds=29))
    assert shop.service.deliver_mail(session) is MailState.WAITING
    assert shop.post.messages == []


def test_after_a_crash_while_sending_the_same_mail_goes_out_under_its_name(shop: Shop) -> None:
    session = shop.session()
    bought(shop, session)

    class Crash(BaseException):
        pass

    def taken_then_killed(message: EmailMessage) -> None:
        shop.post.messages.append(message)
        raise Crash

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shop.post, "send", taken_then_killed)
        with pytest.raises(Crash):
            shop.service.deliver_mail(session)
    shop.clock.advance(timedelta(seconds=30))
    assert shop.service.deliver_mail(session) is MailState.SENT
    first, second = shop.post.messages
    assert first["Message-ID"] == second["Message-ID"]


def test_an_address_that_is_none_fails_for_good_and_stops_no_other_mail(shop: Shop) -> None:
    session = shop.session()
    shop.execute(
        update(contact)
        .where(contact.c.contact_id == session.contact_id)
        .values(mail="anna@muster.example\r\nBcc: victim@example.org")
    )
    bought(shop, session)
    assert shop.service.deliver_mail(session) is MailState.FAILED
    (row,) = shop.rows(outbox)
    assert (row.state, row.last_error) == ("failed", "not a mail address")
    assert shop.post.messages == []
    shop.execute(update(contact).values(mail=ANNA))
    bought(shop, session, RESCUE)
    assert shop.service.deliver_mail(session) is MailState.SENT
    assert len(shop.post.messages) == 1


def test_whatever_breaks_while_sending_the_mail_waits_and_the_next_goes(shop: Shop) -> None:
    session = shop.session()
    bought(shop, session)
    shop.execute(update(contact).values(language="x"))
    shop.execute(update(order).values(tax_treatment="of tomorrow"))
    bought(shop, session, RESCUE)
    assert shop.service.deliver_mail(session) is MailState.SENT
    assert [row.state for row in shop.rows(outbox)] == ["waiting", "sent"]
    assert [row.last_error for row in shop.rows(outbox)] == ["ValueError", ""]
    assert "Bestellbestätigung" in received(shop)["Subject"]


def test_mails_of_another_account_are_left_alone(shop: Shop) -> None:
    anna, lena = shop.session(), shop.session(LENA)
    bought(shop, lena)
    assert shop.service.deliver_mail(anna) is MailState.SENT
    assert shop.post.messages == []


def test_a_maildir_holds_the_whole_mail(shop: Shop, tmp_path: Path) -> None:
    session = shop.session()
    bought(shop, session)
    shop.service.deliver_mail(session)
    folder = tmp_path / "missing" / "mail"
    MaildirTransport(folder).send(shop.post.messages[0])
    box = mailbox.Maildir(folder, create=False)
    (kept,) = box
    assert kept["Message-ID"] == shop.post.messages[0]["Message-ID"]
    assert len(list((folder / "new").iterdir())) == 1
    assert list((folder / "tmp").iterdir()) == []
    box.close()


def test_a_maildir_that_cannot_be_written_takes_nothing(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MailNotTaken) as caught:
        MaildirTransport(tmp_path / "file" / "mail").send(EmailMessage())
    assert not caught.value.for_good
    assert str(tmp_path) not in str(caught.value)


@given(name=st.text(max_size=300), subject=st.text(max_size=300))
def test_no_name_or_subject_adds_a_header(name: str, subject: str) -> None:
    letter = Letter("de", subject, (Paragraph("."),))
    message = compose(
        letter,
        sender=(name, "sender@seller.example"),
        reader=(name, ANNA),
        dedupe_key="order-1.confirmation",
        moment=datetime(2026, 11, 22, tzinfo=UTC),
    )
    parsed = email.message_from_bytes(bytes(message), policy=policy.default)
    assert parsed.keys() == message.keys()
    for header, mail in (("From", "sender@seller.example"), ("To", ANNA)):
        assert [one.addr_spec for one in parsed[header].addresses] == [mail]
