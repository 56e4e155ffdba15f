"""The words about tax at the Kasse and in a quote, by the treatment that applies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.accounts.model import VatIdState
from billing.rating.tax import TaxTreatment
from tui.formats import percent
from tui.i18n import _

if TYPE_CHECKING:
    from billing.ordering.model import Checkout
    from billing.rating.quote import Quote

TAXED = frozenset({TaxTreatment.DOMESTIC, TaxTreatment.BUYERS_RATE, TaxTreatment.UNDECIDED})


def untaxed(treatment: TaxTreatment) -> str:
    """Why there is no tax, in a few words."""
    if treatment is TaxTreatment.REVERSE_CHARGE:
        return _("no VAT: reverse charge")
    return _("no German VAT")


def tax_note(quote: Quote, state: VatIdState, vat_id: str = "", *, checking: bool = False) -> str:
    """The words that the treatment asks for; `checking`: the authority is being asked now."""
    match quote.treatment:
        case TaxTreatment.REVERSE_CHARGE:
            return _("Reverse charge – VAT to be accounted for by the recipient")
        case TaxTreatment.NOT_TAXABLE:
            return _("Not subject to German VAT (place of supply: customer's country)")
        case TaxTreatment.UNDECIDED:
            return _unchecked(checking=checking)
        case TaxTreatment.BUYERS_RATE:
            return _at_buyers_rate(quote, state, vat_id)
        case TaxTreatment.DOMESTIC:
            return ""


def checkout_note(checkout: Checkout, *, shown: bool, checking: bool = False) -> str:
    """The note of the Kasse; `shown`: the VAT id in the field is the one of the checkout."""
    state = checkout.vat_id_state
    note = tax_note(checkout.quote, state, checkout.vat_id, checking=checking)
    if shown and state is not VatIdState.CONFIRMED:
        return note or _("✓ well-formed as a VAT number")
    return note


def vat_state(checkout: Checkout) -> str:
    """What the authority said of the VAT id, where its answer decides the tax."""
    match checkout.vat_id_state:
        case VatIdState.CONFIRMED:
            return _("✓ confirmed")
        case VatIdState.REFUTED if checkout.quote.treatment is TaxTreatment.BUYERS_RATE:
            return _("✗ not confirmed")
        case _:
            return ""


def _unchecked(*, checking: bool) -> str:
    if checking:
        return _("✓ well-formed as a VAT number; it is being checked …")
    return _(
        "✓ well-formed as a VAT number; it cannot be checked right now. The order is "
        "accepted, the invoice follows after the check: without VAT if it is confirmed."
    )


def _at_buyers_rate(quote: Quote, state: VatIdState, vat_id: str) -> str:
    if state is not VatIdState.REFUTED:
        return _("With a confirmed VAT number the order is free of VAT (reverse charge).")
    return _(
        "The VAT number {vat_id} was not confirmed by the authority. Without a confirmed "
        "number we charge VAT ({country} {rate})."
    ).format(
        vat_id=vat_id,
        country=quote.tax_country,
        rate=", ".join(percent(tax.rate) for tax in quote.taxes),
    )
