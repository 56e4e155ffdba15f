"""The message around a letter: headers that nothing from outside can add to, text and HTML."""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

from billing.mail.letter import as_html, as_text
from billing.mail.plain import plain
from billing.mail.transport import MailNotTaken

if TYPE_CHECKING:
    from datetime import datetime

    from billing.mail.letter import Letter

# An encoded name folds over several lines, and old readers split it there.
_LONGEST_NAME = 60


def compose(
    letter: Letter,
    *,
    sender: tuple[str, str],
    reader: tuple[str, str],
    dedupe_key: str,
    moment: datetime,
) -> EmailMessage:
    """A finished message; `sender` and `reader` are a name and a mail address.

    The Message-ID comes from the dedupe key, so that a mail sent twice is known to be the same.

    Raises:
        MailNotTaken: for good, when an address is no address.
    """
    message = EmailMessage(policy=SMTP)
    from_ = _address(*sender)
    message["From"] = from_
    message["To"] = _address(*reader)
    message["Subject"] = plain(letter.subject)
    message["Date"] = format_datetime(moment)
    message["Message-ID"] = f"<{dedupe_key}@{from_.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(as_text(letter), cte="quoted-printable")
    message.add_alternative(as_html(letter), subtype="html", cte="quoted-printable")
    # Content headers set earlier would have moved into the text part.
    message["Content-Language"] = letter.language
    return message


def _address(name: str, mail: str) -> Address:
    try:
        return Address(display_name=plain(name)[:_LONGEST_NAME], addr_spec=_in_ascii(mail))
    except (MessageError, ValueError, IndexError) as error:
        raise MailNotTaken("not a mail address", for_good=True) from error


def _in_ascii(mail: str) -> str:
    """The address with its domain as mail servers know it; a ValueError where there is none."""
    if mail.isascii():
        return mail
    local, _, domain = mail.rpartition("@")
    known = domain.encode("idna")
    # The codec takes „ß“ for "ss", which is the domain of somebody else.
    if known.decode("idna") != domain.lower():
        raise ValueError("no unambiguous domain")
    return f"{local}@{known.decode('ascii')}"
