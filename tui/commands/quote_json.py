"""A quote as one JSON document, for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from billing.rating.money import Money

if TYPE_CHECKING:
    from decimal import Decimal

    from billing.catalogue.model import Catalogue
    from billing.rating.change import ChangeCredit
    from billing.rating.periods import BillingPeriod
    from billing.rating.quote import QuoteLine, TaxLine
    from tui.commands.estimate import Estimate, EstimatedChange, EstimatedTrial


def quote_json(made: Estimate) -> str:
    """The document: every key is always there, in this order.

    Amounts and rates are decimal strings, dates ISO 8601; `end` is the first day that no longer
    belongs to the period. A trial has no `cycle`, no `next_invoice_date` and no `taxes`, and
    only a trial has `trial_days`. `lines` stand in the order in which they were asked for, a
    trial and a change have one. `next_invoice_date` at the end is the first of those of the lines.

        {
          "offer": "buy" | "trial" | "change",
          "country": "DE", "currency": "EUR",
          "vat_id": "" | as it is stored,
          "vat_id_state": "none" | "unknown" | "confirmed" | "refuted",
          "catalogue_version": "…", "sample_prices": true,
          "lines": [{
            "product": "goto-webinar", "product_name": "GoTo Webinar",
            "tier": "pro", "tier_name": "Pro",
            "seats": 5, "cycle": "monthly" | "annual" | null,
            "unit_price": "2388.00", "amount": "11940.00",
            "period": {"start": "…", "end": "…", "last_day": "…"},
            "next_invoice_date": "…" | null
          }],
          "trial_days": null | 14,
          "net": "11940.00",
          "taxes": [{"rate": "19", "net": "11940.00", "tax": "2268.60"}],
          "tax_treatment": "domestic" | "reverse_charge" | "buyers_rate" | "undecided"
                           | "not_taxable",
          "tax_country": "DE",
          "credit_used": "0.00",
          "total_due": "14208.60",
          "next_invoice_date": "…" | null,
          "change": null | {
            "old_next_invoice_date": "…", "new_next_invoice_date": "…",
            "old_period": {"start": "…", "end": "…", "last_day": "…"},
            "credits": [{
              "invoice_number": "RE-…", "paid": "2304.00",
              "unused": {"start": "…", "end": "…", "last_day": "…"},
              "unused_days": 112, "period_days": 365,
              "net": "706.98", "rate": "19", "tax": "134.33", "gross": "841.31"
            }],
            "account_credit": "0.00", "credit_left": "0.00"
          }
        }

    `net` is the price without tax, `taxes` what is added to it (empty when nothing is: the
    treatment says why; `undecided` charges the buyer's rate at most), `credit_used` the account
    credit taken off, `total_due` what is then left to pay. Of a change `net` is the whole new
    period; each of `credits` is what is given back of the net amount `paid` by an invoice:
    `unused_days` ÷ `period_days` of it, with the tax at the rate of that day. Nothing given back
    makes `credits` empty. They and the `account_credit` there was before pay `credit_used`;
    `credit_left` stays on the account for its next order.
    """
    quote, buyer = made.quote, made.buyer
    lines = [_line(buyer.catalogue, line) for line in quote.lines]
    if made.trial is not None:
        lines = [_trial_line(made.trial, Money.zero(buyer.currency))]
    document = {
        "offer": _offer(made),
        "country": buyer.tax.country,
        "currency": buyer.currency,
        "vat_id": buyer.tax.vat_id,
        "vat_id_state": buyer.tax.vat_id_state.value,
        "catalogue_version": quote.catalogue_version,
        "sample_prices": buyer.catalogue.sample,
        "lines": lines,
        "trial_days": None if made.trial is None else made.trial.period.days,
        "net": _amount(quote.net),
        "taxes": [_tax(tax) for tax in quote.taxes] if made.trial is None else [],
        "tax_treatment": quote.treatment.value,
        "tax_country": quote.tax_country,
        "credit_used": _amount(quote.credit_used),
        "total_due": _amount(quote.total_due),
        "next_invoice_date": min(
            (line.renews_on.isoformat() for line in quote.lines), default=None
        ),
        "change": None if made.change is None else _change(made.change),
    }
    # Escaped, it is the same document in whatever character set the terminal has.
    return json.dumps(document, indent=2)


def _offer(made: Estimate) -> str:
    if made.trial is not None:
        return "trial"
    return "buy" if made.change is None else "change"


def _line(catalogue: Catalogue, line: QuoteLine) -> dict[str, object]:
    product = catalogue.product(line.product)
    return {
        "product": product.id,
        "product_name": product.name,
        "tier": line.tier,
        "tier_name": product.tier(line.tier).name,
        "seats": line.seats,
        "cycle": line.cycle.value,
        "unit_price": _amount(line.unit_price),
        "amount": _amount(line.amount),
        "period": _period(line.period),
        "next_invoice_date": line.renews_on.isoformat(),
    }


def _trial_line(trial: EstimatedTrial, nothing: Money) -> dict[str, object]:
    return {
        "product": trial.product.id,
        "product_name": trial.product.name,
        "tier": trial.tier.id,
        "tier_name": trial.tier.name,
        "seats": trial.seats,
        "cycle": None,
        "unit_price": _amount(nothing),
        "amount": _amount(nothing),
        "period": _period(trial.period),
        "next_invoice_date": None,
    }


def _change(change: EstimatedChange) -> dict[str, object]:
    quote = change.quote
    return {
        "old_next_invoice_date": quote.old_billing_date.isoformat(),
        "new_next_invoice_date": quote.new_billing_date.isoformat(),
        "old_period": _period(quote.old_period),
        "credits": [
            {"invoice_number": change.invoice_numbers[credit.invoice_id]} | _credit(credit)
            for credit in quote.credits
        ],
        "account_credit": _amount(quote.account_credit),
        "credit_left": _amount(quote.credit_left),
    }


def _credit(credit: ChangeCredit) -> dict[str, object]:
    return {
        "paid": _amount(credit.paid),
        "unused": _period(credit.unused),
        "unused_days": credit.unused.days,
        "period_days": credit.old_days,
        "net": _amount(credit.net),
        "rate": _rate(credit.rate),
        "tax": _amount(credit.tax),
        "gross": _amount(credit.gross),
    }


def _period(period: BillingPeriod) -> dict[str, str]:
    return {
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "last_day": period.last_day.isoformat(),
    }


def _tax(tax: TaxLine) -> dict[str, str]:
    return {"rate": _rate(tax.rate), "net": _amount(tax.net), "tax": _amount(tax.tax)}


def _rate(rate: Decimal) -> str:
    return format(rate.normalize(), "f")


def _amount(money: Money) -> str:
    return format(money.amount, "f")
