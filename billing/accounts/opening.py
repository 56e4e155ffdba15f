"""Opening an account, with the contacts who may sign in and the users who get licences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.accounts.model import AccountKind, Person, VatIdState
from billing.accounts.roles import Role
from billing.accounts.sign_in import normalise_mail
from billing.audit import Actor, record_event
from billing.errors import Problem, Refused
from billing.storage.engine import insert_if_absent
from billing.storage.sending import run
from billing.storage.statements import insert_into
from billing.storage.tables import account, account_user, contact, sign_in

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.context import Context

# Of somebody who has no password yet; it matches none.
NO_PASSWORD = ""


@dataclass(frozen=True, slots=True)
class NewContact:
    """Somebody who may sign in; `language` is that of mails."""

    name: str
    mail: str
    role: Role
    language: str


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be opened; the first of `contacts` who buys is the billing contact."""

    name: str
    kind: AccountKind
    country: str
    currency: str
    time_zone: str
    street: str
    postcode: str
    city: str
    vat_id: str
    contacts: tuple[NewContact, ...]
    users: tuple[Person, ...]


def open_account(context: Context, new: NewAccount) -> None:
    """Store a new account; its contacts have no passwords yet.

    Raises:
        Refused: MAIL_TAKEN (fact `mail`): a contact can sign in to an account already.
    """
    account_id = context.ids.new()
    contacts = {context.ids.new(): each for each in new.contacts}

    def step(connection: Connection) -> None:
        _insert_account(connection, account_id, new)
        for contact_id, each in contacts.items():
            _insert_contact(connection, account_id, contact_id, each)
        for user in new.users:
            row = {"user_id": context.ids.new(), "name": user.name, "mail": user.mail}
            run(connection, insert_into(account_user), {"account_id": account_id} | row)
        buyer = next(key for key, each in contacts.items() if each.role is Role.BILLING_CONTACT)
        record_event(
            connection,
            context,
            account_id=account_id,
            contact_id=buyer,
            action="account_opened",
            object_id=account_id,
            new={"name": new.name, "contacts": [each.mail for each in new.contacts]},
            actor=Actor.OPERATOR,
        )

    context.database.work(None, step)


def _insert_account(connection: Connection, account_id: str, new: NewAccount) -> None:
    row = {
        "account_id": account_id,
        "name": new.name,
        "kind": new.kind,
        "country": new.country,
        "currency": new.currency,
        "time_zone": new.time_zone,
        "street": new.street,
        "postcode": new.postcode,
        "city": new.city,
        "vat_id": new.vat_id,
        "vat_id_state": VatIdState.UNKNOWN if new.vat_id else VatIdState.NONE,
    }
    run(connection, insert_into(account), row)


def _insert_contact(
    connection: Connection, account_id: str, contact_id: str, new: NewContact
) -> None:
    key = {"account_id": account_id, "contact_id": contact_id}
    signs_in = key | {"mail": normalise_mail(new.mail), "password_hash": NO_PASSWORD}
    if not insert_if_absent(connection, sign_in, signs_in):
        raise Refused(Problem.MAIL_TAKEN, mail=new.mail)
    row = {"name": new.name, "mail": new.mail, "role": new.role, "language": new.language}
    run(connection, insert_into(contact), key | row)
