"""What screens tell the application. No screen knows what happens next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from billing.payments.model import PaymentInput
    from tui.flow import Answer, Step


class FirstFocus(Message):
    """The login page has its focus; keys can be meant for it."""


@dataclass
class SignInSubmitted(Message):
    """Mail and password were entered."""

    mail: str
    password: str


class SignOut(Message):
    """Back to the login screen."""


@dataclass
class NewSubscription(Message):
    """„Neues Abonnement hinzufügen“; with a product, that product is already chosen."""

    product: str | None = None


class ResumeDraft(Message):
    """Go on where the stored draft stood."""


class DiscardDraft(Message):
    """Throw the stored draft away."""


@dataclass
class StepCompleted(Message):
    """A step was answered."""

    step: Step
    answer: Answer


class StepBack(Message):
    """One step back, whatever the screen."""


class OpenHome(Message):
    """To the start page."""


class OpenCart(Message):
    """To the cart."""


class OpenCheckout(Message):
    """„Zur Kasse“."""


@dataclass
class EditLine(Message):
    """„Bestellung ändern“; without a line, the only one or a choice among several."""

    line_id: str | None = None


@dataclass
class RemoveLine(Message):
    """Take a line out of the cart; the application asks first."""

    line_id: str


@dataclass
class VatIdEntered(Message):
    """The VAT id at the Kasse was entered or changed; "" means none."""

    text: str


@dataclass
class OrderSubmitted(Message):
    """„Bestellung aufgeben“."""

    payment: PaymentInput
    vat_id: str


class ResendMail(Message):
    """„Erneut senden“: the mail of the order shown could not be delivered."""


@dataclass
class PayInvoice(Message):
    """„Offene Rechnung bezahlen“: to the page for it."""

    invoice_id: str


@dataclass
class InvoicePaymentSubmitted(Message):
    """„Jetzt bezahlen“ for the invoice shown."""

    payment: PaymentInput


@dataclass
class OpenLicences(Message):
    """„Lizenzen zuweisen“."""

    subscription_id: str | None = None


@dataclass
class LicencesTicked(Message):
    """The ticks of a user were saved; they replace that user's products."""

    user_id: str
    subscriptions: frozenset[str]


class ComparePlans(Message):
    """„Pläne vergleichen“ for the product at hand."""


@dataclass
class PaymentEntered(Message):
    """Payment details were typed and may be checked for form."""

    payment: PaymentInput
