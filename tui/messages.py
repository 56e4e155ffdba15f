"""What screens tell the application. No screen knows what happens next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.first_messages import Request, SignInSubmitted, StepBack

if TYPE_CHECKING:
    from billing.payments.model import PaymentInput
    from tui.flow import Answer, Step

__all__ = [
    "ComparePlans",
    "EditLine",
    "InvoicePaymentSubmitted",
    "LicencesTicked",
    "NewSubscription",
    "OpenCart",
    "OpenCheckout",
    "OpenHome",
    "OpenLicences",
    "OrderSubmitted",
    "PayInvoice",
    "PaymentEntered",
    "RemoveLine",
    "ResendMail",
    "SignInSubmitted",
    "SignOut",
    "StepBack",
    "StepCompleted",
    "VatIdEntered",
]


class SignOut(Request):
    """Back to the login screen."""


@dataclass
class NewSubscription(Request):
    """„Neues Abonnement hinzufügen“; with a product, that product is already chosen."""

    product: str | None = None


@dataclass
class StepCompleted(Request):
    """A step was answered."""

    step: Step
    answer: Answer


class OpenHome(Request):
    """To the start page."""


class OpenCart(Request):
    """To the cart."""


class OpenCheckout(Request):
    """„Zur Kasse“."""


@dataclass
class EditLine(Request):
    """„Bestellung ändern“; without a line, the only one or a choice among several."""

    line_id: str | None = None


@dataclass
class RemoveLine(Request):
    """Take a line out of the cart; the application asks first."""

    line_id: str


@dataclass
class VatIdEntered(Request):
    """The VAT id at the Kasse was entered or changed; "" means none."""

    text: str


@dataclass
class OrderSubmitted(Request):
    """„Bestellung aufgeben“."""

    payment: PaymentInput
    vat_id: str


class ResendMail(Request):
    """„Erneut senden“: the mail of the order shown could not be delivered."""


@dataclass
class PayInvoice(Request):
    """„Offene Rechnung bezahlen“: to the page for it."""

    invoice_id: str


@dataclass
class InvoicePaymentSubmitted(Request):
    """„Jetzt bezahlen“ for the invoice shown."""

    payment: PaymentInput


@dataclass
class OpenLicences(Request):
    """„Lizenzen zuweisen“."""

    subscription_id: str | None = None


@dataclass
class LicencesTicked(Request):
    """The ticks of a user were saved; they replace that user's products."""

    user_id: str
    subscriptions: frozenset[str]


class ComparePlans(Request):
    """„Pläne vergleichen“ for the product at hand."""


@dataclass
class PaymentEntered(Request):
    """Payment details were typed and may be checked for form."""

    payment: PaymentInput
