"""Everything the service refuses, as a small tree with codes; the screens make sentences of it.

BillingError
├── SignInRefused           wrong mail or password (never says which)
│   └── NobodyYet           … and there is no account at all
├── SignInBlocked           too many failures: wait `seconds`
├── NotAllowed              the contact or the account may not order: `entry` says why
├── Refused                 a rule says no: `problem` names it
├── InvalidInput            one field is wrong: `field`, `flaw`
├── PriceChanged            the quote shown no longer holds: `old`, `new`
├── CartChanged             another session changed the cart: `cart`
├── OrderConflict           the key belongs to another, finished order: `order_number`
├── PaymentDeclined         the gateway said no: `reason`
├── PaymentUnknown          the gateway did not answer: the order stands, `order_number`
├── PaymentActionNeeded     the bank asks the buyer first: the order stands, `address`
├── IllegalTransition       a subscription cannot go that way: `state`, `event`
├── DocumentInvalid         a file is wrong: `flaws`
│   └── CatalogueInvalid    … a catalogue
└── DatabaseUnavailable     the database cannot be used: `cause`, `place`
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing.accounts.model import Entry
    from billing.ordering.model import Cart
    from billing.payments.model import DeclineReason
    from billing.rating.change import ChangeQuote
    from billing.rating.quote import Quote
    from billing.subscriptions.model import EventKind, SubscriptionState


Shown = TypeVar("Shown", bound="Quote | ChangeQuote")


class Problem(StrEnum):
    """Why something cannot be bought or done; `Refused.facts` holds the numbers and names."""

    UNKNOWN_PRODUCT = "unknown_product"
    UNKNOWN_TIER = "unknown_tier"
    NO_LONGER_SOLD = "no_longer_sold"
    NOT_SOLD_IN_CURRENCY = "not_sold_in_currency"
    ALREADY_SUBSCRIBED = "already_subscribed"
    ALREADY_IN_CART = "already_in_cart"
    NO_TRIAL = "no_trial"
    TRIAL_USED = "trial_used"
    SEATS_BELOW_MINIMUM = "seats_below_minimum"
    SEATS_ABOVE_MAXIMUM = "seats_above_maximum"
    CART_EMPTY = "cart_empty"
    LINE_GONE = "line_gone"
    NO_FREE_LICENCE = "no_free_licence"
    UNKNOWN_USER = "unknown_user"
    SUBSCRIPTION_NOT_ACTIVE = "subscription_not_active"
    ON_TRIAL = "on_trial"
    UNKNOWN_SUBSCRIPTION = "unknown_subscription"
    CANCELLATION_PENDING = "cancellation_pending"
    NOT_CANCELLING = "not_cancelling"
    PAYMENT_OPEN = "payment_open"
    TAX_PENDING = "tax_pending"
    NOTHING_CHANGES = "nothing_changes"
    NOTHING_TO_PAY = "nothing_to_pay"
    SEATS_ASSIGNED = "seats_assigned"
    SUBSCRIPTION_CHANGED = "subscription_changed"
    NO_PAYMENT_METHOD = "no_payment_method"
    SEPA_IN_EURO_ONLY = "sepa_in_euro_only"
    UNKNOWN_PAYMENT = "unknown_payment"
    NOTHING_TO_CONFIRM = "nothing_to_confirm"
    CONFIRMED_ELSEWHERE = "confirmed_elsewhere"
    UNKNOWN_INVOICE = "unknown_invoice"
    PAYMENT_UNDER_WAY = "payment_under_way"
    UNKNOWN_CONTACT = "unknown_contact"
    MAIL_TAKEN = "mail_taken"
    UNKNOWN_KEY = "unknown_key"
    KEY_REGISTERED = "key_registered"
    KEY_OF_ANOTHER = "key_of_another"
    TOO_MANY_KEYS = "too_many_keys"


class Field(StrEnum):
    """The input that a flaw belongs to."""

    MAIL = "mail"
    IBAN = "iban"
    HOLDER = "holder"
    VAT_ID = "vat_id"
    CARD_NUMBER = "card_number"
    CARD_EXPIRY = "card_expiry"
    CARD_CVC = "card_cvc"
    PUBLIC_KEY = "public_key"
    PASSWORD = "password"  # noqa: S105 - the name of a field


class Flaw(StrEnum):
    """What is wrong with an input."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    UNKNOWN_COUNTRY = "unknown_country"
    OTHER_COUNTRY = "other_country"
    NOT_EU = "not_eu"
    WRONG_LENGTH = "wrong_length"
    WRONG_FORMAT = "wrong_format"
    WRONG_CHECKSUM = "wrong_checksum"
    EXPIRED = "expired"
    TOO_FAR_AHEAD = "too_far_ahead"
    NOT_A_TEST_CARD = "not_a_test_card"
    NOT_SUPPORTED = "not_supported"
    SEVERAL_LINES = "several_lines"
    HAS_OPTIONS = "has_options"
    PRIVATE_KEY = "private_key"
    TOO_WEAK = "too_weak"


class StorageCause(StrEnum):
    """Why a database cannot be used."""

    LOCKED = "locked"
    READ_ONLY = "read_only"
    MISSING_FOLDER = "missing_folder"
    NEWER_VERSION = "newer_version"
    NOT_A_DATABASE = "not_a_database"
    DISK_FULL = "disk_full"
    UNREACHABLE = "unreachable"
    CONNECTION_LOST = "connection_lost"
    NO_DRIVER = "no_driver"


class BillingError(Exception):
    """The root of everything this package raises on purpose."""


class SignInRefused(BillingError):
    """The mail is unknown or the password is wrong; which of the two is never told."""


class NobodyYet(SignInRefused):
    """Nobody can sign in: no account was opened yet."""


class SignInBlocked(BillingError):
    """Too many failures for this mail; try again after `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"blocked for {seconds} seconds")
        self.seconds = seconds


class NotAllowed(BillingError):
    """The signed-in contact or its account may not order; `entry` says why and who may."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry.kind)
        self.entry = entry


class Refused(BillingError):
    """A rule of the business forbids it; `facts` holds what a sentence about it needs."""

    def __init__(self, problem: Problem, **facts: object) -> None:
        super().__init__(problem)
        self.problem = problem
        self.facts: Mapping[str, object] = facts


class InvalidInput(BillingError):
    """An input is wrong; the message never contains the input."""

    def __init__(self, field: Field, flaw: Flaw, **facts: object) -> None:
        super().__init__(f"{field}: {flaw}")
        self.field = field
        self.flaw = flaw
        self.facts: Mapping[str, object] = facts


class PriceChanged(BillingError, Generic[Shown]):
    """Re-pricing under the lock gave another quote, of an order or a change, than the one shown."""

    def __init__(self, old: Shown, new: Shown) -> None:
        super().__init__("price changed")
        self.old = old
        self.new = new


class CartChanged(BillingError):
    """Another session changed the cart since it was read; `cart` is how it is now."""

    def __init__(self, cart: Cart) -> None:
        super().__init__("cart changed")
        self.cart = cart


class OrderConflict(BillingError):
    """The idempotency key was used for another order (I6): nothing was ordered now."""

    def __init__(self, order_number: str) -> None:
        super().__init__(f"key belongs to {order_number}")
        self.order_number = order_number


class PaymentDeclined(BillingError):
    """The payment was declined; nothing was charged and the cart is as it was."""

    def __init__(self, reason: DeclineReason) -> None:
        super().__init__(reason)
        self.reason = reason


class PaymentUnknown(BillingError):
    """The gateway gave no answer; the order stands and its payment will be asked again."""

    def __init__(self, order_number: str) -> None:
        super().__init__(f"payment of {order_number} unknown")
        self.order_number = order_number


class PaymentActionNeeded(BillingError):
    """The bank asks the buyer to confirm at `address`; the same request again goes on after it."""

    def __init__(self, order_number: str, address: str) -> None:
        super().__init__(f"payment of {order_number} waits for the buyer")
        self.order_number = order_number
        self.address = address


class IllegalTransition(BillingError):
    """A subscription in this state cannot meet this event; nothing was changed."""

    def __init__(self, state: SubscriptionState | None, event: EventKind) -> None:
        super().__init__(f"{event} in {state or 'no'} state")
        self.state = state
        self.event = event


class DocumentInvalid(BillingError):
    """A file of somebody's is wrong; each flaw is (key path, what is wrong), `place` it or ""."""

    def __init__(self, flaws: tuple[tuple[str, str], ...], *, place: str = "") -> None:
        super().__init__(f"{len(flaws)} flaws")
        self.flaws = flaws
        self.place = place


class CatalogueInvalid(DocumentInvalid):
    """The file is a catalogue."""


class DatabaseUnavailable(BillingError):
    """The database cannot be used now; `place` is its path or address without a password."""

    def __init__(self, cause: StorageCause, place: str) -> None:
        super().__init__(f"{cause}: {place}")
        self.cause = cause
        self.place = place
