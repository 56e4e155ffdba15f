"""Premises: what every process has to know to run one and the same shop."""

from __future__ import annotations

import mailbox
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from argon2 import PasswordHasher

from billing.accounts.passwords import Passwords
from billing.catalogue.loader import sample_catalogue
from billing.clock import FixedClock
from billing.mail.transport import MaildirTransport
from billing.payments.testgateway import TestGateway
from tests.processes.moments import ObservedGateway, observe_commits
from tests.service.shop import LetterBox, Shop

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import EmailMessage
    from pathlib import Path

    from billing.catalogue.model import Catalogue
    from tests.processes.moments import Moments


@dataclass
class FolderBox(LetterBox):
    """A letter box that is a Maildir as well, as the program has it."""

    transport: MaildirTransport = field(kw_only=True)
    moments: Moments | None = field(kw_only=True)

    def send(self, message: EmailMessage) -> None:
        if self.moments is not None:
            self.moments.reach("before a mail")
        self.transport.send(message)
        super().send(message)
        if self.moments is not None:
            self.moments.reach("after a mail")


@dataclass(frozen=True)
class Premises:
    """A database, a folder with the gateway's ledger and the Maildir, and the moment it is."""

    folder: Path
    address: str
    moment: datetime

    @property
    def ledger(self) -> Path:
        """The books of the gateway, where `Shop` keeps them."""
        return self.folder / "billing.ledger"

    @property
    def mail_folder(self) -> Path:
        """The Maildir."""
        return self.folder / "mail"

    def open(self, seed: int, moments: Moments | None = None) -> Shop:
        """The shop, whose ids are its own for a `seed` of its own; `moments` are told of."""
        clock = FixedClock(self.moment)
        bank = TestGateway(self.ledger, clock=clock)
        shop = Shop(
            self.folder / "billing.sqlite3",
            catalogue=sample(),
            clock=clock,
            passwords=_passwords(),
            seed=seed,
            gateway=None if moments is None else ObservedGateway(bank, moments),
            post=FolderBox(transport=MaildirTransport(self.mail_folder), moments=moments),
            address=self.address,
        )
        if moments is not None:
            observe_commits(shop.database, moments)
        return shop

    def message_ids(self) -> list[str]:
        """The Message-ID of every mail in the Maildir, in no order."""
        if not self.mail_folder.exists():
            return []
        with closing(mailbox.Maildir(self.mail_folder, create=False)) as box:
            return [str(mail["Message-ID"]) for mail in box]


@cache
def sample() -> Catalogue:
    """The sample catalogue, read once."""
    return sample_catalogue()


@cache
def _passwords() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
