"""The words of an order at the Kasse and in a quote: titles, factors and sums. Pure: no Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.formats import money, number, percent
from tui.i18n import _
from tui.pricing import cycle_name
from tui.tax_words import TAXED, untaxed

if TYPE_CHECKING:
    from billing.catalogue.model import Catalogue
    from billing.invoicing.model import Invoice
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


def subtotal(*, sample: bool) -> str:
    """What the net sum is called, marked where its prices are those of a sample."""
    labels = [_("Subtotal (net)"), *([_("sample prices")] if sample else [])]
    return " · ".join(labels)


def sum_rows(quote: Quote, *, sample: bool) -> list[tuple[str, Money]]:
    """Subtotal, tax, credit and at the end what is due, each with its amount."""
    rows = _net_and_tax(quote, sample=sample)
    return _with_total(rows, credit=quote.credit_used, total=quote.total_due)


def invoice_rows(invoice: Invoice, *, sample: bool) -> list[tuple[str, Money]]:
    """The same of an invoice."""
    rows = _net_and_tax(invoice, sample=sample)
    return _with_total(rows, credit=invoice.credit, total=invoice.total)


def _net_and_tax(priced: Quote | Invoice, *, sample: bool) -> list[tuple[str, Money]]:
    rows = [(subtotal(sample=sample), priced.net)]
    rows += [
        (_("plus {rate} VAT").format(rate=percent(tax.rate)), tax.tax)
        for tax in priced.taxes
        if tax.tax.minor or priced.treatment in TAXED
    ]
    if priced.treatment not in TAXED:
        rows.append((untaxed(priced.treatment), priced.net - priced.net))
    return rows


def _with_total(
    rows: list[tuple[str, Money]], *, credit: Money, total: Money
) -> list[tuple[str, Money]]:
    used = [(_("Account credit used"), -credit)] if credit.minor else []
    return [*rows, *used, (_("Total due"), total)]
