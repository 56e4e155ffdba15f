"""Draft, cart, checkout and order as the screens see them, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from billing.accounts.model import VatIdState
    from billing.catalogue.model import BillingCycle, Offer, Product
    from billing.errors import Problem
    from billing.invoicing.model import Invoice
    from billing.payments.model import PaymentInput, PaymentSummary
    from billing.rating.change import ChangeQuote
    from billing.rating.money import Money
    from billing.rating.quote import Quote
    from billing.subscriptions.model import Subscription


@dataclass(frozen=True, slots=True)
class Draft:
    """The answers given so far; None is a question still open.

    `line_id` names the cart line that is being changed. `key` is the idempotency key of the trial
    that this draft may start.
    """

    draft_id: str
    key: str
    product: str | None = None
    offer: Offer | None = None
    tier: str | None = None
    seats: int | None = None
    cycle: BillingCycle | None = None
    line_id: str | None = None


class Place(StrEnum):
    """Where the user stands beside the steps of the flow; stored, so values never change."""

    CART = "cart"
    CHECKOUT = "checkout"


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft as last stored; `place` is a step of the flow or a Place."""

    draft: Draft
    place: str


@dataclass(frozen=True, slots=True)
class Selection:
    """A complete answer: what goes into the cart."""

    product: str
    tier: str
    seats: int
    cycle: BillingCycle


@dataclass(frozen=True, slots=True)
class CartLine:
    """A line of the cart; `price_seen` is the unit price shown when it was put there."""

    line_id: str
    selection: Selection
    price_seen: Money


@dataclass(frozen=True, slots=True)
class Cart:
    """The account's cart. `version` counts every change; `key` is the checkout's, once opened."""

    version: int
    lines: tuple[CartLine, ...]
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Availability:
    """What an account may do with a product; a Problem says why not."""

    product: Product
    buy: Problem | None
    trial: Problem | None
    held: Subscription | None = None
    trial_used_on: date | None = None


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A unit price that is another than the one seen when the line was put into the cart."""

    line_id: str
    old: Money
    new: Money


@dataclass(frozen=True, slots=True)
class Checkout:
    """All that the Kasse shows. `vat_id` is the normalised id the quote reckons with, or "".

    `to_confirm` is the number of the order under this key that waits until the buyer confirms its
    payment at the bank, or "".
    """

    key: str
    cart: Cart
    quote: Quote
    vat_id: str
    vat_id_state: VatIdState
    price_changes: tuple[PriceChange, ...]
    to_confirm: str = ""


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What „Bestellung aufgeben“ sends: the checkout that was seen, and how to pay."""

    key: str
    cart_version: int
    quote: Quote
    vat_id: str
    payment: PaymentInput


@dataclass(frozen=True, slots=True)
class Change:
    """What a running subscription is to be from today; what stays is given as it is."""

    tier: str
    seats: int
    cycle: BillingCycle


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """A change to be ordered: the subscription's version and the quote that were seen.

    `payment` None pays as the account's newest order was paid. `key` is the idempotency key.
    """

    key: str
    subscription_id: str
    version: int
    change: Change
    quote: ChangeQuote
    payment: PaymentInput | None = None


class MailState(StrEnum):
    """What is true about a mail."""

    SENT = "sent"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """A line of an order that was placed, with the subscription it gave."""

    subscription_id: str
    product: str
    tier: str
    seats: int
    offer: Offer
    cycle: BillingCycle | None
    amount: Money
    renews_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An order that was placed. `payment` is None for a trial; `replayed`: it stood already."""

    order_id: str
    order_number: str
    lines: tuple[OrderedLine, ...]
    total: Money
    payment: PaymentSummary | None
    vat_id_state: VatIdState
    mail_to: str
    mail_state: MailState
    invoice_waits: bool
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class DueInvoice:
    """An invoice whose payment failed, and the key under which it is paid now.

    `begun`: a payment under this key waits already, for the bank or for the buyer at the bank.
    """

    invoice: Invoice
    key: str
    begun: bool


@dataclass(frozen=True, slots=True)
class Home:
    """All that the start page shows. `unpaid` are the invoices that can be paid now."""

    today: date
    subscriptions: tuple[Subscription, ...]
    cart: Cart
    draft: StoredDraft | None
    credit_balance: Money
    unpaid: tuple[Invoice, ...] = ()
