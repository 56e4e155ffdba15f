"""The operations of `rating_cases.json` that this product has, by their names there.

An operation takes a case's input and answers what the case's `expected` may ask for. `NotOurs` is
raised for what follows another convention than this product's; the row is skipped by that name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.rating import case_amounts, case_dates, case_trials

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tests.unit.rating.case_rows import Row

OPERATIONS: dict[str, Callable[[Row], dict[str, Any]]] = {
    "add_months": case_dates.months_added,
    "add_periods": case_dates.add_periods,
    "allocate": case_amounts.allocated,
    "anchor_day_in_timezone": case_dates.anchor_day,
    "billing_cycles": case_dates.billing_cycles,
    "cap_credit": case_amounts.credit_cap,
    "first_billing_date": case_dates.first_billing_date,
    "invoice_total": case_amounts.invoice_total,
    "is_billing_day": case_dates.is_billing_day,
    "local_days_between": case_dates.local_days_between,
    "next_billing_date": case_dates.next_billing_date,
    "next_on_anchor_day": case_dates.next_billing_date,
    "percent_discount": case_amounts.percent_discount,
    "percent_tax": case_amounts.percent_tax,
    "period_containing": case_dates.containing,
    "period_ending_before": case_dates.ending_before,
    "period_length_containing": case_dates.containing,
    "period_starting_on": case_dates.starting_on,
    "plan_change": case_amounts.change,
    "plan_change_dates": case_amounts.change_dates,
    "plan_change_ratio": case_amounts.change_ratio,
    "prorated_amount": case_amounts.prorated_amount,
    "prorated_with_tax": case_amounts.prorated_with_tax,
    "proration_ratio": case_dates.proration_ratio,
    "round": case_amounts.rounded,
    "round_product": case_amounts.round_product,
    "schedule": case_dates.schedule,
    "sum_of_rounded_lines": case_amounts.sum_of_lines,
    "tax_rounding_mode": case_amounts.tax_rounding,
    "trial_eligible": case_trials.eligible,
    "trial_end_status": case_trials.end_status,
    "trial_next_billing": case_dates.trial_then_paid,
    "trial_reminder": case_dates.trial_reminder,
    "trial_then_recurring": case_dates.trial_then_paid,
    "vat_treatment": case_amounts.vat_treatment,
}
