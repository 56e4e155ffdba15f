"""A quote as plain text, in the words of the Kasse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel import Locale

from billing.catalogue.model import BillingCycle
from tui.commands.change_text import credit_rows, date_rows, rest_rows
from tui.commands.rows import RULE, indented, row
from tui.formats import day, money, number, percent, period
from tui.i18n import _, current_language, seats_text
from tui.tax_words import TAXED, tax_note, untaxed

if TYPE_CHECKING:
    from billing.catalogue.model import Catalogue
    from billing.rating.quote import Quote, QuoteLine
    from tui.commands.estimate import Estimate, EstimatedTrial

# The no-break spaces of amounts are in the way of whoever searches a text for "1,00 €".
_PLAIN_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


def quote_text(made: Estimate) -> str:
    """The whole text, in the language in use."""
    rows = _priced_rows(made) if made.trial is None else _trial_rows(made, made.trial)
    return "\n".join(rows).translate(_PLAIN_SPACES)


def _priced_rows(made: Estimate) -> list[str]:
    catalogue, change = made.buyer.catalogue, made.change
    rows = [text for line in made.quote.lines for text in _line_rows(catalogue, line)]
    if change is not None:
        rows += date_rows(change)
    rows += _buyer_rows(made)
    if change is not None:
        rows += [RULE, *credit_rows(change)]
    rows += [RULE, *_sum_rows(made.quote, sample=catalogue.sample)]
    if change is not None:
        rows += rest_rows(change)
    note = tax_note(made.quote, made.buyer.tax.vat_id_state, made.buyer.tax.vat_id)
    return [*rows, "", indented(note)] if note else rows


def _line_rows(catalogue: Catalogue, line: QuoteLine) -> list[str]:
    product = catalogue.product(line.product)
    price = f"{number(line.seats)} × {money(line.unit_price)}"
    return [
        _title(product.name, product.tier(line.tier).name, cycle_name(line.cycle)),
        row(_("Billing period (beginning today)"), period(line.period)),
        row(_("Number of user licences"), seats_text(line.seats, product.seat_noun)),
        row(_("Plan price"), price, money(line.amount)),
        row(_("Next invoice"), day(line.renews_on)),
    ]


def _trial_rows(made: Estimate, trial: EstimatedTrial) -> list[str]:
    return [
        _title(trial.product.name, trial.tier.name, _("Free trial")),
        row(_("Trial period"), period(trial.period)),
        row(_("Length"), _("{n} days, free of charge").format(n=number(trial.period.days))),
        row(_("Number of user licences"), seats_text(trial.seats, trial.product.seat_noun)),
        *_buyer_rows(made),
        RULE,
        row(_("Total due"), "", money(made.quote.total_due)),
        "",
        indented(_("ends by itself, no payment data")),
    ]


def _buyer_rows(made: Estimate) -> list[str]:
    tax = made.buyer.tax
    names = Locale.parse(current_language()).territories
    rows = [row(_("Buyer's country"), names.get(tax.country, tax.country))]
    return [*rows, row(_("VAT Number"), tax.vat_id)] if tax.vat_id else rows


def _sum_rows(quote: Quote, *, sample: bool) -> list[str]:
    subtotal = " · ".join([_("Subtotal (net)"), *([_("sample prices")] if sample else [])])
    rows = [row(subtotal, "", money(quote.net))]
    rows += [
        row(_("plus {rate} VAT").format(rate=percent(tax.rate)), "", money(tax.tax))
        for tax in quote.taxes
    ]
    if quote.treatment not in TAXED:
        rows.append(row(untaxed(quote.treatment), "", money(quote.net - quote.net)))
    if quote.credit_used.minor:
        rows.append(row(_("Account credit used"), "", money(-quote.credit_used)))
    return [*rows, row(_("Total due"), "", money(quote.total_due))]


def cycle_name(cycle: BillingCycle) -> str:
    """„Monatlich“ or „Jährlich“."""
    return _("Monthly") if cycle is BillingCycle.MONTHLY else _("Annual")


def _title(product: str, tier: str, last: str) -> str:
    return f"{product} · {tier} · {last}"
