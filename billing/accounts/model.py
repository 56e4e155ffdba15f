"""Accounts, the people in them, and what they may do here, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from billing.accounts.roles import Role
from billing.rating.tax import VatIdState

if TYPE_CHECKING:
    from datetime import date

__all__ = [
    "Account",
    "AccountKind",
    "Entry",
    "EntryKind",
    "Person",
    "Role",
    "Session",
    "VatIdState",
]


class AccountKind(StrEnum):
    """Corporate accounts are served by another site and buy nothing here."""

    ONLINE = "online"
    CORPORATE = "corporate"


class EntryKind(StrEnum):
    """The outcome of the three checks at the door."""

    OPEN = "open"
    NOT_BILLING_CONTACT = "not_billing_contact"
    CORPORATE = "corporate"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Person:
    """A name and a mail address."""

    name: str
    mail: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Whether ordering is open to this contact, and if not, who or what helps."""

    kind: EntryKind
    billing_contact: Person | None = None
    portal: str = ""
    expired_on: date | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """A company account. `country` is ISO 3166-1 alpha-2, `time_zone` an IANA name."""

    account_id: str
    name: str
    kind: AccountKind
    country: str
    currency: str
    time_zone: str
    street: str
    postcode: str
    city: str
    vat_id: str
    vat_id_state: VatIdState
    expired_on: date | None


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, for which account, and whether ordering is open to them."""

    account: Account
    contact_id: str
    contact: Person
    role: Role
    entry: Entry
