"""Whom a quote is for: an anonymous business in some country, or an account of the database."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from billing.accounts.model import EntryKind, VatIdState
from billing.accounts.vat_ids import normalise_vat_id
from billing.catalogue.loader import load_catalogue, sample_catalogue
from billing.catalogue.model import Offer
from billing.clock import RunningClock, SystemClock
from billing.errors import Flaw, InvalidInput, NotAllowed, SignInRefused
from billing.rating.money import Money
from billing.rating.tax import BuyerTax
from billing.rating.tax_rates import EU_STATES
from tui.commands.refusal import CannotDo
from tui.i18n import _

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping
    from datetime import date

    from billing.catalogue.model import Catalogue
    from billing.errors import Problem
    from billing.service import BillingService
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
    currency = arguments.currency or ("EUR" if country in EU_STATES else "USD")
    return Buyer(
        catalogue=catalogue,
        tax=_anonymous_tax(country, arguments.vat_id),
        currency=currency.upper(),
        today=arguments.today or SystemClock().now().astimezone().date(),
        credit=Money.zero(currency.upper()),
        problems={},
    )


def _country(code: str) -> str:
    upper = code.upper()
    iso = _ISO_CODES.get(upper, upper)
    table = resources.files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text("utf-8")
    if iso not in {line.partition("\t")[0] for line in table.splitlines()}:
        raise CannotDo(
            _("There is no country {code}. Please name one by two letters, such as DE.").format(
                code=code
            )
        )
    return iso


def _anonymous_tax(country: str, vat_id: str | None) -> BuyerTax:
    if vat_id is None:
        return BuyerTax(country, "", VatIdState.NONE)
    _require_text(vat_id)
    try:
        return BuyerTax(country, normalise_vat_id(vat_id, country), VatIdState.UNKNOWN)
    except InvalidInput as error:
        if error.flaw is not Flaw.OTHER_COUNTRY:
            raise
        raise CannotDo(
            _(
                "This VAT number belongs to {country}, the buyer is in {expected}. "
                "Please name the buyer's country with --country."
            ).format(country=error.facts["country"], expected=country)
        ) from None


def account_buyer(arguments: Namespace, settings: Settings) -> Buyer:
    """The account that a contact belongs to, from the configured database.

    Raises:
        CannotDo: there is no such database or contact.
        NotAllowed: ordering is not open to the contact.
        InvalidInput: the VAT id is no well-formed one of the account's country.
        DatabaseUnavailable, CatalogueInvalid: as `billing.bootstrap.connect`.
    """
    from billing.bootstrap import connect  # noqa: PLC0415 - heavy, and not for anonymous buyers

    _require_database(settings)
    clock = RunningClock(arguments.today) if arguments.today else None
    service = connect(settings, clock=clock)
    try:
        return _buyer_of(service, arguments)
    finally:
        service.close()


def _require_database(settings: Settings) -> None:
    """A quote must not leave an empty database behind where a path is mistyped."""
    from billing.storage.engine import safe_place, sqlite_file  # noqa: PLC0415 - as above
    from tui.commands.database import address_of  # noqa: PLC0415

    address = address_of(settings)
    file = sqlite_file(address)
    try:
        if file is not None:
            file.stat()
    except FileNotFoundError:
        raise CannotDo(
            _("There is no database at {place}. billing-center database upgrade makes one.").format(
                place=safe_place(address)
            )
        ) from None
    except OSError:
        # Opening it says better what is wrong with it.
        return


def _buyer_of(service: BillingService, arguments: Namespace) -> Buyer:
    from billing.ordering.pricing import buyer_tax  # noqa: PLC0415 - as above

    try:
        session = service.sign_in_as(arguments.account)
    except SignInRefused:
        raise CannotDo(
            _("The database knows no contact {mail}.").format(mail=arguments.account)
        ) from None
    if session.entry.kind is not EntryKind.OPEN:
        raise NotAllowed(session.entry)
    account = session.account
    if arguments.vat_id is not None:
        _require_text(arguments.vat_id)
    problems = {}
    for available in service.availability(session):
        if available.buy is not None:
            problems[available.product.id, Offer.BUY] = available.buy
        if available.trial is not None:
            problems[available.product.id, Offer.TRIAL] = available.trial
    return Buyer(
        catalogue=service.catalogue,
        tax=buyer_tax(account, arguments.vat_id),
        currency=account.currency,
        today=service.today(session),
        credit=service.home(session).credit_balance,
        problems=problems,
    )


def _require_text(vat_id: str) -> None:
    if not vat_id.strip():
        raise CannotDo(_("--vat-id is empty. Please name a VAT number, or leave --vat-id out."))
