"""What the parts of the service work with: catalogue, database and everything that is injected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.clock import local_date

if TYPE_CHECKING:
    from datetime import date

    from billing.accounts.model import Account
    from billing.accounts.vat_authority import VatAuthority
    from billing.catalogue.model import Catalogue
    from billing.clock import Clock
    from billing.ids import IdFactory
    from billing.mail.transport import MailTransport
    from billing.payments.gateway import PaymentGateway
    from billing.storage.database import Database


@dataclass(frozen=True, slots=True)
class Context:
    """The collaborators of one service; without an `authority` VAT ids are not checked."""

    catalogue: Catalogue
    database: Database
    clock: Clock
    ids: IdFactory
    gateway: PaymentGateway
    post: MailTransport
    authority: VatAuthority | None = None

    def today(self, account: Account) -> date:
        """The local date of an account."""
        return local_date(self.clock.now(), account.time_zone)
