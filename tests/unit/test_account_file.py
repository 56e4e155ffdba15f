"""A file that describes an account: what it may hold, and that every flaw of it is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing.accounts.account_file import load_account
from billing.accounts.model import AccountKind, Person
from billing.accounts.opening import NewContact
from billing.accounts.roles import Role
from billing.errors import DocumentInvalid

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
name = "Muster GmbH"
country = "DE"
currency = "EUR"
time_zone = "Europe/Berlin"
street = "Musterweg 1"
postcode = "10115"
city = "Berlin"
vat_id = "de 136 695 976"

[[contacts]]
name = "Anna Muster"
mail = "anna@muster.example"
role = "billing_contact"

[[contacts]]
name = "Max Berger"
mail = "max@muster.example"
role = "admin"
language = "en"

[[users]]
name = "Max Berger"
mail = "max@muster.example"
"""


def flaws_of(folder: Path, text: str) -> dict[str, str]:
    file = folder / "account.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(DocumentInvalid) as caught:
        load_account(file, {"EUR", "USD"})
    return dict(caught.value.flaws)


def test_a_file_becomes_an_account_with_its_people(tmp_path: Path) -> None:
    (tmp_path / "account.toml").write_text(GOOD, "utf-8")
    new = load_account(tmp_path / "account.toml", {"EUR"})
    assert (new.name, new.kind, new.vat_id) == ("Muster GmbH", AccountKind.ONLINE, "DE136695976")
    assert new.contacts == (
        NewContact("Anna Muster", "anna@muster.example", Role.BILLING_CONTACT, "de"),
        NewContact("Max Berger", "max@muster.example", Role.ADMIN, "en"),
    )
    assert new.users == (Person("Max Berger", "max@muster.example"),)


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('"DE"', '"UK"', "country", "is no country of ISO 3166, such as DE"),
        ("de 136 695 976", "ATU14243102", "vat_id", "is no VAT number of DE"),
        ("EUR", "CHF", "currency", "nothing is sold in it, but in EUR, USD"),
        ("Europe/Berlin", "Berlin", "time_zone", "is no time zone, such as Europe/Berlin"),
        ("city", "town", "town", "is not a known key"),
        ('"Berlin"', '"\\u001b[2J"', "city", "holds the unprintable character U+001B"),
        ('"admin"', '"boss"', "contacts.1.role", "must be 'billing_contact' or 'admin'"),
        (
            '"admin"',
            '"billing_contact"',
            "contacts",
            "must hold one with the role billing_contact, not 2",
        ),
        (
            'mail = "max@muster.example"\nrole',
            'mail = "Anna@muster.example"\nrole',
            "contacts",
            "anna@muster.example stands there more than once",
        ),
    ],
)
def test_a_flaw_is_named_by_its_key(
    tmp_path: Path, old: str, new: str, key: str, reason: str
) -> None:
    assert old in GOOD
    assert flaws_of(tmp_path, GOOD.replace(old, new))[key] == reason


def test_all_flaws_are_named_at_once(tmp_path: Path) -> None:
    text = GOOD.replace('"DE"', '"XX"').replace('"EUR"', '"CHF"')
    assert set(flaws_of(tmp_path, text)) == {"country", "currency"}


def test_a_file_that_is_no_toml_says_where(tmp_path: Path) -> None:
    (place,) = flaws_of(tmp_path, "name = ")
    assert place.startswith("line 1")
