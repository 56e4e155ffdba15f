"""The addresses of a mail server and of a sender, as settings give them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit

_FORM = "not an address such as smtp+starttls://user:password@host:587"
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class Tls(StrEnum):
    """How a connection is kept private: the values are the schemes of addresses."""

    STARTTLS = "smtp+starttls"
    IMPLICIT = "smtps"
    NONE = "smtp"


_PORTS = {Tls.STARTTLS: 587, Tls.IMPLICIT: 465, Tls.NONE: 25}


class MailSettingInvalid(ValueError):
    """An address is none; the message never contains it."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server; with an empty `user` nobody signs in."""

    host: str
    port: int
    tls: Tls
    user: str = ""
    password: str = field(default="", repr=False)


def read_mail_server(address: str) -> MailServer:
    """The server of an address such as smtp+starttls://user:password@host:587.

    User and password in it may be percent-encoded.

    Raises:
        MailSettingInvalid: it is no such address, or others could read the password on its way.
    """
    try:
        parts = urlsplit(address)
        tls, host, port = Tls(parts.scheme), parts.hostname, parts.port
    except ValueError:
        # The cause would quote the address, and with it the password.
        raise MailSettingInvalid(_FORM) from None
    if not host or port == 0 or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise MailSettingInvalid(_FORM)
    user, password = _sign_in(parts)
    if user and tls is Tls.NONE and host not in _HERE:
        raise MailSettingInvalid("a password needs smtps:// or smtp+starttls://")
    return MailServer(host, port or _PORTS[tls], tls, user, password)


def read_sender(text: str) -> str:
    """A bare mail address.

    Raises:
        MailSettingInvalid: it is none.
    """
    from email.errors import MessageError  # noqa: PLC0415 - read only where a sender is set
    from email.headerregistry import Address  # noqa: PLC0415

    try:
        return Address(addr_spec=text).addr_spec
    except (MessageError, ValueError, IndexError):
        raise MailSettingInvalid("not a mail address") from None


def _sign_in(parts: SplitResult) -> tuple[str, str]:
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise MailSettingInvalid("a user needs a password, and a password a user")
    if not all(one.isascii() and one.isprintable() for one in user + password):
        raise MailSettingInvalid("user and password may hold ASCII characters only")
    return user, password
