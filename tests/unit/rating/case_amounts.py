"""The operations of `rating_cases.json` on amounts, in this product's rating functions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from billing.rating.allocation import allocate
from billing.rating.money import Money, currency_digits, round_half_up
from billing.rating.periods import BillingPeriod, period_containing
from billing.rating.proration import cap_credit, plan_change, share_of
from billing.rating.tax import TaxTreatment, VatIdState, decide_tax
from billing.rating.tax_rates import EU_STATES, tax_country
from tests.unit.rating.case_rows import (
    ANY_CURRENCY,
    NotOurs,
    Row,
    currency_of,
    dates,
    day,
    money,
    months_of,
    prorated,
)

_HALF = Fraction(1, 2)
_TREATMENTS = {
    "out_of_scope": TaxTreatment.NOT_TAXABLE,
    "not_taxable": TaxTreatment.NOT_TAXABLE,
    "buyer_standard": TaxTreatment.BUYERS_RATE,
    "buyers_rate": TaxTreatment.BUYERS_RATE,
    "seller_standard": TaxTreatment.DOMESTIC,
    "domestic": TaxTreatment.DOMESTIC,
    "domestic_standard": TaxTreatment.DOMESTIC,
    "reverse_charge": TaxTreatment.REVERSE_CHARGE,
    "pending": TaxTreatment.UNDECIDED,
    "unchanged_pending": TaxTreatment.UNDECIDED,
    "undecided": TaxTreatment.UNDECIDED,
}
_VAT_CHECKS: dict[str | None, VatIdState] = {
    None: VatIdState.UNKNOWN,
    "valid": VatIdState.CONFIRMED,
    "invalid": VatIdState.REFUTED,
    **dict.fromkeys(
        ("vies_unavailable", "unavailable", "timeout", "error", "pending", "unchecked"),
        VatIdState.UNKNOWN,
    ),
}
# What tells a part of a state from the rest, which this product does not.
_PLACES = (
    "buyer_zip",
    "buyer_postcode",
    "buyer_territory",
    "buyer_region",
    "postcode",
    "territory",
)


_MANY_DIGITS = 60


def prorated_amount(row: Row) -> dict[str, Any]:
    """A price for a part of a period, or the credit for it."""
    start, end = day(row["start"]), day(row["end"])
    whole = BillingPeriod(day(row["period_start"]), day(row["period_end"]))
    days = max(0, (end - start).days)
    share = share_of(BillingPeriod(start, end), whole) if days else Fraction(0)
    amount = prorated(row, row["price"], share * Fraction(row.get("quantity", 1)))
    return {
        "amount": (-amount if row.get("credit") else amount).amount,
        "days": days,
        "days_in_period": whole.days,
    }


def change(row: Row) -> dict[str, Any]:
    """A change of a running subscription."""
    if not (row["reset_anchor"] and row["credit_unused"]):
        raise NotOurs("a change that keeps the date or gives no credit")
    old, new = Row(row["old"]), Row(row["new"])
    result = plan_change(
        paid=_of_all(row, old, old.get("paid") or old["price"]),
        old_period=BillingPeriod(day(old["period_start"]), day(old["period_end"])),
        price=_of_all(row, new, new["price"]),
        cycle_months=months_of(new["period"], new.get("unit", 1)),
        today=day(row["at"]),
    )
    return {
        "due": result.due.amount,
        "credit_left": result.credit_left.amount,
        "credit": (-result.credit).amount,
        "charge": result.charge.amount,
        "net": result.net.amount,
        "new_period": dates(result.new_period),
        "days_unused": result.unused_days,
        "days_in_old_period": result.old_days,
    }


def _of_all(row: Row, side: Row, price: str) -> Money:
    """The price of all seats."""
    return money(row, price) * int(side.get("quantity", 1))


def change_dates(row: Row) -> dict[str, Any]:
    """Where a change moves the billing date to."""
    if row["old_period"] == row["new_period"] and not row.get("reset_anchor"):
        raise NotOurs("the date after a change within the same cycle")
    at = day(row["at"])
    nothing = Money.zero(ANY_CURRENCY)
    result = plan_change(
        paid=nothing,
        old_period=period_containing(day(row["anchor"]), months_of(row["old_period"]), at),
        price=nothing,
        cycle_months=months_of(row["new_period"]),
        today=at,
    )
    return {
        "anchor_moves": result.new_period.start != day(row["anchor"]),
        "next_invoice": result.new_period.end,
    }


def change_ratio(row: Row) -> dict[str, Any]:
    """Credit and charge for the share of a period that is left."""
    remaining = Fraction(row["remaining"])
    credit = prorated(row, row["old_price"], remaining)
    charge = prorated(row, row["new_price"], remaining)
    return {
        "credit": (-credit).amount,
        "charge": charge.amount,
        "net": (charge - credit).amount,
    }


def credit_cap(row: Row) -> dict[str, Any]:
    """The credit that may still be given."""
    credit = cap_credit(
        money(row, row["potential"]),
        paid=money(row, row["originally_paid"]),
        credited=money(row, row["previous_credits"]),
    )
    return {"credit": credit.amount}


def rounded(row: Row) -> dict[str, Any]:
    """An amount at its currency's precision."""
    if (row.get("mode") or row.get("rounding") or "half_up").lower() != "half_up":
        raise NotOurs("another rounding than half up")
    return {"amount": Money.rounded(Decimal(row["amount"]), row["currency"]).amount}


def round_product(row: Row) -> dict[str, Any]:
    """Price × quantity, rounded as a line."""
    exact = Fraction(row["unit_price"]) * Fraction(row["quantity"])
    return {
        "exact": round_half_up(exact, _MANY_DIGITS).normalize(),
        "amount": Money.rounded(exact, row["currency"]).amount,
    }


def sum_of_lines(row: Row) -> dict[str, Any]:
    """A total is the sum of the lines as they are printed."""
    lines = [Money.rounded(Decimal(line), row["currency"]) for line in row["lines"]]
    return {"total": Money.total(lines, row["currency"]).amount}


def invoice_total(row: Row) -> dict[str, Any]:
    """The sum of prorated lines."""
    lines = [
        prorated(
            row,
            line["price"],
            Fraction(line.get("quantity", 1))
            * Fraction(line.get("days", 1), line.get("days_in_period", 1)),
        )
        for line in map(Row, row["lines"])
    ]
    return {"total": Money.total(lines, currency_of(row)).amount}


def percent_tax(row: Row) -> dict[str, Any]:
    """Tax of one rate."""
    return {"tax": prorated(row, row["taxable"], Fraction(row["rate"]) / 100).amount}


def percent_discount(row: Row) -> dict[str, Any]:
    """A percentage of a price, and what is left of it."""
    price = money(row, row["price"])
    discount = price.percent(Decimal(row["percent"]))
    if price < discount:
        raise NotOurs("a discount of more than the price")
    return {"discount": discount.amount, "final": (price - discount).amount}


def prorated_with_tax(row: Row) -> dict[str, Any]:
    """A part of a period as a line, and the tax on what is printed there."""
    share, rate = Fraction(row["days"], row["days_in_period"]), Decimal(row["tax_rate"])
    if _taxed_before_rounding(Fraction(row["price"]) * share, Fraction(rate), row["currency"]):
        raise NotOurs("a tax on more than is printed")
    net = prorated(row, row["price"], share)
    tax = net.percent(rate)
    return {"net": net.amount, "tax": tax.amount, "gross": (net + tax).amount}


def _taxed_before_rounding(net: Fraction, rate: Fraction, currency: str) -> bool:
    """Whether tax on the exact net is another than on the printed one; by no rule of the product's.

    A wrong rule must make its case fail, and not be left out.
    """
    unit: int = 10 ** currency_digits(currency)
    printed = Fraction(floor(net * unit + _HALF), unit)
    exact, ours = (floor(base * rate / 100 * unit + _HALF) for base in (net, printed))
    return exact != ours


def tax_rounding(row: Row) -> dict[str, Any]:
    """Net lines rounded, then the tax once on their sum."""
    exact = [
        Fraction(line["unit"])
        * Fraction(line["qty"])
        * (1 - Fraction(line.get("discount") or 0) / 100)
        for line in map(Row, row["lines"])
    ]
    lines = [Money.rounded(amount, row["currency"]) for amount in exact]
    alone = len(lines) == 1 and (row["mode"] == "round_per_line" or exact == [lines[0].amount])
    if row["mode"] != "en16931" and not alone:
        raise NotOurs(f"tax rounding {row['mode']}")
    net = Money.total(lines, row["currency"])
    tax = net.percent(Decimal(row["rate"]))
    return {"net": net.amount, "tax": tax.amount, "gross": (net + tax).amount}


def treatment_named(name: str) -> TaxTreatment:
    """Our word for a treatment, from the word of the cases."""
    if name not in _TREATMENTS:
        raise NotOurs(f"the treatment {name}")
    return _TREATMENTS[name]


def vat_treatment(row: Row) -> dict[str, Any]:
    """The row of the decision table."""
    seller, buyer, check = row["seller_country"], row["buyer_country"], row["vat_check"]
    if any(row.get(place) for place in _PLACES):
        raise NotOurs("a part of a state with a tax of its own")
    if check not in _VAT_CHECKS:
        raise NotOurs(f"a check that answered {check}")
    if tax_country(seller) not in EU_STATES:
        raise NotOurs("a seller outside the EU")
    state = _VAT_CHECKS[check]
    if tax_country(seller) == tax_country(buyer) and check and state is VatIdState.UNKNOWN:
        raise NotOurs("a domestic invoice that waits for the check of an id")
    on = day(row["date"]) if row.get("date") else date(2026, 11, 22)
    decision = decide_tax(seller, buyer, row["vat_id"] or "", state, on)
    return {"treatment": decision.treatment, "rate": decision.rate}


def allocated(row: Row) -> dict[str, Any]:
    """An amount in parts."""
    if row["method"] != "largest_remainder":
        raise NotOurs(f"allocation by {row['method']}")
    weights = [Fraction(weight) for weight in row["weights"]]
    if not any(weights):
        raise NotOurs("weights that are all nothing")
    return {"parts": [part.amount for part in allocate(money(row, row["amount"]), weights)]}
