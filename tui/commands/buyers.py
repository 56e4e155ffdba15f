"""Whom a quote is for: an anonymous business in some country, or an account of the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.accounts.countries import known_countries
from billing.accounts.model import VatIdState
from billing.accounts.vat_ids import normalise_vat_id
from billing.catalogue.loader import load_catalogue, sample_catalogue
from billing.clock import SystemClock
from billing.errors import Flaw, InvalidInput
from billing.rating.money import Money
from billing.rating.tax import BuyerTax
from billing.rating.tax_rates import EU_STATES, tax_country
from tui.commands.refusal import CannotDo
from tui.i18n import _

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping
    from datetime import date

    from billing.catalogue.model import Catalogue, Offer
    from billing.errors import Problem
    from billing.settings import Settings

# Codes that are in use beside those of ISO 3166-1: by VAT ids, and by habit.
_ISO_CODES = {"EL": "GR", "XI": "GB", "UK": "GB"}


@dataclass(frozen=True, slots=True)
class Buyer:
    """What decides a quote beside the selection; `problems` are the offers closed to the buyer."""

    catalogue: Catalogue
    tax: BuyerTax
    currency: str
    today: date
    credit: Money
    problems: Mapping[tuple[str, Offer], Problem]


def anonymous_buyer(arguments: Namespace, settings: Settings) -> Buyer:
    """A business in the country named; needs no database.

    Raises:
        CannotDo: the country is unknown, or the VAT id belongs to another one.
        InvalidInput: the VAT id is not well-formed.
        CatalogueInvalid: the configured catalogue is wrong.
    """
    file = settings.catalogue_file
    catalogue = load_catalogue(file) if file else sample_catalogue()
    country = _country(arguments.country or catalogue.seller.country)
    currency = arguments.currency or ("EUR" if tax_country(country) in EU_STATES else "USD")
    return Buyer(
        catalogue=catalogue,
        tax=_anonymous_tax(country, arguments.vat_id, arguments.vat_id_state),
        currency=currency.upper(),
        today=arguments.today or SystemClock().now().astimezone().date(),
        credit=Money.zero(currency.upper()),
        problems={},
    )


def _country(code: str) -> str:
    upper = code.upper()
    iso = _ISO_CODES.get(upper, upper)
    if iso not in known_countries():
        raise CannotDo(
            _("There is no country {code}. Please name one by two letters, such as DE.").format(
                code=code
            )
        )
    return iso


def _anonymous_tax(country: str, vat_id: str | None, state: str | None) -> BuyerTax:
    if vat_id is None:
        return BuyerTax(country, "", VatIdState.NONE)
    require_text(vat_id)
    try:
        known = VatIdState(state or VatIdState.UNKNOWN)
        return BuyerTax(country, normalise_vat_id(vat_id, country), known)
    except InvalidInput as error:
        if error.flaw is not Flaw.OTHER_COUNTRY:
            raise
        raise CannotDo(
            _(
                "This VAT number belongs to {country}, the buyer is in {expected}. "
                "Please name the buyer's country with --country."
            ).format(country=error.facts["country"], expected=country)
        ) from None


def require_text(vat_id: str) -> None:
    """Raises CannotDo for a VAT id that was given and is none."""
    if not vat_id.strip():
        raise CannotDo(_("--vat-id is empty. Please name a VAT number, or leave --vat-id out."))
