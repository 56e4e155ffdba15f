"""A quote as plain text, in the words of the Kasse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel import Locale

from tui.commands.change_text import credit_rows, date_rows, rest_rows
from tui.commands.rows import RULE, indented, row
from tui.formats import day, money, number, period
from tui.i18n import _, current_language, seats_text
from tui.order_words import sum_rows, title_of, unit_times_seats
from tui.tax_words import tax_note

if TYPE_CHECKING:
    from billing.catalogue.model import Catalogue
    from billing.rating.quote import QuoteLine
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
    rows += [
        RULE,
        *(
            row(label, "", money(amount))
            for label, amount in sum_rows(made.quote, sample=catalogue.sample)
        ),
    ]
    if change is not None:
        rows += rest_rows(change)
    note = tax_note(made.quote, made.buyer.tax.vat_id_state, made.buyer.tax.vat_id)
    return [*rows, "", indented(note)] if note else rows


def _line_rows(catalogue: Catalogue, line: QuoteLine) -> list[str]:
    product = catalogue.product(line.product)
    return [
        title_of(line, catalogue),
        row(_("Billing period (beginning today)"), period(line.period)),
        row(_("Number of user licences"), seats_text(line.seats, product.seat_noun)),
        row(_("Plan price"), unit_times_seats(line), money(line.amount)),
        row(_("Next invoice"), day(line.renews_on)),
    ]


def _trial_rows(made: Estimate, trial: EstimatedTrial) -> list[str]:
    return [
        " · ".join((trial.product.name, trial.tier.name, _("Free trial"))),
        row(_("Length"), _("{n} days, free of charge").format(n=number(trial.period.days))),
        row(_("Trial ends"), day(trial.period.end)),
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
