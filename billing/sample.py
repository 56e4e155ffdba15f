"""The sample data: six sign-ins in five invented companies, written into an empty database.

The companies have subscriptions to those of their products that the catalogue sells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from billing.accounts.model import Role
from billing.clock import local_date
from billing.sample_companies import COMPANIES
from billing.sample_history import write_history
from billing.sample_people import SAMPLE_PASSWORD, SAMPLE_SIGN_INS
from billing.storage.tables import (
    account,
    account_user,
    contact,
    licence,
    sign_in,
    trial_use,
)

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import Connection, Table

    from billing.accounts.passwords import Passwords
    from billing.catalogue.model import Catalogue
    from billing.clock import Clock
    from billing.ids import IdFactory
    from billing.sample_companies import Company, Holding
    from billing.storage.database import Database

# Hashing anew at every start of a demonstration would cost a fifth of a second for a password that
# everybody knows; other parameters than these make `seed_sample` hash it after all.
SAMPLE_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$dGhlIHNhbXBsZSBkYXRhLg$"
    "Bo7cleu7SFl4Fb3utEuDc+cbybzKjWMa+S1AsS5zDLs"
)


def seed_sample(
    database: Database, catalogue: Catalogue, clock: Clock, ids: IdFactory, passwords: Passwords
) -> bool:
    """Fill an empty database; one that holds any account is left as it is. Whether it filled."""
    if not database.read(_is_empty):
        return False
    password_hash = (
        passwords.hash(SAMPLE_PASSWORD) if passwords.is_outdated(SAMPLE_HASH) else SAMPLE_HASH
    )

    def fill(connection: Connection) -> bool:
        # Another process may have filled it meanwhile.
        if not _is_empty(connection):
            return False
        for company in COMPANIES:
            _Writer(connection, company, catalogue, clock, ids).write(password_hash)
        return True

    return database.work(None, fill)


def _is_empty(connection: Connection) -> bool:
    return connection.execute(select(account.c.account_id).limit(1)).first() is None


class _Writer:
    """Writes one company."""

    def __init__(
        self,
        connection: Connection,
        company: Company,
        catalogue: Catalogue,
        clock: Clock,
        ids: IdFactory,
    ) -> None:
        self._connection = connection
        self._company = company
        self._catalogue = catalogue
        self._now = clock.now()
        self._today = local_date(self._now, company.time_zone)
        self._ids = ids
        self._account_id = ids.new()

    def write(self, password_hash: str) -> None:
        company = self._company
        street, postcode, city = company.address
        self._insert(
            account,
            {
                "name": company.name,
                "kind": company.kind,
                "country": company.country,
                "currency": company.currency,
                "time_zone": company.time_zone,
                "street": street,
                "postcode": postcode,
                "city": city,
                "vat_id": company.vat_id,
                "vat_id_state": company.vat_id_state,
                "expired_on": company.expired_on(self._today),
            },
        )
        contact_id = self._write_contacts(password_hash)
        user_ids = self._write_users()
        holdings = {
            self._ids.new(): holding
            for holding in company.holdings(self._today)
            if self._catalogue.sells(holding.product, holding.tier)
        }
        write_history(
            self._connection,
            self._catalogue,
            self._ids,
            account_id=self._account_id,
            contact_id=contact_id,
            holdings=holdings,
        )
        for subscription_id, holding in holdings.items():
            self._write_uses(subscription_id, holding, user_ids)

    def _write_contacts(self, password_hash: str) -> str:
        """Write all contacts; the answer is the id of the one who orders."""
        orders = ""
        for person in SAMPLE_SIGN_INS:
            if person.account != self._company.name:
                continue
            contact_id = self._ids.new()
            self._insert(
                contact,
                {
                    "contact_id": contact_id,
                    "name": person.name,
                    "mail": person.mail,
                    "role": person.role,
                    "language": self._company.language,
                },
            )
            self._insert(
                sign_in,
                {
                    "mail": person.mail,
                    "contact_id": contact_id,
                    "password_hash": password_hash,
                },
            )
            if person.role is Role.BILLING_CONTACT:
                orders = contact_id
        return orders

    def _write_users(self) -> list[str]:
        rows = [
            {"user_id": self._ids.new(), "name": name, "mail": f"{box}@{self._company.domain}"}
            for name, box in self._company.users
        ]
        self._insert(account_user, *rows)
        return [row["user_id"] for row in rows]

    def _write_uses(self, subscription_id: str, holding: Holding, user_ids: list[str]) -> None:
        if holding.cycle is None:
            self._insert(
                trial_use,
                {
                    "product": holding.product,
                    "subscription_id": subscription_id,
                    "started_on": holding.start,
                },
            )
        if holding.assigned:
            self._insert(
                licence,
                *(
                    {
                        "subscription_id": subscription_id,
                        "user_id": user_id,
                        "assigned_at": self._now,
                    }
                    for user_id in user_ids[: holding.assigned]
                ),
            )

    def _insert(self, table: Table, *rows: dict[str, Any]) -> None:
        self._connection.execute(
            insert(table), [{"account_id": self._account_id, **row} for row in rows]
        )
