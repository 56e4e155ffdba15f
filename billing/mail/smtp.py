"""Mail over SMTP: one connection a mail, with TLS and sign-in as the server's address says."""

from __future__ import annotations

import logging
import smtplib
import socket
import ssl
from contextlib import suppress
from copy import deepcopy
from email.headerregistry import Address
from time import monotonic
from typing import TYPE_CHECKING, Any

from billing.mail.plain import plain
from billing.mail.server import Tls
from billing.mail.transport import MailNotTaken

if TYPE_CHECKING:
    from email.message import EmailMessage

    from billing.mail.server import MailServer

# Less than the first wait of a claimed mail, so that no second sender takes it meanwhile.
SECONDS = 20.0
_LOG = logging.getLogger(__name__)
_FOR_GOOD = 500
# The server wants a sign-in, or another one: not the fault of the mail.
_SIGN_IN_CODES = frozenset({530, 534, 535, 538})


class SmtpTransport:
    """Gives mails to a server; `seconds` bound one mail from the connection to the last answer.

    `sender` replaces the address that mails come from, which then becomes the one to reply to.
    Certificates are checked against `trust`, by default the system's authorities.
    """

    def __init__(
        self,
        server: MailServer,
        *,
        sender: str | None = None,
        seconds: float = SECONDS,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._server = server
        self._sender = sender
        self._seconds = seconds
        self._trust = trust or ssl.create_default_context()

    def send(self, message: EmailMessage) -> None:
        """As `MailTransport.send`; only what the server refuses with 5xx is refused for good."""
        letter = message if self._sender is None else _sent_as(message, self._sender)
        connection = self._connection()
        try:
            connection.send_message(letter)
        except smtplib.SMTPRecipientsRefused as refusal:
            ((code, text),) = refusal.recipients.values()
            raise _refusal(code, text) from None
        except smtplib.SMTPResponseException as refusal:
            raise _refusal(refusal.smtp_code, refusal.smtp_error) from None
        except smtplib.SMTPNotSupportedError:
            raise MailNotTaken("the server takes no such address", for_good=True) from None
        except OSError as failure:
            raise MailNotTaken(type(failure).__name__) from failure
        finally:
            _leave(connection)

    def _connection(self) -> smtplib.SMTP:
        """A connection that is private and signed in as configured; whatever fails may pass."""
        try:
            return self._signed_in(self._opened())
        except OSError as failure:
            reason = _reason(failure)
            _LOG.warning("mail server %s:%s: %s", self._server.host, self._server.port, reason)
            raise MailNotTaken(reason) from failure

    def _opened(self) -> smtplib.SMTP:
        server = self._server
        if server.tls is Tls.IMPLICIT:
            return _BoundedTls(server, self._seconds, context=self._trust)
        return _Bounded(server, self._seconds)

    def _signed_in(self, connection: smtplib.SMTP) -> smtplib.SMTP:
        server = self._server
        try:
            if server.tls is Tls.STARTTLS:
                connection.starttls(context=self._trust)
            if server.user:
                connection.login(server.user, server.password)
        except BaseException:
            connection.close()
            raise
        return connection


class _Bounded(smtplib.SMTP):
    """A connection that lasts no longer than `seconds`, whatever is said over it."""

    def __init__(self, server: MailServer, seconds: float, **options: Any) -> None:
        self._ends = monotonic() + seconds
        super().__init__(server.host, server.port, _own_name(), timeout=seconds, **options)

    def send(self, s: Any) -> None:
        self._hurry()
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        self._hurry()
        return super().getreply()

    def _hurry(self) -> None:
        left = self._ends - monotonic()
        if left <= 0:
            self.close()
            raise smtplib.SMTPServerDisconnected("too slow")
        if self.sock is not None:
            self.sock.settimeout(left)


class _BoundedTls(_Bounded, smtplib.SMTP_SSL):
    """The same, private from its first byte."""


def _reason(failure: OSError) -> str:
    """Why there is no connection, in words without anything that was sent."""
    match failure:
        case smtplib.SMTPAuthenticationError():
            return f"sign-in refused ({failure.smtp_code})"
        case smtplib.SMTPResponseException():
            return f"{type(failure).__name__} {failure.smtp_code}"
        case ssl.SSLCertVerificationError():
            return f"certificate: {failure.verify_message}"
        case smtplib.SMTPServerDisconnected():
            return type(failure).__name__
        case smtplib.SMTPException():
            return str(failure)
        case _:
            return type(failure).__name__


def _refusal(code: int, text: bytes | str) -> MailNotTaken:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    for_good = code >= _FOR_GOOD and code not in _SIGN_IN_CODES
    return MailNotTaken(f"{code} {plain(said)}", for_good=for_good)


def _leave(connection: smtplib.SMTP) -> None:
    """Say goodbye; the mail is taken or refused already, whatever is answered."""
    with suppress(OSError):
        connection.quit()
    connection.close()


def _sent_as(message: EmailMessage, sender: str) -> EmailMessage:
    """The message from another address with the same name; answers go where it came from."""
    letter = deepcopy(message)
    (author,) = message["From"].addresses
    if author.addr_spec != sender:
        letter.replace_header("From", Address(author.display_name, addr_spec=sender))
        letter["Reply-To"] = author
    return letter


def _own_name() -> str:
    """How this machine greets: its full name, without asking the network for it."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"
