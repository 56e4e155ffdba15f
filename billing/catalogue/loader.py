"""Loads catalogues: checks a document against schema and rules, and makes the values of `model`."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING

from pydantic import ValidationError

from billing.catalogue.model import (
    BillingCycle,
    Catalogue,
    Feature,
    Product,
    SeatNoun,
    Seller,
    Text,
    Tier,
    Trial,
)
from billing.catalogue.rules import broken_rules
from billing.catalogue.schema import CatalogueTable
from billing.documents.flaws import in_order, key_path, schema_flaws
from billing.documents.reading import bytes_of, document_of
from billing.errors import CatalogueInvalid, DocumentInvalid
from billing.rating.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from billing.catalogue.schema import (
        BothLanguages,
        FeatureValue,
        PricesTable,
        ProductTable,
        TierTable,
    )


@cache
def sample_catalogue() -> Catalogue:
    """The sample catalogue that is part of the program, with invented prices."""
    return parse_catalogue(
        resources.files("billing.catalogue").joinpath("sample.toml").read_bytes()
    )


def load_catalogue(path: Path) -> Catalogue:
    """The catalogue in the TOML file at `path`.

    Raises:
        CatalogueInvalid: with every flaw of the file, or the one reason why it cannot be read.
    """
    try:
        return parse_catalogue(bytes_of(path))
    except DocumentInvalid as error:
        raise CatalogueInvalid(error.flaws, place=str(path)) from None


def parse_catalogue(data: bytes) -> Catalogue:
    """The catalogue in a TOML document of UTF-8 bytes.

    Raises:
        CatalogueInvalid: with every flaw of the document.
    """
    try:
        document = document_of(data)
    except DocumentInvalid as error:
        raise CatalogueInvalid(error.flaws) from None
    return catalogue_from(document)


def catalogue_from(document: Mapping[str, object]) -> Catalogue:
    """The catalogue in a parsed TOML document.

    Raises:
        CatalogueInvalid: with every flaw of the document.
    """
    flaws = [(key_path(keys), reason) for keys, reason in broken_rules(document)]
    try:
        table = CatalogueTable.model_validate(document)
    except ValidationError as error:
        flaws += schema_flaws(error)
        raise CatalogueInvalid(in_order(flaws)) from None
    if flaws:
        raise CatalogueInvalid(in_order(flaws))
    return _catalogue(table)


def _catalogue(table: CatalogueTable) -> Catalogue:
    seller = table.seller
    return Catalogue(
        version=table.version,
        sample=table.sample,
        seller=Seller(
            name=seller.name,
            street=seller.street,
            postcode=seller.postcode,
            city=seller.city,
            country=seller.country,
            vat_id=seller.vat_id,
            tax_number=seller.tax_number,
            register=seller.register_entry,
            mail=seller.mail,
            corporate_portal=seller.corporate_portal,
        ),
        products=tuple(_product(key, product) for key, product in table.products.items()),
    )


def _text(text: BothLanguages[str]) -> Text:
    return Text(text.de, text.en)


def _product(key: str, product: ProductTable) -> Product:
    trial = product.trial
    return Product(
        id=key,
        name=product.name,
        summary=_text(product.summary),
        seat_noun=SeatNoun(_text(product.seat_noun.one), _text(product.seat_noun.many)),
        tiers=tuple(_tier(key, tier) for key, tier in product.tiers.items()),
        features=tuple(Feature(key, _text(name)) for key, name in product.features.items()),
        trial=None if trial is None else Trial(trial.days, trial.max_seats),
    )


def _tier(key: str, tier: TierTable) -> Tier:
    return Tier(
        id=key,
        name=tier.name,
        limit=_text(tier.limit),
        min_seats=tier.seats.min,
        max_seats=tier.seats.max,
        prices=_prices(tier.prices),
        features=MappingProxyType(
            {key: _feature_value(value) for key, value in tier.features.items()}
        ),
    )


def _feature_value(value: FeatureValue) -> Text | bool:
    return value if isinstance(value, bool) else _text(value)


def _prices(prices: PricesTable) -> Mapping[tuple[BillingCycle, str], Money]:
    by_cycle = {BillingCycle.MONTHLY: prices.monthly, BillingCycle.ANNUAL: prices.annual}
    return MappingProxyType(
        {
            (cycle, currency): Money(Decimal(amount), currency)
            for cycle, amounts in by_cycle.items()
            for currency, amount in amounts.items()
        }
    )
