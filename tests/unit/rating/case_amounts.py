"""The operations of `rating_cases.json` on amounts, in this product's rating functions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from billing.rating.allocation import allocate
from billing.rating.money import Money, round_half_up
from billing.rating.periods import BillingPeriod, period_containing
from billing.rating.proration import cap_credit, plan_change, prorate, share_of
from billing.rating.tax import TaxTreatment, VatIdState, decide_tax
from tests.unit.rating.case_rows import ANY_CURRENCY, NotOurs, Row, dates, day, money, months_of

_TREATMENTS = {
    "out_of_scope": TaxTreatment.NOT_TAXABLE,
    "buyer_standard": TaxTreatment.BUYERS_RATE,
    "seller_standard": TaxTreatment.DOMESTIC,
    "domestic": TaxTreatment.DOMESTIC,
    "domestic_standard": TaxTreatment.DOMESTIC,
    "reverse_charge": TaxTreatment.REVERSE_CHARGE,
    "unchanged_pending": TaxTreatment.UNDECIDED,
}
_VAT_CHECKS = {
    None: VatIdState.UNKNOWN,
    "valid": VatIdState.CONFIRMED,
    "invalid": VatIdState.REFUTED,
    "vies_unavailable": VatIdState.UNKNOWN,
}


def prorated_amount(row: Row) -> Row:
    """A price for a part of a period, or the credit for it."""
    part = BillingPeriod(day(row["start"]), day(row["end"]))
    whole = BillingPeriod(day(row["period_start"]), day(row["period_end"]))
    amount = prorate(money(row, row["price"]), share_of(part, whole))
    return {
        "amount": (-amount if row.get("credit") else amount).amount,
        "days": part.days,
        "days_in_period": whole.days,
    }


def change(row: Row) -> Row:
    """A change of a running subscription."""
    if not (row["reset_anchor"] and row["credit_unused"]):
        raise NotOurs("a change that keeps the date or gives no credit")
    old, new = row["old"], row["new"]
    result = plan_change(
        paid=money(row, old.get("paid", old["price"])),
        old_period=BillingPeriod(day(old["period_start"]), day(old["period_end"])),
        price=money(row, new["price"]),
        cycle_months=months_of(new["period"]),
        today=day(row["at"]),
    )
    return {
        "credit": (-result.credit).amount,
        "charge": result.charge.amount,
        "net": result.net.amount,
        "new_period": dates(result.new_period),
        "days_unused": result.unused_days,
        "days_in_old_period": result.old_days,
    }


def change_dates(row: Row) -> Row:
    """Where a change moves the billing date to."""
    if row["old_period"] == row["new_period"]:
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


def change_ratio(row: Row) -> Row:
    """Credit and charge for the share of a period that is left."""
    remaining = Fraction(row["remaining"])
    credit = prorate(money(row, row["old_price"]), remaining)
    charge = prorate(money(row, row["new_price"]), remaining)
    return {
        "credit": (-credit).amount,
        "charge": charge.amount,
        "net": (charge - credit).amount,
    }


def credit_cap(row: Row) -> Row:
    """The credit that may still be given."""
    credit = cap_credit(
        money(row, row["potential"]),
        paid=money(row, row["originally_paid"]),
        credited=money(row, row["previous_credits"]),
    )
    return {"credit": credit.amount}


def rounded(row: Row) -> Row:
    """An amount at its currency's precision."""
    return {"amount": Money.rounded(Decimal(row["amount"]), row["currency"]).amount}


def round_product(row: Row) -> Row:
    """Price × quantity, rounded as a line."""
    exact = Fraction(row["unit_price"]) * Fraction(row["quantity"])
    return {
        "exact": round_half_up(exact, 12).normalize(),
        "amount": Money.rounded(exact, row["currency"]).amount,
    }


def sum_of_lines(row: Row) -> Row:
    """A total is the sum of the lines as they are printed."""
    lines = [Money.rounded(Decimal(line), row["currency"]) for line in row["lines"]]
    return {"total": Money.total(lines, row["currency"]).amount}


def invoice_total(row: Row) -> Row:
    """The sum of prorated lines."""
    lines = [
        prorate(money(row, line["price"]), Fraction(line["days"], line["days_in_period"]))
        for line in row["lines"]
    ]
    return {"total": Money.total(lines, row["currency"]).amount}


def percent_tax(row: Row) -> Row:
    """Tax of one rate."""
    return {"tax": money(row, row["taxable"]).percent(Decimal(row["rate"])).amount}


def percent_discount(row: Row) -> Row:
    """A percentage of a price, and what is left of it."""
    price = money(row, row["price"])
    discount = price.percent(Decimal(row["percent"]))
    return {"discount": discount.amount, "final": (price - discount).amount}


def prorated_with_tax(row: Row) -> Row:
    """Net and tax of a part of a period, each rounded once from the exact value."""
    exact = Fraction(row["price"]) * Fraction(row["days"], row["days_in_period"])
    net = Money.rounded(exact, row["currency"])
    tax = Money.rounded(exact * Fraction(row["tax_rate"]) / 100, row["currency"])
    return {"net": net.amount, "tax": tax.amount, "gross": (net + tax).amount}


def tax_rounding(row: Row) -> Row:
    """Net lines rounded, then the tax once on their sum."""
    one_line = len(row["lines"]) == 1
    if row["mode"] != "en16931" and not (one_line and row["mode"] == "round_per_line"):
        raise NotOurs(f"tax rounding {row['mode']}")
    lines = [
        Money.rounded(
            Fraction(line["unit"])
            * Fraction(line["qty"])
            * (1 - Fraction(line.get("discount", "0")) / 100),
            row["currency"],
        )
        for line in row["lines"]
    ]
    net = Money.total(lines, row["currency"])
    tax = net.percent(Decimal(row["rate"]))
    return {"net": net.amount, "tax": tax.amount, "gross": (net + tax).amount}


def treatment_named(name: str) -> TaxTreatment:
    """Our word for a treatment, from the word of the cases."""
    return _TREATMENTS[name]


def vat_treatment(row: Row) -> Row:
    """The row of the decision table."""
    domestic = row["seller_country"] == row["buyer_country"]
    if domestic and row["vat_check"] == "vies_unavailable":
        raise NotOurs("a domestic invoice that waits for the check of an id")
    decision = decide_tax(
        row["seller_country"],
        row["buyer_country"],
        row["vat_id"] or "",
        _VAT_CHECKS[row["vat_check"]],
        date(2026, 11, 22),
    )
    return {"treatment": decision.treatment}


def allocated(row: Row) -> Row:
    """An amount in parts."""
    if row["method"] != "largest_remainder":
        raise NotOurs(f"allocation by {row['method']}")
    weights = [Decimal(weight) for weight in row["weights"]]
    return {"parts": [part.amount for part in allocate(money(row, row["amount"]), weights)]}
