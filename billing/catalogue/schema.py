"""The shape of a catalogue file: which keys it has and what each may hold, as pydantic models.

What one value must be to another (minimum and maximum, month and year) is in `rules`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, Field, PlainValidator

from billing.documents.fields import Country, Currency, Mail, Table, flaw, line, pattern

MOST_PRODUCTS = 50
MOST_TIERS = 8
MOST_FEATURES = 20
MOST_CURRENCIES = 10
MOST_SEATS = 100_000
MOST_TRIAL_DAYS = 365

_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,6})(\.[0-9]{1,4})?")


def amount_of(value: object) -> Decimal | None:
    """The number in an amount such as "249.00", or None when it is none."""
    if isinstance(value, str) and _AMOUNT.fullmatch(value):
        return Decimal(value)
    return None


def _check_amount(text: str) -> str:
    amount = amount_of(text)
    if amount is None:
        raise flaw('must be an amount such as "249.00"')
    if not amount:
        raise flaw("must be more than 0")
    return text


Line14 = Annotated[str, line(14)]
Line16 = Annotated[str, line(16)]
Line24 = Annotated[str, line(24)]
Line30 = Annotated[str, line(30)]
Line34 = Annotated[str, line(34)]
Line60 = Annotated[str, line(60)]
Id = Annotated[
    str, pattern(r"[a-z0-9-]{1,40}", "as an id must be 1 to 40 characters of a-z, 0-9 and hyphen")
]
Version = Annotated[
    str,
    pattern(
        r"[A-Za-z0-9._-]{1,64}", "must be 1 to 64 characters of letters, digits, dot, _ and hyphen"
    ),
]
Address = Annotated[
    str, pattern(r"https://[!-~]{1,90}", "must be an address that begins with https://")
]
Amount = Annotated[str, AfterValidator(_check_amount)]
Seats = Annotated[int, Field(ge=1, le=MOST_SEATS)]

LineT = TypeVar("LineT", bound=str)


class BothLanguages(Table, Generic[LineT]):
    """One text in German and English."""

    de: LineT
    en: LineT


def _feature_value(value: object) -> bool | BothLanguages[Line24]:
    return value if isinstance(value, bool) else BothLanguages[Line24].model_validate(value)


# A plain union would report the flaws of both sides, with a tag in the key path.
FeatureValue = Annotated[bool | BothLanguages[Line24], PlainValidator(_feature_value)]


class SeatNounTable(Table):
    """`seat_noun`: what one licence is called, and several."""

    one: BothLanguages[Line16]
    many: BothLanguages[Line16]


class TrialTable(Table):
    """`trial`; a product without one has no such key."""

    days: Annotated[int, Field(ge=1, le=MOST_TRIAL_DAYS)]
    max_seats: Seats


class SeatsTable(Table):
    """`seats` of a tier: fewest and most in one subscription."""

    min: Seats
    max: Seats


class PricesTable(Table):
    """`prices` of a tier: per seat for one whole period, net, by currency."""

    monthly: dict[Currency, Amount]
    annual: dict[Currency, Amount]


class TierTable(Table):
    """A tier of a product."""

    name: Line14
    limit: BothLanguages[Line34]
    seats: SeatsTable
    prices: PricesTable
    features: dict[Id, FeatureValue]


class ProductTable(Table):
    """A product."""

    name: Line24
    summary: BothLanguages[Line60]
    seat_noun: SeatNounTable
    trial: TrialTable | None = None
    features: Annotated[dict[Id, BothLanguages[Line30]], Field(max_length=MOST_FEATURES)]
    tiers: Annotated[dict[Id, TierTable], Field(min_length=1, max_length=MOST_TIERS)]


class SellerTable(Table):
    """`seller`: the company printed on mails and invoices."""

    name: Line60
    street: Line60
    postcode: Line16
    city: Line60
    country: Country
    vat_id: Line16
    tax_number: Line24
    # pydantic's models have a class method `register`.
    register_entry: Annotated[Line60, Field(alias="register")]
    mail: Mail
    corporate_portal: Address


class CatalogueTable(Table):
    """A whole catalogue file."""

    version: Version
    sample: bool
    currencies: Annotated[
        tuple[Currency, ...], Field(strict=False, min_length=1, max_length=MOST_CURRENCIES)
    ]
    seller: SellerTable
    products: Annotated[dict[Id, ProductTable], Field(min_length=1, max_length=MOST_PRODUCTS)]
