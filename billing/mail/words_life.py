"""The words of the mails about changes, invoices and what happens to a subscription."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Opening:
    """How a letter begins; a {name} stands for what belongs there."""

    subject: str
    opening: str


@dataclass(frozen=True, slots=True)
class LifeWords:
    """What these mails say in one language."""

    change: Opening
    cancellation: Opening
    undone: Opening
    trial_reminder: Opening
    trial_ended: Opening
    renewal: Opening
    payment_failed: Opening
    suspended: Opening
    recovered: Opening
    invoice: Opening

    subscription: str
    change_heading: str
    old_plan: str
    new_plan: str
    old_billing_date: str
    new_billing_date: str
    credit_heading: str
    unused_days: str
    days_of: str
    credited: str
    correction: str
    credit_left: str

    invoice_heading: str
    vat_id_confirmed: str
    vat_id_refuted: str
    please_transfer: str
    collected: str
    covered_by_credit: str

    cancelled_to: str
    until_cancelled: str
    undo_cancellation: str
    licences_stay: str
    buy_after_trial: str

    next_try: str
    access_until: str
    before_next_try: str
    after_last_try: str
    not_tried: str
    while_suspended: str
    ends_unpaid: str
    suspension_ends: str
    access_again: str
