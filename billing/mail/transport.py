"""Mail transports: where a finished mail goes. The default is a Maildir folder."""

from __future__ import annotations

import mailbox
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

_PARTS = ("tmp", "new", "cur")
_ONLY_OWNER = 0o700


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
            self._make()
            box = mailbox.Maildir(self._folder, create=False)
            try:
                box.add(message)
            finally:
                box.close()
        except (OSError, mailbox.Error) as error:
            raise MailNotTaken(type(error).__name__) from error

    def _make(self) -> None:
        """Make what is missing: a process may have ended in the middle of it, or be at it now."""
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        for folder in (self._folder, *(self._folder / name for name in _PARTS)):
            folder.mkdir(mode=_ONLY_OWNER, exist_ok=True)
