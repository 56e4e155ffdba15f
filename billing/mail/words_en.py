"""The words of the mails in English."""

from __future__ import annotations

from billing.catalogue.model import BillingCycle
from billing.mail.words import Words
from billing.mail.words_life_en import ENGLISH_LIFE
from billing.payments.model import PaymentKind
from billing.rating.tax import TaxTreatment

ENGLISH = Words(
    language="en",
    greeting="Hello {name},",
    confirmation_subject="Order confirmation {number}",
    confirmation_opening=(
        "Thank you for your order of {day}. We have accepted it, and you have instant access "
        "to everything you added."
    ),
    welcome_subject="Welcome to {product}: your trial has started",
    welcome_opening=(
        "Welcome to {product}. Your free trial began on {day}, and you have instant access."
    ),
    order_number="Order number",
    invoice_number="Invoice number",
    account="Account",
    order_heading="Your order",
    period="Billing period",
    period_value="{first} – {last}",
    seats="Number of user licences",
    other_noun=("user licence", "user licences"),
    plan_price="Plan price",
    plan_price_value="{seats} × {price} = {amount}",
    next_invoice="Next invoice (billing date)",
    cycles={BillingCycle.MONTHLY: "Monthly", BillingCycle.ANNUAL: "Annual"},
    sum_heading="Amount",
    net="Subtotal (net)",
    tax={
        TaxTreatment.DOMESTIC: "plus {rate} VAT",
        TaxTreatment.BUYERS_RATE: "VAT {country} {rate} (OSS)",
        TaxTreatment.UNDECIDED: "VAT {country} {rate} (provisional)",
    },
    tax_notes={
        TaxTreatment.REVERSE_CHARGE: "Reverse charge – VAT to be accounted for by the recipient",
        TaxTreatment.NOT_TAXABLE: (
            "Not subject to German VAT (place of supply: customer's country)"
        ),
    },
    credit="Account credit",
    total="Total due",
    payment_heading="Payment details",
    payment="Payment method",
    due_on="Payable by",
    payment_kinds={
        PaymentKind.SEPA: "SEPA direct debit",
        PaymentKind.INVOICE: "Invoice",
        PaymentKind.CARD: "Card",
    },
    buyers_vat_id="Your VAT number",
    sellers_vat_id="Our VAT number",
    invoice_waits=(
        "Your VAT number {vat_id} has not been checked with the authority yet. Your order is "
        "accepted; the invoice follows after the check. Once the number is confirmed, the VAT "
        "shown provisionally is dropped."
    ),
    trial_length="Length of the trial",
    trial_days=("{days} day", "{days} days"),
    trial_ends="Trial ends",
    last_day="Last day",
    trial_end=(
        "The trial ends by itself: nothing is charged at its end, and there is nothing to "
        "cancel. To keep {product}, choose “Subscribe Now” in the Billing Center before then."
    ),
    next_steps=(
        "What to do next: assign the new licences to your users so that they can sign in, in "
        "the Billing Center under “Assign licences”."
    ),
    next_steps_trial=(
        "What to do next: assign the trial's licences to your users so that they can sign in, "
        "in the Billing Center under “Assign licences”."
    ),
    sample_prices="All prices in this mail are sample prices.",
    closing="Kind regards",
    life=ENGLISH_LIFE,
)
