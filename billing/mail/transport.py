"""Mail transports: where a finished mail goes. The default is a Maildir folder."""

from __future__ import annotations

import mailbox
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path


class MailNotTaken(Exception):
    """The mail was not taken. `for_good`: another try would not help."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good


class MailTransport(Protocol):
    """Takes mails to their readers."""

    def send(self, message: EmailMessage) -> None:
        """Take one mail.

        Raises:
            MailNotTaken: it was not taken.
        """
        ...


class MaildirTransport:
    """Puts mails into a Maildir, where each appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage) -> None:
        """As `MailTransport.send`; a missing folder is made, for its owner only."""
        try:
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            box = mailbox.Maildir(self._folder, create=True)
            try:
                box.add(message)
            finally:
                box.close()
        except (OSError, mailbox.Error) as error:
            raise MailNotTaken(type(error).__name__) from error
