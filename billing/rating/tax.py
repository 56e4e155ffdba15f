"""Which value added tax a buyer pays, by the seller's and the buyer's country and VAT id."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from billing.rating.tax_rates import EU_STATES, standard_rate, tax_country

if TYPE_CHECKING:
    from datetime import date


class VatIdState(StrEnum):
    """What is known of a VAT id; UNKNOWN: not yet or not possible to ask the authority."""

    NONE = "none"
    UNKNOWN = "unknown"
    CONFIRMED = "confirmed"
    REFUTED = "refuted"


class TaxTreatment(StrEnum):
    """The rows of the decision table; UNDECIDED: the id could not be checked, the invoice waits."""

    DOMESTIC = "domestic"
    REVERSE_CHARGE = "reverse_charge"
    BUYERS_RATE = "buyers_rate"
    UNDECIDED = "undecided"
    NOT_TAXABLE = "not_taxable"


@dataclass(frozen=True, slots=True)
class BuyerTax:
    """What decides a buyer's tax. `country` is ISO 3166-1 alpha-2, `vat_id` may be ""."""

    country: str
    vat_id: str
    vat_id_state: VatIdState


@dataclass(frozen=True, slots=True)
class TaxDecision:
    """A row of the decision table, the rate in percent, and the country whose tax it is or was.

    `country` is where VAT is owed: FR for a buyer in Monaco.
    """

    treatment: TaxTreatment
    rate: Decimal
    country: str


def decide_tax(
    seller_country: str, buyer_country: str, vat_id: str, vat_id_state: VatIdState, on: date
) -> TaxDecision:
    """The tax on a service that a business buys on that day from a seller in an EU state.

    UNDECIDED carries the buyer's rate: the gross sum is the upper bound to show and authorise.
    Parts of a state that lie outside its VAT area (such as the Canaries, Åland or Büsingen) are not
    told from the rest: their buyers are charged as the rest of the state is.

    Raises:
        LookupError: when the seller's country is no EU state.
    """
    seller, buyer = tax_country(seller_country), tax_country(buyer_country)
    sellers_rate = standard_rate(seller, on)
    if buyer == seller:
        return TaxDecision(TaxTreatment.DOMESTIC, sellers_rate, seller)
    if buyer not in EU_STATES:
        return TaxDecision(TaxTreatment.NOT_TAXABLE, Decimal(0), buyer)
    if not vat_id or vat_id_state is VatIdState.REFUTED:
        return TaxDecision(TaxTreatment.BUYERS_RATE, standard_rate(buyer, on), buyer)
    if vat_id_state is VatIdState.CONFIRMED:
        return TaxDecision(TaxTreatment.REVERSE_CHARGE, Decimal(0), buyer)
    return TaxDecision(TaxTreatment.UNDECIDED, standard_rate(buyer, on), buyer)


def depends_on_vat_id(seller_country: str, buyer_country: str) -> bool:
    """Whether a VAT id decides the buyer's tax at all, so that its check is worth asking for."""
    seller, buyer = tax_country(seller_country), tax_country(buyer_country)
    return buyer in EU_STATES and buyer != seller
