"""The words of the mails, one set a language; a {name} stands for what belongs there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing.catalogue.model import BillingCycle
    from billing.mail.words_life import LifeWords
    from billing.payments.model import PaymentKind
    from billing.rating.tax import TaxTreatment


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that the mails say in one language."""

    language: str
    greeting: str
    confirmation_subject: str
    confirmation_opening: str
    welcome_subject: str
    welcome_opening: str
    order_number: str
    invoice_number: str
    account: str
    order_heading: str
    period: str
    period_value: str
    seats: str
    other_noun: tuple[str, str]
    plan_price: str
    plan_price_value: str
    next_invoice: str
    cycles: Mapping[BillingCycle, str]
    sum_heading: str
    net: str
    tax: Mapping[TaxTreatment, str]
    tax_notes: Mapping[TaxTreatment, str]
    credit: str
    total: str
    payment_heading: str
    payment: str
    due_on: str
    payment_kinds: Mapping[PaymentKind, str]
    buyers_vat_id: str
    sellers_vat_id: str
    invoice_waits: str
    trial_length: str
    trial_days: tuple[str, str]
    trial_ends: str
    last_day: str
    trial_end: str
    next_steps: str
    next_steps_trial: str
    sample_prices: str
    closing: str
    life: LifeWords
