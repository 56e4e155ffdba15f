"""A quote as one JSON document, for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from billing.rating.money import Money

if TYPE_CHECKING:
    from billing.rating.periods import BillingPeriod
    from billing.rating.quote import TaxLine
    from tui.commands.estimate import Estimate


def quote_json(made: Estimate) -> str:
    """The document: every key is always there, in this order.

    Amounts and rates are decimal strings, dates ISO 8601; `end` is the first day that no longer
    belongs to the period. A trial has no `cycle`, no `next_invoice_date` and no `taxes`, and
    only a trial has `trial_days`.

        {
          "offer": "buy" | "trial",
          "country": "DE", "currency": "EUR",
          "vat_id": "" | as it is stored, "vat_id_state": "none" | "unknown" | "confirmed" | …,
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
          "next_invoice_date": "…" | null
        }
    """
    quote, buyer = made.quote, made.buyer
    line = _line(made)
    document = {
        "offer": "buy" if made.trial is None else "trial",
        "country": buyer.tax.country,
        "currency": buyer.currency,
        "vat_id": buyer.tax.vat_id,
        "vat_id_state": buyer.tax.vat_id_state.value,
        "catalogue_version": quote.catalogue_version,
        "sample_prices": buyer.catalogue.sample,
        "lines": [line],
        "trial_days": None if made.trial is None else made.trial.days,
        "net": _amount(quote.net),
        "taxes": [_tax(tax) for tax in quote.taxes] if made.trial is None else [],
        "tax_treatment": quote.treatment.value,
        "tax_country": quote.tax_country,
        "credit_used": _amount(quote.credit_used),
        "total_due": _amount(quote.total_due),
        "next_invoice_date": line["next_invoice_date"],
    }
    # Escaped, it is the same document in whatever character set the terminal has.
    return json.dumps(document, indent=2)


def _line(made: Estimate) -> dict[str, object]:
    nothing = _amount(Money.zero(made.buyer.currency))
    line: dict[str, object] = {
        "product": made.product.id,
        "product_name": made.product.name,
        "tier": made.tier.id,
        "tier_name": made.tier.name,
        "seats": made.seats,
        "cycle": None,
        "unit_price": nothing,
        "amount": nothing,
        "period": None if made.trial is None else _period(made.trial),
        "next_invoice_date": None,
    }
    for priced in made.quote.lines:
        line |= {
            "cycle": priced.cycle.value,
            "unit_price": _amount(priced.unit_price),
            "amount": _amount(priced.amount),
            "period": _period(priced.period),
            "next_invoice_date": priced.renews_on.isoformat(),
        }
    return line


def _period(period: BillingPeriod) -> dict[str, str]:
    return {
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "last_day": period.last_day.isoformat(),
    }


def _tax(tax: TaxLine) -> dict[str, str]:
    return {
        "rate": format(tax.rate.normalize(), "f"),
        "net": _amount(tax.net),
        "tax": _amount(tax.tax),
    }


def _amount(money: Money) -> str:
    return format(money.amount, "f")
