"""The letters of a subscription's life, written by what really happens to it."""

from __future__ import annotations

import email
from datetime import date, timedelta
from email import policy
from email.message import EmailMessage
from typing import TYPE_CHECKING

from sqlalchemy import update

from billing.mail.transport import MailNotTaken
from billing.storage.tables import contact
from tests.service import life
from tests.service.shop import GOOD_CARD, INVOICE, LENA, RESCUE
from tests.service.subscribed import KEY, bought, change_of, held, with_changes
from tests.service.test_dunning import DUE, FADING_CARD, RETRIES
from tests.service.test_mail import tried

if TYPE_CHECKING:
    from tests.service.shop import Shop


def letters(shop: Shop) -> dict[str, str]:
    """Everything that was sent so far: subject and text on one line, with common spaces."""
    found = {}
    for message in shop.post.messages:
        parsed = email.message_from_bytes(bytes(message), policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        body = parsed.get_body(("plain",))
        assert body is not None
        found[parsed["Subject"]] = " ".join(body.get_content().replace("\u00a0", " ").split())
    return found


def test_a_change_is_told_from_old_to_new_with_what_it_gives_back(shop: Shop) -> None:
    session = shop.session(LENA)
    one = bought(shop, session, RESCUE, days_ago=10)
    more = change_of(shop, session, one, with_changes(one, seats=3))
    told = shop.service.change_subscription(session, more)
    shop.service.deliver_mail(session)
    text = letters(shop)[f"Änderungsbestätigung {told.order_number}"]
    (first, second) = (
        invoice.number
        for invoice in shop.service.invoices(session)
        if invoice.order_id == told.order_id
    )
    for fact in (
        "Bisher: Rescue · 2 Techniker · Monatlich",
        "Neu: Rescue · 3 Techniker · Monatlich",
        "Bisheriges Rechnungsdatum: 22.12.2026",
        "Neues Rechnungsdatum: 02.01.2027",
        "Ungenutzte Tage: 20 von 30",
        first,
        second,
    ):
        assert fact in text


def test_a_cancellation_sent_late_still_tells_of_the_day_it_was_made(shop: Shop) -> None:
    session = shop.session(LENA)
    one = bought(shop, session, RESCUE)
    shop.service.deliver_mail(session)
    shop.post.refusal = MailNotTaken("down")
    shop.service.cancel(session, one.subscription_id)
    shop.service.deliver_mail(session)
    shop.service.undo_cancellation(session, one.subscription_id)
    one = held(shop, session, RESCUE.product)
    more = change_of(shop, session, one, with_changes(one, seats=9))
    shop.service.change_subscription(session, more)
    shop.post.refusal = None
    shop.clock.advance(timedelta(days=3))
    shop.service.deliver_mail(session)
    told = letters(shop)
    cancelled = told["Kündigung bestätigt: LogMeIn Rescue"]
    assert "Ihre Kündigung vom 22.11.2026" in cancelled
    assert "Anzahl der Benutzerlizenzen: 2 Techniker" in cancelled
    assert "Kündigung zum: 22.12.2026" in cancelled
    assert "2 Techniker" in told["Kündigung zurückgenommen: LogMeIn Rescue"]


def test_cancelling_twice_on_one_day_is_confirmed_twice(shop: Shop) -> None:
    session = shop.session(LENA)
    one = bought(shop, session, RESCUE)
    for _ in range(2):
        shop.service.cancel(session, one.subscription_id)
        shop.service.undo_cancellation(session, one.subscription_id)
    shop.service.deliver_mail(session)
    subjects = [message["Subject"] for message in shop.post.messages]
    assert subjects.count("Kündigung bestätigt: LogMeIn Rescue") == 2
    assert subjects.count("Kündigung zurückgenommen: LogMeIn Rescue") == 2


def test_a_trial_is_told_to_end_and_to_have_ended(shop: Shop) -> None:
    shop.execute(update(contact).where(contact.c.mail == LENA).values(language="en"))
    tried(shop, shop.session(LENA))
    life.move_to(shop, date(2026, 11, 26))
    life.run(shop)
    soon = letters(shop)["Your trial of GoTo Webinar ends soon"]
    assert "Trial ends: Nov 29, 2026 Last day: Nov 28, 2026" in soon
    life.move_to(shop, date(2026, 11, 29))
    life.run(shop)
    assert "Nothing was charged" in letters(shop)["Your trial of GoTo Webinar has ended"]


def test_a_renewal_on_invoice_says_until_when_to_pay(shop: Shop) -> None:
    life.bought(shop, RESCUE, INVOICE, mail=LENA)
    life.move_to(shop, date(2026, 12, 22))
    life.run(shop)
    newest = shop.service.invoices(shop.session(LENA))[0]
    text = letters(shop)[f"Rechnung {newest.number}: LogMeIn Rescue verlängert"]
    assert "Abrechnungszeitraum: 22.12.2026 – 21.01.2027" in text
    assert "Nächste Rechnung (Rechnungsdatum): 22.01.2027" in text
    assert f"Zahlbar bis: {newest.due_on:%d.%m.%Y}" in text


def test_dunning_is_told_step_by_step_with_the_days_of_each_try(shop: Shop) -> None:
    life.bought(shop, RESCUE, FADING_CARD, mail=LENA)
    texts = []
    for day in (DUE, *RETRIES):
        life.move_to(shop, day)
        shop.post.messages.clear()
        life.run(shop)
        (text,) = [one for subject, one in letters(shop).items() if "LogMeIn Rescue" in subject]
        texts.append(text)
    number = shop.service.invoices(shop.session(LENA))[0].number
    for text, next_try in zip(texts, RETRIES, strict=False):
        assert f"Nächster Versuch: {next_try:%d.%m.%Y}" in text
        assert "Zugriff mindestens bis: 06.01.2027" in text
        assert number in text
    assert "Seit dem 06.01.2027 ist der Zugriff gesperrt" in texts[-1]
    assert "Ohne Zahlung endet es am: 05.02.2027" in texts[-1]


def test_who_pays_after_all_is_told_that_access_is_back(shop: Shop) -> None:
    life.bought(shop, RESCUE, FADING_CARD, mail=LENA)
    for day in (DUE, *RETRIES):
        life.move_to(shop, day)
        life.run(shop)
    session = shop.session(LENA)
    owed = shop.service.invoices(session)[0]
    shop.service.pay_open_invoice(session, owed.invoice_id, KEY, GOOD_CARD)
    shop.service.deliver_mail(session)
    text = letters(shop)["Zahlung angenommen: LogMeIn Rescue"]
    assert owed.number in text
    assert "Der Zugriff ist wieder frei" in text
    assert "Nächste Rechnung (Rechnungsdatum): 22.01.2027" in text
