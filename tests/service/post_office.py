"""A mail server in a thread, which can be told to refuse, to hang, and to hang up."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from billing.mail.server import MailServer, Tls

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

# Made once with openssl for this folder: a self-signed certificate of localhost and its key.
CERTIFICATE = Path(__file__).with_name("mail_server_for_tests_only.pem")
USER, PASSWORD = "billing", "p@ss/w:rd%7"


@dataclass
class PostOffice:
    """What it takes is in `letters`; `answers` holds other answers than „yes“, by command.

    The answer "hang" never comes, and "hang up" closes the connection.
    """

    answers: dict[str, str] = field(default_factory=dict)
    letters: list[Envelope] = field(default_factory=list)
    private: list[bool] = field(default_factory=list)
    users: list[str] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 - the server's name for it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self._answer("MAIL", server)
        if answer is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer or "250 OK"

    async def handle_RCPT(  # noqa: N802 - the server's name for it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self._answer("RCPT", server)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the server's name for it
        answer = await self._answer("DATA", server)
        if answer is None:
            self.letters.append(envelope)
            assert server.transport is not None
            self.private.append(server.transport.get_extra_info("ssl_object") is not None)
        return answer or "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the server's name for it
        return await self._answer("QUIT", server) or "221 Bye"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.users.append(data.login.decode())
        right = (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
        return AuthResult(success=right, handled=False)

    async def _answer(self, command: str, server: SMTP) -> str | None:
        answer = self.answers.get(command)
        if answer == "hang":
            await asyncio.Event().wait()
        if answer == "hang up":
            assert server.transport is not None
            server.transport.close()
        return answer


class Counter(Controller):
    """Serves a post office on a free port of this machine, with or without privacy."""

    def __init__(self, office: PostOffice, tls: Tls, **options: Any) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        port = self._socket.getsockname()[1]
        context = None
        if tls is not Tls.NONE:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
        if tls is Tls.IMPLICIT:
            options["ssl_context"] = context
        if tls is Tls.STARTTLS:
            options |= {"tls_context": context, "require_starttls": True}
        super().__init__(office, hostname="127.0.0.1", port=port, **options)
        self._tls = tls

    def address(self, user: str = "", password: str = "", *, tls: Tls | None = None) -> MailServer:
        """Its address, with another kind of privacy than it offers if one is given."""
        return MailServer("localhost", self.port, tls or self._tls, user, password)

    async def _listen(self) -> asyncio.AbstractServer:
        return await self.loop.create_server(
            self._factory_invoker, sock=self._socket, ssl=self.ssl_context
        )

    def _create_server(self) -> Any:
        return self._listen()


def trust() -> ssl.SSLContext:
    """What a machine trusts on which the certificate's issuer was installed."""
    return ssl.create_default_context(cafile=str(CERTIFICATE))
