"""The words about tax at the Kasse and in a quote, by the treatment that applies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.accounts.model import VatIdState
from billing.rating.tax import TaxTreatment
from tui.i18n import _

if TYPE_CHECKING:
    from billing.rating.quote import Quote

TAXED = frozenset({TaxTreatment.DOMESTIC, TaxTreatment.BUYERS_RATE, TaxTreatment.UNDECIDED})


def untaxed(treatment: TaxTreatment) -> str:
    """Why there is no tax, in a few words."""
    if treatment is TaxTreatment.REVERSE_CHARGE:
        return _("no VAT: reverse charge")
    return _("no German VAT")


def tax_note(quote: Quote, state: VatIdState) -> str:
    """The words that the treatment asks for."""
    match quote.treatment:
        case TaxTreatment.REVERSE_CHARGE:
            return _("Reverse charge – VAT to be accounted for by the recipient")
        case TaxTreatment.NOT_TAXABLE:
            return _("Not subject to German VAT (place of supply: customer's country)")
        case TaxTreatment.UNDECIDED:
            return _(
                "✓ well-formed as a VAT number; it cannot be checked right now. The order is "
                "accepted, the invoice follows after the check: without VAT if it is confirmed."
            )
        case TaxTreatment.BUYERS_RATE if state is VatIdState.REFUTED:
            return _("The VAT number was not confirmed. Without a confirmed one we charge VAT.")
        case TaxTreatment.BUYERS_RATE:
            return _("With a confirmed VAT number the order is free of VAT (reverse charge).")
        case TaxTreatment.DOMESTIC:
            return ""
