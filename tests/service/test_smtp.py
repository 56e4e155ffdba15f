"""Mail over SMTP: what is tried again, what is refused for good, and what is kept private."""

from __future__ import annotations

import email
import logging
import socket
import ssl
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from billing.mail.delivery import deliver_mail
from billing.mail.letter import Letter, Paragraph
from billing.mail.message import compose
from billing.mail.server import MailServer, Tls
from billing.mail.smtp import SmtpTransport
from billing.mail.transport import MailNotTaken
from billing.ordering.model import MailState
from billing.storage.tables import outbox
from tests.service.billed import context_of
from tests.service.post_office import CERTIFICATE, PASSWORD, USER, Counter, PostOffice, trust
from tests.service.shop import INVOICE, WEBINAR, request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.service.shop import Shop

SELLER = "abrechnung@seller.example"
READER = "jg@reader.example"
LONG = "Donaudampfschifffahrtsgesellschaft" * 60
HASTE = 0.25


@contextmanager
def serving(
    office: PostOffice | None = None, tls: Tls = Tls.NONE, **options: object
) -> Iterator[tuple[Counter, PostOffice]]:
    office = office or PostOffice()
    counter = Counter(office, tls, **options)
    counter.start()
    try:
        yield counter, office
    finally:
        counter.stop()


def letter(subject: str = "Bestätigung – 5 × 2.388,00 €", reader: str = READER) -> EmailMessage:
    return compose(
        Letter("de", subject, (Paragraph(f"Grüße an „Jürgen“\n{LONG}\n.\nEnde"),)),
        sender=("Größe & Söhne GmbH", SELLER),
        reader=("Jürgen Größe, Dr.", reader),
        dedupe_key="order-1.confirmation",
        moment=datetime(2026, 11, 22, tzinfo=UTC),
    )


def received(office: PostOffice) -> EmailMessage:
    (content,) = [envelope.content for envelope in office.letters]
    assert isinstance(content, bytes)
    message = email.message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def refused(transport: SmtpTransport) -> MailNotTaken:
    with pytest.raises(MailNotTaken) as caught:
        transport.send(letter())
    return caught.value


def test_a_mail_arrives_whole_with_its_names_its_subject_and_its_long_lines() -> None:
    with serving() as (counter, office):
        SmtpTransport(counter.address()).send(letter())
    (envelope,) = office.letters
    assert (envelope.mail_from, envelope.rcpt_tos) == (SELLER, [READER])
    content = envelope.content
    assert isinstance(content, bytes)
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) < 100
    message = received(office)
    assert message["Subject"] == "Bestätigung – 5 × 2.388,00 €"
    assert message["To"].addresses[0].display_name == "Jürgen Größe, Dr."
    assert message["From"].addresses[0].display_name == "Größe & Söhne GmbH"
    assert message["Message-ID"] == "<order-1.confirmation@seller.example>"
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == ["Grüße an „Jürgen“", LONG, ".", "Ende"]


def test_a_reader_at_a_domain_with_umlauts_is_reached_by_its_ascii_name() -> None:
    with serving() as (counter, office):
        SmtpTransport(counter.address()).send(letter(reader="jg@müller.example"))
    assert office.letters[0].rcpt_tos == ["jg@xn--mller-kva.example"]


@pytest.mark.parametrize(
    "reader", ["jürgen@reader.example", "jg@größe.example", "jg@mü..example", "mü"]
)
def test_a_reader_whom_no_server_could_reach_is_refused_for_good(reader: str) -> None:
    with pytest.raises(MailNotTaken, match="not a mail address") as caught:
        letter(reader=reader)
    assert caught.value.for_good


def test_while_the_server_is_down_the_mail_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    told = refused(SmtpTransport(MailServer("localhost", port, Tls.NONE)))
    assert (str(told), told.for_good) == ("ConnectionRefusedError", False)


@pytest.mark.parametrize(
    ("command", "answer", "for_good"),
    [
        ("DATA", "451 4.3.0 try later", False),
        ("DATA", "552 5.3.4 too big", True),
        ("DATA", "421 4.3.2 going down", False),
        ("RCPT", "450 4.2.1 greylisted", False),
        ("RCPT", "550 5.1.1 no such mailbox", True),
        ("MAIL", "550 5.7.1 not you", True),
        ("MAIL", "530 5.7.0 sign in first", False),
    ],
)
def test_5xx_refuses_a_mail_for_good_and_4xx_for_now(
    command: str, answer: str, for_good: bool
) -> None:
    with serving(PostOffice({command: answer})) as (counter, office):
        told = refused(SmtpTransport(counter.address()))
    assert (str(told), told.for_good) == (answer, for_good)
    assert office.letters == []


@pytest.mark.parametrize("answer", ["hang", "hang up"])
@pytest.mark.parametrize("command", ["MAIL", "DATA"])
def test_a_server_that_hangs_or_hangs_up_is_asked_again_later(command: str, answer: str) -> None:
    with serving(PostOffice({command: answer})) as (counter, _):
        told = refused(SmtpTransport(counter.address(), seconds=HASTE))
    assert (str(told), told.for_good) == ("SMTPServerDisconnected", False)


def test_a_server_that_accepts_no_greeting_in_time_is_asked_again_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = MailServer("127.0.0.1", silent.getsockname()[1], Tls.NONE)
        told = refused(SmtpTransport(server, seconds=HASTE))
    assert not told.for_good


def test_a_mail_that_was_taken_is_not_sent_again_because_the_goodbye_failed() -> None:
    for answer in ("hang", "hang up"):
        with serving(PostOffice({"QUIT": answer})) as (counter, office):
            SmtpTransport(counter.address(), seconds=HASTE).send(letter())
        assert len(office.letters) == 1


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.IMPLICIT])
def test_with_tls_the_mail_and_the_sign_in_are_private(tls: Tls) -> None:
    office = PostOffice()
    asked = {"authenticator": office.authenticate, "auth_required": tls is Tls.STARTTLS}
    if tls is Tls.IMPLICIT:
        asked["auth_require_tls"] = False
    with serving(office, tls, **asked) as (counter, _):
        SmtpTransport(counter.address(USER, PASSWORD), trust=trust()).send(letter())
    assert (office.private, office.users) == ([True], [USER])


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.IMPLICIT])
def test_a_certificate_that_nobody_vouches_for_gets_neither_password_nor_mail(tls: Tls) -> None:
    office = PostOffice()
    with serving(office, tls, authenticator=office.authenticate) as (counter, _):
        told = refused(SmtpTransport(counter.address(USER, PASSWORD)))
    assert not told.for_good
    assert str(told).startswith("certificate: self")
    assert (office.letters, office.users) == ([], [])


def test_a_certificate_of_another_host_is_refused() -> None:
    with serving(tls=Tls.STARTTLS) as (counter, office):
        server = MailServer("127.0.0.1", counter.port, Tls.STARTTLS)
        told = refused(SmtpTransport(server, trust=trust()))
    assert str(told).startswith("certificate: IP address mismatch")
    assert office.letters == []


def test_the_systems_authorities_are_asked_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ssl.get_default_verify_paths().openssl_cafile_env, str(CERTIFICATE))
    with serving(tls=Tls.STARTTLS) as (counter, office):
        SmtpTransport(counter.address()).send(letter())
    assert office.private == [True]


def test_without_starttls_on_the_server_nothing_is_sent_in_the_clear() -> None:
    with serving() as (counter, office):
        told = refused(SmtpTransport(counter.address(USER, PASSWORD, tls=Tls.STARTTLS)))
    assert not told.for_good
    assert office.letters == []


def test_a_wrong_password_is_tried_again_and_logged_without_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    office = PostOffice()
    asked = {"authenticator": office.authenticate, "auth_required": True}
    with (
        caplog.at_level(logging.WARNING, logger="billing"),
        serving(office, Tls.STARTTLS, **asked) as (counter, _),
    ):
        told = refused(SmtpTransport(counter.address(USER, "Geheimnis!"), trust=trust()))
    assert (str(told), told.for_good) == ("sign-in refused (535)", False)
    (line,) = [record for record in caplog.records if record.name.startswith("billing")]
    assert "sign-in refused (535)" in line.getMessage()
    assert "Geheimnis" not in repr((line.__dict__, str(told), counter.address(USER, "Geheimnis!")))


def test_another_sender_gets_the_answers_sent_to_the_seller() -> None:
    with serving() as (counter, office):
        SmtpTransport(counter.address(), sender="post@relay.example").send(letter())
    message = received(office)
    assert office.letters[0].mail_from == "post@relay.example"
    assert message["From"].addresses[0].addr_spec == "post@relay.example"
    assert message["From"].addresses[0].display_name == "Größe & Söhne GmbH"
    assert message["Reply-To"].addresses[0].addr_spec == SELLER


def test_what_a_server_says_reaches_no_terminal_with_control_characters() -> None:
    with serving(PostOffice({"RCPT": "550 \x1b[31mno\x07\tsuch\x9bbox"})) as (counter, _):
        told = refused(SmtpTransport(counter.address()))
    assert str(told).isprintable()


@pytest.mark.parametrize(
    ("answer", "state", "error"),
    [
        (None, MailState.SENT, ""),
        ("451 4.3.0 later", MailState.WAITING, "451 4.3.0 later"),
        ("550 5.1.1 nobody", MailState.FAILED, "550 5.1.1 nobody"),
    ],
)
def test_the_outbox_knows_what_the_server_said(
    shop: Shop, answer: str | None, state: MailState, error: str
) -> None:
    session = shop.session()
    shop.service.place_order(session, request(shop.checkout(session, WEBINAR), INVOICE))
    with serving(PostOffice({"RCPT": answer} if answer else {})) as (counter, office):
        context = replace(context_of(shop), post=SmtpTransport(counter.address()))
        assert deliver_mail(context, session.account.account_id) is state
    (row,) = shop.rows(outbox)
    assert (row.state, row.last_error) == (state, error)
    assert len(office.letters) == (state is MailState.SENT)
