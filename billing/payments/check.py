"""Payment details as typed, checked for form without any network, and summed up for showing."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.errors import Field, Flaw, InvalidInput
from billing.payments.cards import CheckedCard, card_flaws, check_card
from billing.payments.iban import check_debit_iban
from billing.payments.model import Card, OnInvoice, PaymentKind, PaymentSummary, SepaDebit
from billing.payments.typed import flaws, trimmed

if TYPE_CHECKING:
    from datetime import date

    from billing.payments.model import Iban, PaymentInput

# The field for the debtor's name in SEPA messages has 70 characters.
_LONGEST_HOLDER = 70


@dataclass(frozen=True, slots=True)
class CheckedMandate:
    """A direct debit mandate that passed every check; the full IBAN never shows."""

    iban: Iban
    holder: str


CheckedPayment = CheckedMandate | OnInvoice | CheckedCard


def check_payment(payment: PaymentInput, today: date) -> CheckedPayment:
    """The payment details in checked form.

    Raises:
        InvalidInput: as `check_debit_iban` and `check_card`; for the holder of a mandate MISSING,
            TOO_LONG (fact `longest`) or WRONG_FORMAT (control or invisible characters).
    """
    match payment:
        case SepaDebit():
            iban = check_debit_iban(payment.iban)
            return CheckedMandate(iban=iban, holder=_check_holder(payment.holder))
        case Card():
            return check_card(payment, today)
        case OnInvoice():
            return payment


def payment_flaws(payment: PaymentInput, today: date) -> tuple[InvalidInput, ...]:
    """What is wrong with each field, in their order; `check_payment` raises the first."""
    match payment:
        case SepaDebit(iban=iban, holder=holder):
            return flaws(lambda: check_debit_iban(iban), lambda: _check_holder(holder))
        case Card():
            return card_flaws(payment, today)
        case OnInvoice():
            return ()


def summary(checked: CheckedPayment) -> PaymentSummary:
    """What may be shown, stored and mailed of checked payment details."""
    match checked:
        case CheckedMandate():
            return PaymentSummary(PaymentKind.SEPA, checked.iban.masked, checked.iban.bank)
        case CheckedCard():
            card = checked.summary
            return PaymentSummary(PaymentKind.CARD, f"{card.brand} •••• {card.last4}")
        case OnInvoice():
            return PaymentSummary(PaymentKind.INVOICE)


def _check_holder(text: str) -> str:
    holder = trimmed(text, Field.HOLDER, _LONGEST_HOLDER)
    if not all(_may_stand_in_name(character) for character in holder):
        raise InvalidInput(Field.HOLDER, Flaw.WRONG_FORMAT)
    return holder


def _may_stand_in_name(character: str) -> bool:
    return character.isprintable() or unicodedata.category(character) == "Zs"
