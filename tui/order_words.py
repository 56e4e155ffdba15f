"""The words of an order at the Kasse and in a quote: titles, factors and sums. Pure: no Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.formats import money, number, percent
from tui.i18n import _
from tui.pricing import cycle_name
from tui.tax_words import TAXED, untaxed

if TYPE_CHECKING:
    from billing.catalogue.model import Catalogue
    from billing.rating.money import Money
    from billing.rating.quote import Quote, QuoteLine


def title_of(item: QuoteLine, catalogue: Catalogue) -> str:
    """„GoTo Webinar · Pro · Jährlich“."""
    product = catalogue.product(item.product)
    tier = product.tier(item.tier).name
    return " · ".join((product.name, tier, cycle_name(item.cycle)))


def unit_times_seats(item: QuoteLine) -> str:
    """„5 × 2.388,00 €“."""
    return f"{number(item.seats)} × {money(item.unit_price)}"


def _subtotal(*, sample: bool) -> str:
    labels = [_("Subtotal (net)"), *([_("sample prices")] if sample else [])]
    return " · ".join(labels)


def sum_rows(quote: Quote, *, sample: bool) -> list[tuple[str, Money]]:
    """Subtotal, tax, credit and at the end what is due, each with its amount."""
    rows = [(_subtotal(sample=sample), quote.net)]
    rows += [
        (_("plus {rate} VAT").format(rate=percent(tax.rate)), tax.tax)
        for tax in quote.taxes
        if tax.tax.minor or quote.treatment in TAXED
    ]
    if quote.treatment not in TAXED:
        rows.append((untaxed(quote.treatment), quote.net - quote.net))
    if quote.credit_used.minor:
        rows.append((_("Account credit used"), -quote.credit_used))
    return [*rows, (_("Total due"), quote.total_due)]
