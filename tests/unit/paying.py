"""Payments to ask the test gateway for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from billing.payments.check import CheckedPayment, check_payment, summary
from billing.payments.model import Card, SepaDebit, StoredMethod
from billing.rating.money import Money

if TYPE_CHECKING:
    from billing.payments.gateway import GatewayAnswer, PaymentGateway

TODAY = date(2026, 11, 22)
AMOUNT = Money(Decimal("14208.60"), "EUR")
VISA = "4242424242424242"
IBAN = "DE89370400440532013000"


def card(number: str = VISA, expiry: str = "12/30") -> CheckedPayment:
    maestro = number.startswith(("50", "67")) and not number.startswith("5019")
    cvc = "1234" if number.startswith("3") and len(number) == 15 else "" if maestro else "123"
    return check_payment(Card(number, expiry, cvc), TODAY)


def debit(iban: str = IBAN, holder: str = "Anna Muster") -> CheckedPayment:
    return check_payment(SepaDebit(iban, holder), TODAY)


def stored(payment: CheckedPayment, answer: GatewayAnswer) -> StoredMethod:
    """What may be charged later after a payment was answered."""
    return StoredMethod("method-1", answer.token, summary(payment))


def authorise(
    gateway: PaymentGateway,
    payment: CheckedPayment | StoredMethod,
    *,
    key: str = "key-1",
    amount: Money = AMOUNT,
    capture: bool = True,
) -> GatewayAnswer:
    return gateway.authorise(key=key, amount=amount, payment=payment, capture=capture)
