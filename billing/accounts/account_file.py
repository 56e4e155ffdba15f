"""The shape of a file that describes a new account: its keys and what each may hold."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import available_timezones

from pydantic import Field, ValidationError

from billing.accounts.countries import known_countries
from billing.accounts.model import AccountKind, Person
from billing.accounts.opening import NewAccount, NewContact
from billing.accounts.roles import Role
from billing.accounts.vat_ids import normalise_vat_id
from billing.documents.fields import Country, Currency, Mail, Table, line
from billing.documents.flaws import in_order, key_path, schema_flaws
from billing.documents.reading import bytes_of, document_of
from billing.errors import DocumentInvalid, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

_MOST_PEOPLE = 1_000

_Name = Annotated[str, line(60)]


class _PersonTable(Table):
    """One of `users`."""

    name: _Name
    mail: Mail


class _ContactTable(_PersonTable):
    """One of `contacts`."""

    role: Literal["billing_contact", "admin"]
    language: Literal["de", "en"] = "de"


class _AccountTable(Table):
    """A whole file."""

    name: _Name
    kind: Literal["online", "corporate"] = "online"
    country: Country
    currency: Currency
    time_zone: str
    street: _Name
    postcode: Annotated[str, line(20)]
    city: _Name
    vat_id: str = ""
    contacts: Annotated[tuple[_ContactTable, ...], Field(strict=False, max_length=_MOST_PEOPLE)]
    users: Annotated[tuple[_PersonTable, ...], Field(strict=False, max_length=_MOST_PEOPLE)] = ()


def load_account(path: Path, currencies: Collection[str]) -> NewAccount:
    """The account in the TOML file at `path`, to be billed in one of these currencies.

    Raises:
        DocumentInvalid: with every flaw of the file, or the one reason why it cannot be read.
    """
    document = document_of(bytes_of(path))
    try:
        table = _AccountTable.model_validate(document)
    except ValidationError as error:
        raise DocumentInvalid(in_order(schema_flaws(error))) from None
    flaws = [(key_path(keys), reason) for keys, reason in _broken_rules(table, currencies)]
    if flaws:
        raise DocumentInvalid(in_order(flaws))
    return _account(table)


def _broken_rules(
    table: _AccountTable, currencies: Collection[str]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if table.country not in known_countries():
        yield ("country",), "is no country of ISO 3166, such as DE"
    elif table.vat_id:
        try:
            normalise_vat_id(table.vat_id, table.country)
        except InvalidInput:
            yield ("vat_id",), f"is no VAT number of {table.country}"
    if table.currency not in currencies:
        known = ", ".join(sorted(currencies))
        yield ("currency",), f"nothing is sold in it, but in {known}"
    if table.time_zone not in available_timezones():
        yield ("time_zone",), "is no time zone, such as Europe/Berlin"
    buyers = sum(Role(each.role) is Role.BILLING_CONTACT for each in table.contacts)
    if buyers != 1:
        yield ("contacts",), f"must hold one with the role billing_contact, not {buyers}"
    for key, people in (("contacts", table.contacts), ("users", table.users)):
        for mail, times in Counter(each.mail.casefold() for each in people).items():
            if times > 1:
                yield (key,), f"{mail} stands there more than once"


def _account(table: _AccountTable) -> NewAccount:
    vat_id = normalise_vat_id(table.vat_id, table.country) if table.vat_id else ""
    return NewAccount(
        name=table.name,
        kind=AccountKind(table.kind),
        country=table.country,
        currency=table.currency,
        time_zone=table.time_zone,
        street=table.street,
        postcode=table.postcode,
        city=table.city,
        vat_id=vat_id,
        contacts=tuple(
            NewContact(each.name, each.mail, Role(each.role), each.language)
            for each in table.contacts
        ),
        users=tuple(Person(each.name, each.mail) for each in table.users),
    )
