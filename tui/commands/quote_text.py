"""A quote as plain text, in the words of the Kasse."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from babel import Locale

from billing.catalogue.model import BillingCycle
from billing.catalogue.schema import cells
from tui.formats import day, money, number, percent, period
from tui.i18n import _, current_language, seats_text
from tui.tax_words import TAXED, tax_note, untaxed

if TYPE_CHECKING:
    from billing.rating.quote import Quote, QuoteLine
    from tui.commands.estimate import Estimate

WIDTH = 78
_LABEL = 35
# The no-break spaces of amounts are in the way of whoever searches a text for "1,00 €".
_PLAIN_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


def quote_text(made: Estimate) -> str:
    """The whole text, in the language in use."""
    rows = _trial_rows(made) if made.trial is not None else _priced_rows(made)
    return "\n".join(rows).translate(_PLAIN_SPACES)


def _priced_rows(made: Estimate) -> list[str]:
    rows: list[str] = []
    for line in made.quote.lines:
        rows += _line_rows(made, line)
    rows += [
        *_buyer_rows(made),
        "─" * WIDTH,
        *_sum_rows(made.quote, sample=made.buyer.catalogue.sample),
    ]
    note = tax_note(made.quote, made.buyer.tax.vat_id_state)
    return [*rows, "", _indented(note)] if note else rows


def _line_rows(made: Estimate, line: QuoteLine) -> list[str]:
    price = f"{number(line.seats)} × {money(line.unit_price)}"
    return [
        _title(made, cycle_name(line.cycle)),
        _row(_("Billing period (beginning today)"), period(line.period)),
        _row(_("Number of user licences"), seats_text(line.seats, made.product.seat_noun)),
        _row(_("Plan price"), price, money(line.amount)),
        _row(_("Next invoice"), day(line.renews_on)),
    ]


def _trial_rows(made: Estimate) -> list[str]:
    if made.trial is None:
        return []
    rows = [
        _title(made, _("Free trial")),
        _row(_("Trial period"), period(made.trial)),
        _row(_("Length"), _("{n} days, free of charge").format(n=number(made.trial.days))),
        _row(_("Number of user licences"), seats_text(made.seats, made.product.seat_noun)),
    ]
    total = _row(_("Total due"), "", money(made.quote.total_due))
    ending = _indented(_("ends by itself, no payment data"))
    return [*rows, *_buyer_rows(made), "─" * WIDTH, total, "", ending]


def _buyer_rows(made: Estimate) -> list[str]:
    tax = made.buyer.tax
    names = Locale.parse(current_language()).territories
    rows = [_row(_("Buyer's country"), names.get(tax.country, tax.country))]
    return [*rows, _row(_("VAT Number"), tax.vat_id)] if tax.vat_id else rows


def _sum_rows(quote: Quote, *, sample: bool) -> list[str]:
    subtotal = " · ".join([_("Subtotal (net)"), *([_("sample prices")] if sample else [])])
    rows = [_row(subtotal, "", money(quote.net))]
    rows += [
        _row(_("plus {rate} VAT").format(rate=percent(tax.rate)), "", money(tax.tax))
        for tax in quote.taxes
    ]
    if quote.treatment not in TAXED:
        rows.append(_row(untaxed(quote.treatment), "", money(quote.net - quote.net)))
    if quote.credit_used.minor:
        rows.append(_row(_("Account credit used"), "", money(-quote.credit_used)))
    return [*rows, _row(_("Total due"), "", money(quote.total_due))]


def cycle_name(cycle: BillingCycle) -> str:
    """„Monatlich“ or „Jährlich“."""
    return _("Monthly") if cycle is BillingCycle.MONTHLY else _("Annual")


def _title(made: Estimate, last: str) -> str:
    return f"{made.product.name} · {made.tier.name} · {last}"


def _row(label: str, value: str, amount: str = "") -> str:
    """A label, what belongs to it, and at the right edge an amount."""
    left = f"  {label}{' ' * (_LABEL - cells(label))} {value}".rstrip()
    if not amount:
        return left
    return f"{left}{' ' * max(WIDTH - cells(left) - cells(amount), 1)}{amount}"


def _indented(text: str) -> str:
    return fill(text, WIDTH, initial_indent="  ", subsequent_indent="  ")
