"""What is for sale, as frozen values: products, tiers, prices and trials."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from billing.errors import Problem, Refused
from billing.rating.periods import BillingCycle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing.rating.money import Money

__all__ = [
    "BillingCycle",
    "Catalogue",
    "Feature",
    "Offer",
    "Product",
    "SeatNoun",
    "Seller",
    "Text",
    "Tier",
    "Trial",
]


class Offer(StrEnum):
    """Kaufen or Testen."""

    BUY = "buy"
    TRIAL = "trial"


@dataclass(frozen=True, slots=True)
class Text:
    """One text in the languages of the program."""

    de: str
    en: str

    def in_language(self, language: str) -> str:
        """The text in `language` ("de" or "en")."""
        return self.en if language == "en" else self.de


@dataclass(frozen=True, slots=True)
class SeatNoun:
    """What a licence of a product is called: one Organisator, two Organisatoren."""

    one: Text
    many: Text

    def for_number(self, seats: int) -> Text:
        """The noun that goes with `seats`."""
        return self.one if seats == 1 else self.many


@dataclass(frozen=True, slots=True)
class Feature:
    """A row of „Pläne vergleichen“."""

    id: str
    name: Text


@dataclass(frozen=True, slots=True)
class Tier:
    """An Abostufe. `prices` are per seat for one whole period of the cycle, net of tax."""

    id: str
    name: str
    limit: Text
    min_seats: int
    max_seats: int
    prices: Mapping[tuple[BillingCycle, str], Money]
    features: Mapping[str, Text | bool]

    def price(self, cycle: BillingCycle, currency: str) -> Money:
        """Net price of one seat for one period.

        Raises:
            Refused: NOT_SOLD_IN_CURRENCY when the tier has no such price.
        """
        try:
            return self.prices[cycle, currency]
        except KeyError:
            raise Refused(Problem.NOT_SOLD_IN_CURRENCY, tier=self.name, currency=currency) from None


@dataclass(frozen=True, slots=True)
class Trial:
    """A free trial: `days` long, for at most `max_seats` users."""

    days: int
    max_seats: int


@dataclass(frozen=True, slots=True)
class Product:
    """A product with its tiers from small to large."""

    id: str
    name: str
    summary: Text
    seat_noun: SeatNoun
    tiers: tuple[Tier, ...]
    features: tuple[Feature, ...]
    trial: Trial | None

    def tier(self, tier_id: str) -> Tier:
        """The tier with that id.

        Raises:
            Refused: UNKNOWN_TIER, with the ids there are.
        """
        for tier in self.tiers:
            if tier.id == tier_id:
                return tier
        known = tuple(tier.id for tier in self.tiers)
        raise Refused(Problem.UNKNOWN_TIER, product=self.name, tier=tier_id, known=known)

    def tier_name(self, tier_id: str) -> str:
        """What a tier is called; its id where it is not sold any more."""
        return next((tier.name for tier in self.tiers if tier.id == tier_id), tier_id)

    def seat_limits(self, tier_id: str, offer: Offer) -> tuple[int, int]:
        """Fewest and most seats of a tier; a trial has its own, lower maximum."""
        tier = self.tier(tier_id)
        most = tier.max_seats
        if offer is Offer.TRIAL and self.trial is not None:
            most = max(tier.min_seats, min(most, self.trial.max_seats))
        return tier.min_seats, most


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sells: printed on mails and invoices, and whose country decides the tax."""

    name: str
    street: str
    postcode: str
    city: str
    country: str
    vat_id: str
    tax_number: str
    register: str
    mail: str
    corporate_portal: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One version of the catalogue. `sample` marks prices that are not real ones."""

    version: str
    sample: bool
    seller: Seller
    products: tuple[Product, ...]

    def product(self, product_id: str) -> Product:
        """The product with that id.

        Raises:
            Refused: UNKNOWN_PRODUCT, with the ids there are.
        """
        found = self.find(product_id)
        if found is None:
            known = tuple(product.id for product in self.products)
            raise Refused(Problem.UNKNOWN_PRODUCT, product=product_id, known=known)
        return found

    def find(self, product_id: str) -> Product | None:
        """The product with that id; None: it is not sold any more, though some may have it."""
        for product in self.products:
            if product.id == product_id:
                return product
        return None

    def product_name(self, product_id: str) -> str:
        """What a product is called; its id where it is not sold any more."""
        found = self.find(product_id)
        return product_id if found is None else found.name

    def names(self, product_id: str, tier_id: str) -> tuple[str, str]:
        """What a product and its tier are called; their ids where they are not sold any more."""
        found = self.find(product_id)
        if found is None:
            return product_id, tier_id
        return found.name, found.tier_name(tier_id)

    def sells(self, product_id: str, tier_id: str) -> bool:
        """Whether there is such a tier of such a product."""
        return any(
            product.id == product_id and tier.id == tier_id
            for product in self.products
            for tier in product.tiers
        )
