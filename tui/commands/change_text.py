"""What a change gives back and how it moves the billing date, as rows of plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.rows import indented, row
from tui.formats import day, money, number, percent, period
from tui.i18n import _

if TYPE_CHECKING:
    from billing.rating.change import ChangeCredit
    from tui.commands.estimate import EstimatedChange


def date_rows(change: EstimatedChange) -> list[str]:
    """The period that ends today, and the billing date before and after."""
    quote = change.quote
    moved = f"{day(quote.old_billing_date)} → {day(quote.new_billing_date)}"
    return [
        row(_("Billing period so far"), period(quote.old_period)),
        row(_("Billing date"), moved),
    ]


def credit_rows(change: EstimatedChange) -> list[str]:
    """What is given back of each invoice, and the account credit there was before."""
    rows: list[str] = []
    for credit in change.quote.credits:
        rows += _rows_of(credit, change.invoice_numbers[credit.invoice_id])
    before = money(change.quote.account_credit)
    return [*rows, row(_("Account credit before the change"), "", before)]


def rest_rows(change: EstimatedChange) -> list[str]:
    """The account credit that the change leaves, and what becomes of it."""
    left = change.quote.credit_left
    rows = [row(_("Account credit after the change"), "", money(left))]
    if left.minor:
        note = _("The rest is used with your next order; it is not paid out.")
        rows += ["", indented(note)]
    return rows


def _rows_of(credit: ChangeCredit, invoice_number: str) -> list[str]:
    unused = _("{n} of {all} ({period})").format(
        n=number(credit.unused.days), all=number(credit.old_days), period=period(credit.unused)
    )
    paid = _("of {amount} paid").format(amount=money(credit.paid))
    rows = [
        row(_("Account credit from invoice"), invoice_number),
        row(_("Unused days"), unused),
        row(_("Account credit (net)"), paid, money(credit.net)),
    ]
    if credit.rate:
        rate = percent(credit.rate)
        rows.append(row(_("plus {rate} VAT").format(rate=rate), "", money(credit.tax)))
    return [*rows, row(_("Account credit (gross)"), "", money(credit.gross))]
