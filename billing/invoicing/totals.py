"""What must hold of every invoice before it is written, because nothing can be changed after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.invoicing.model import InvoiceKind, LineKind
from billing.rating.money import Money
from billing.rating.tax import TaxTreatment

if TYPE_CHECKING:
    from billing.invoicing.model import Invoice, InvoiceLine, InvoiceTax

_TAXED = frozenset({TaxTreatment.DOMESTIC, TaxTreatment.BUYERS_RATE})


def check_totals(invoice: Invoice, tax_left: Money | None = None) -> None:
    """Prove the sums of an invoice: I1 and I2 of the engine's invariants, and the signs.

    `tax_left` is the least that can have been left of the tax that a correction takes back.

    Raises:
        ValueError: a sum is not that of its printed parts, a tax not its rate's share of the net
            lines, or tax is charged, or left out, against the treatment.
    """
    currency = invoice.total.currency
    _require(bool(invoice.lines), "an invoice has lines")
    _require(
        invoice.net == Money.total((line.amount for line in invoice.lines), currency),
        "net is the sum of the lines",
    )
    _require(
        invoice.tax == Money.total((tax.tax for tax in invoice.taxes), currency),
        "tax is the sum of the taxes",
    )
    _require(invoice.gross == invoice.net + invoice.tax, "gross is net and tax")
    _require(invoice.total == invoice.gross - invoice.credit, "total is gross less credit")
    _check_taxes(invoice, tax_left)
    _check_signs(invoice)


def _check_taxes(invoice: Invoice, tax_left: Money | None) -> None:
    charged = invoice.treatment in _TAXED
    rates = {line.rate for line in invoice.lines}
    _require(all(bool(rate) is charged for rate in rates), "the rates are those of the treatment")
    named = [tax.rate for tax in invoice.taxes]
    _require(len(named) == len(set(named)), "a rate is named once")
    _require(set(named) == (rates if charged else set()), "every rate charged has its tax")
    for tax in invoice.taxes:
        lines = (line.amount for line in invoice.lines if line.rate == tax.rate)
        _require(
            tax.net == Money.total(lines, tax.net.currency), "a tax stands on the lines of its rate"
        )
        share = tax.net.percent(tax.rate)
        _require(
            tax.tax == share or _is_the_rest(invoice, tax, tax_left),
            "a tax is its rate's share, rounded once",
        )


def _is_the_rest(invoice: Invoice, tax: InvoiceTax, tax_left: Money | None) -> bool:
    """Whether a correction takes back less than its share, because no more was left of it.

    The tax corrected was rounded once on the sum of several lines; the shares of each may make
    some cents more.
    """
    if invoice.kind is not InvoiceKind.CORRECTION or tax_left is None:
        return False
    share, nothing = -tax.net.percent(tax.rate), Money.zero(tax_left.currency)
    return max(nothing, tax_left) <= -tax.tax < share


def _check_signs(invoice: Invoice) -> None:
    nothing = Money.zero(invoice.total.currency)
    if invoice.kind is InvoiceKind.CORRECTION:
        _require(invoice.corrects_id is not None, "a correction names an invoice")
        _require(invoice.credit == nothing, "a correction uses no credit")
        _require(all(_is_credit(line) for line in invoice.lines), "a correction takes back")
        return
    _require(invoice.corrects_id is None, "only a correction names an invoice")
    _require(nothing <= invoice.credit <= invoice.gross, "credit pays at most the gross sum")
    _require(all(_is_charge(line) for line in invoice.lines), "a line is its price times its seats")


def _is_credit(line: InvoiceLine) -> bool:
    return line.kind is LineKind.CREDIT and line.amount <= Money.zero(line.amount.currency)


def _is_charge(line: InvoiceLine) -> bool:
    nothing = Money.zero(line.amount.currency)
    return (
        line.kind is not LineKind.CREDIT
        and line.amount == line.unit_price * line.seats
        and line.amount >= nothing
    )


def _require(holds: bool, rule: str) -> None:
    if not holds:
        raise ValueError(f"no such invoice: {rule}")
