"""Payment methods and answers, as frozen values that never show a full number."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class PaymentKind(StrEnum):
    """The ways to pay."""

    SEPA = "sepa"
    INVOICE = "invoice"
    CARD = "card"


class DeclineReason(StrEnum):
    """Why a payment was declined, in the words of the gateways' documentation."""

    GENERIC_DECLINE = "generic_decline"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    LOST_CARD = "lost_card"
    STOLEN_CARD = "stolen_card"
    EXPIRED_CARD = "expired_card"
    INCORRECT_CVC = "incorrect_cvc"
    PROCESSING_ERROR = "processing_error"
    CARD_VELOCITY_EXCEEDED = "card_velocity_exceeded"
    AUTHENTICATION_REQUIRED = "authentication_required"
    ACCOUNT_LIMIT_EXCEEDED = "account_limit_exceeded"
    DEBIT_FAILED = "debit_failed"


@dataclass(frozen=True, slots=True)
class SepaDebit:
    """A direct debit mandate: what was typed, not yet checked."""

    iban: str = field(repr=False)
    holder: str


@dataclass(frozen=True, slots=True)
class OnInvoice:
    """Payment by bank transfer after the invoice."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card for the test gateway: what was typed, not yet checked. `expiry` is MM/YY."""

    number: str = field(repr=False)
    expiry: str
    cvc: str = field(repr=False)


PaymentInput = SepaDebit | OnInvoice | Card


@dataclass(frozen=True, slots=True)
class Iban:
    """A well-formed IBAN. `compact` is full and secret, `masked` for showing, `bank` may be ""."""

    compact: str = field(repr=False)
    masked: str
    bank: str
    bic: str


@dataclass(frozen=True, slots=True)
class CardSummary:
    """All that may be kept of a card."""

    brand: str
    last4: str
    expiry: str


@dataclass(frozen=True, slots=True)
class PaymentSummary:
    """How an order is paid, fit for showing: `label` is a masked IBAN or brand and last four."""

    kind: PaymentKind
    label: str = ""
    bank: str = ""


@dataclass(frozen=True, slots=True)
class StoredMethod:
    """Payment details that the gateway keeps: its `token` for them, and how to show them.

    `token` is "" for payment on invoice.
    """

    method_id: str
    token: str = field(repr=False)
    shown: PaymentSummary
