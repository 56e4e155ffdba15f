"""What happens to a subscription, in English."""

from __future__ import annotations

from billing.mail.words_life import LifeWords, Opening

ENGLISH_LIFE = LifeWords(
    change=Opening(
        "Change confirmation {number}",
        "Your change of {day} has been made and takes effect at once. A new billing period began "
        "on that day, and the billing date moves with it.",
    ),
    cancellation=Opening(
        "Cancellation confirmed: {product}",
        "We confirm your cancellation of {day}.",
    ),
    undone=Opening(
        "Cancellation undone: {product}",
        "Your cancellation was undone on {day}. The subscription goes on unchanged.",
    ),
    trial_reminder=Opening(
        "Your trial of {product} ends soon",
        "Your free trial of {product} ends on {day}.",
    ),
    trial_ended=Opening(
        "Your trial of {product} has ended",
        "Your free trial of {product} ended on {day}. Nothing was charged.",
    ),
    renewal=Opening(
        "Invoice {number}: {product} renewed",
        "Your subscription {product} has been renewed. We issued invoice {number} for it on {day}.",
    ),
    payment_failed=Opening(
        "Payment failed: {product}",
        "The payment for your subscription {product} has failed.",
    ),
    suspended=Opening(
        "Access suspended: {product}",
        "The last attempt to collect the payment for your subscription {product} has failed too. "
        "Access has been suspended since {day}.",
    ),
    recovered=Opening(
        "Payment accepted: {product}",
        "Thank you: the open payment for your subscription {product} was accepted. The "
        "subscription goes on.",
    ),
    invoice=Opening(
        "Invoice {number}",
        "We have now issued invoice {number} for your order {order} of {day}.",
    ),
    subscription="Subscription",
    change_heading="Your change",
    old_plan="Until now",
    new_plan="New",
    old_billing_date="Old billing date",
    new_billing_date="New billing date",
    credit_heading="Credit from the old billing period",
    unused_days="Unused days",
    days_of="{unused} of {days}",
    credited="Credit for them",
    correction="Invoice correction",
    credit_left=(
        "Of this, {amount} stays on your account as credit. Your next order uses it; it is not "
        "paid out."
    ),
    invoice_heading="Your invoice",
    vat_id_confirmed=(
        "Your VAT number {vat_id} has been confirmed. The VAT shown provisionally is dropped."
    ),
    vat_id_refuted=(
        "The authority did not confirm your VAT number {vat_id}. The invoice therefore includes "
        "VAT."
    ),
    please_transfer="Please transfer {amount} by {day} and quote the invoice number {number}.",
    collected=(
        "The amount is collected by the payment method named above. There is nothing for you to do."
    ),
    covered_by_credit="Your account credit covers the whole amount. There is nothing to pay.",
    cancelled_to="Cancelled to",
    until_cancelled=(
        "Until the last day you use {product} as before. After it, access ends and nothing more "
        "is charged."
    ),
    undo_cancellation=(
        "Up to and including {day} you can undo the cancellation in the Billing Center; the "
        "subscription then goes on unchanged."
    ),
    licences_stay="Licences that are assigned stay with their users when you do.",
    buy_after_trial=(
        "To go on using {product}, choose “Add New Subscription” in the Billing Center and then "
        "“Buy”."
    ),
    next_try="Next attempt",
    access_until="Access at least until",
    before_next_try=(
        "We will try again on {day}. Please make sure that the payment succeeds then: with enough "
        "money in the account, or a card that is valid and not blocked. If you have questions, "
        "write to {mail}."
    ),
    after_last_try=(
        "Your users keep their access until the last attempt on {day}. If that fails too, access "
        "is suspended."
    ),
    not_tried=(
        "The amount is still open and will not be collected again by itself. Please write to "
        "{mail} how you would like to settle it."
    ),
    while_suspended=(
        "Your users have no access at present; their licences stay assigned to them. Access is "
        "open again as soon as the open amount is paid. Please write to {mail} about it."
    ),
    ends_unpaid="Unpaid, it ends on",
    suspension_ends="If it is not paid by {day}, the subscription ends on that day.",
    access_again="Access is open again, and the licences are assigned as before.",
)
