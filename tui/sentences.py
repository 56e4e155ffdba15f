"""Every refusal of the service as a sentence that says what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.accounts.model import Entry, EntryKind
from billing.catalogue.model import SeatNoun
from billing.errors import (
    BillingError,
    CartChanged,
    CatalogueInvalid,
    DatabaseUnavailable,
    Field,
    Flaw,
    InvalidInput,
    NobodyYet,
    NotAllowed,
    OrderConflict,
    PaymentActionNeeded,
    PaymentDeclined,
    PaymentUnknown,
    PriceChanged,
    Problem,
    Refused,
    SignInBlocked,
    SignInRefused,
    StorageCause,
)
from billing.payments.model import DeclineReason
from tui.audience import speaks_to_guests
from tui.formats import day, money, number
from tui.i18n import N_, _, ngettext, own

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing.rating.money import Money

FLAWS_SHOWN = 3
"""How many flaws of a catalogue a sentence names; `catalogue check` names all."""

_REFUSALS: dict[type[BillingError], str] = {
    SignInRefused: N_("Mail or password is not right. Please try again."),
    NobodyYet: N_(
        "There is no account here yet. billing-center account open FILE opens one; "
        "billing-center demo shows sample data."
    ),
    CartChanged: N_(
        "The cart was changed in another session. It is shown as it is now; please check it."
    ),
    OrderConflict: N_("This order was already placed as {order_number}; it was not placed again."),
    PaymentUnknown: N_(
        "The payment service has not answered. Order {order_number} is kept and nothing is "
        "charged twice. Press the button again to ask once more."
    ),
    PaymentActionNeeded: N_(
        "Your bank asks you to confirm the payment of order {order_number}: {address}. "
        "Nothing is charged before. Press the button again when you have confirmed."
    ),
}

_PROBLEMS = {
    Problem.UNKNOWN_PRODUCT: N_("There is no product {product}. Products: {known}"),
    Problem.UNKNOWN_TIER: N_("{product} has no plan tier {tier}. Plan tiers: {known}"),
    Problem.NO_LONGER_SOLD: N_(
        "{product} is no longer sold as it is in your cart. Please change that line or remove it."
    ),
    Problem.NOT_SOLD_IN_CURRENCY: N_("Not sold in {currency}. Please choose another product."),
    Problem.ALREADY_SUBSCRIBED: N_(
        "Your account already has {product}. Free licences are assigned on the start page."
    ),
    Problem.ALREADY_IN_CART: N_("{product} is already in the cart. Change that line instead."),
    Problem.NO_TRIAL: N_("There is no free trial of {product}. You can buy it."),
    Problem.TRIAL_USED: N_(
        "Your account has already used its free trial of {product}. You can buy it."
    ),
    Problem.CART_EMPTY: N_("The cart is empty. Please choose a product first."),
    Problem.LINE_GONE: N_("This line is no longer in the cart."),
    Problem.NO_FREE_LICENCE: N_(
        "No licence of {product} is free: all {seats} are assigned. "
        "Take one from another user or add licences."
    ),
    Problem.UNKNOWN_USER: N_("This user no longer exists."),
    Problem.SUBSCRIPTION_NOT_ACTIVE: N_("{product} is no longer active."),
    Problem.ON_TRIAL: N_(
        "{product} is a free trial. It ends by itself and costs nothing; to keep it, buy it."
    ),
    Problem.UNKNOWN_SUBSCRIPTION: N_("This subscription no longer exists."),
    Problem.CANCELLATION_PENDING: N_(
        "{product} is cancelled already. Undo the cancellation before you change it."
    ),
    Problem.NOT_CANCELLING: N_("{product} is not cancelled; there is nothing to undo."),
    Problem.PAYMENT_OPEN: N_("A payment for {product} is still open. Please settle it first."),
    Problem.TAX_PENDING: N_(
        "The invoice of {product} waits until your VAT number is checked. "
        "It can be changed after that."
    ),
    Problem.NOTHING_CHANGES: N_("{product} is just so already; nothing would change."),
    Problem.NOTHING_TO_PAY: N_("This invoice is paid; there is nothing left to pay."),
    Problem.UNKNOWN_PAYMENT: N_("This account made no such payment."),
    Problem.NOTHING_TO_CONFIRM: N_("No payment of this order waits for you."),
    Problem.CONFIRMED_ELSEWHERE: N_("This payment is confirmed on the page of your bank."),
    Problem.SEATS_ASSIGNED: N_(
        "{assigned} licences of {product} are assigned. Take some back before there are fewer."
    ),
    Problem.SUBSCRIPTION_CHANGED: N_(
        "{product} was changed meanwhile. Please look at it again; nothing was ordered."
    ),
    Problem.UNKNOWN_INVOICE: N_("This account has no invoice with this number."),
    Problem.PAYMENT_UNDER_WAY: N_(
        "A payment of {number} is under way. Record a transfer only after it has failed."
    ),
    Problem.UNKNOWN_CONTACT: N_("There is no contact with this mail address."),
    Problem.MAIL_TAKEN: N_("{mail} can sign in to an account already; nothing was opened."),
    Problem.UNKNOWN_KEY: N_("This contact has no such key."),
    Problem.KEY_REGISTERED: N_("This key is registered for this contact already."),
    Problem.KEY_OF_ANOTHER: N_("This key belongs to another contact already."),
    Problem.TOO_MANY_KEYS: N_(
        "This contact has {most} keys already. Remove one that is not used any more."
    ),
    Problem.SEPA_IN_EURO_ONLY: N_(
        "SEPA direct debits are in euro only, this account is billed in {currency}. "
        "Please choose another way."
    ),
    Problem.NO_PAYMENT_METHOD: N_("Please give payment details first; none are stored yet."),
}

_FLAWS: dict[tuple[Field, Flaw | None], str] = {
    (Field.MAIL, None): N_("Please enter your mail address."),
    (Field.HOLDER, None): N_("Please enter the account holder's name."),
    (Field.VAT_ID, Flaw.MISSING): N_("Please enter a VAT number or leave the field empty."),
    (Field.VAT_ID, Flaw.OTHER_COUNTRY): N_(
        "This VAT number belongs to {country}, your account is in {expected}. "
        "Please enter the number from {expected}, or none."
    ),
    (Field.VAT_ID, Flaw.NOT_EU): N_(
        "This is not a VAT number of an EU country. It begins with the country: {example}"
    ),
    (Field.VAT_ID, Flaw.UNKNOWN_COUNTRY): N_(
        "This is not a VAT number of an EU country. It begins with the country: {example}"
    ),
    (Field.VAT_ID, Flaw.WRONG_CHECKSUM): N_(
        "The check digit of this VAT number is wrong. Is a digit mistyped?"
    ),
    (Field.VAT_ID, None): N_("This VAT number is not well-formed. One looks like this: {example}"),
    (Field.IBAN, Flaw.MISSING): N_("Please enter the IBAN, or choose another way to pay."),
    (Field.IBAN, Flaw.WRONG_CHECKSUM): N_(
        "The check digits of this IBAN are wrong. Is a digit mistyped?"
    ),
    (Field.IBAN, Flaw.WRONG_LENGTH): N_(
        "This IBAN has the wrong length. A German one has 22 characters."
    ),
    (Field.IBAN, Flaw.NOT_SUPPORTED): N_(
        "There is no SEPA direct debit from {country}. Please choose another way."
    ),
    (Field.IBAN, None): N_("This is not an IBAN. One looks like this: DE89 3704 0044 0532 0130 00"),
    (Field.CARD_NUMBER, Flaw.MISSING): N_("Please enter the card number."),
    (Field.CARD_NUMBER, Flaw.NOT_A_TEST_CARD): N_(
        "Only published test cards are taken here, such as 4242 4242 4242 4242. "
        "Please never enter a real card."
    ),
    (Field.CARD_NUMBER, Flaw.WRONG_CHECKSUM): N_(
        "This card number is mistyped: its check digit is wrong."
    ),
    (Field.CARD_NUMBER, None): N_("This is not a card number. Please check the digits."),
    (Field.CARD_EXPIRY, Flaw.EXPIRED): N_("This card has expired. Please use another one."),
    (Field.CARD_EXPIRY, Flaw.TOO_FAR_AHEAD): N_(
        "The expiry date is too far ahead. Please check it."
    ),
    (Field.CARD_EXPIRY, None): N_("Please enter the expiry date as MM/YY."),
    (Field.PUBLIC_KEY, Flaw.MISSING): N_("No key was given."),
    (Field.PUBLIC_KEY, Flaw.TOO_LONG): N_("This key or its comment is too long."),
    (Field.PUBLIC_KEY, Flaw.SEVERAL_LINES): N_(
        "These are several lines. A public key is a single one; please add one key at a time."
    ),
    (Field.PUBLIC_KEY, Flaw.HAS_OPTIONS): N_(
        "Options stand before this key. Please give the key alone, from its kind on."
    ),
    (Field.PUBLIC_KEY, Flaw.PRIVATE_KEY): N_(
        "This is a private key, which never leaves its owner. Please give the public one (.pub)."
    ),
    (Field.PUBLIC_KEY, Flaw.NOT_SUPPORTED): N_(
        "Keys of kind {kind} are not taken. Ed25519, ECDSA and RSA are, also on security keys."
    ),
    (Field.PUBLIC_KEY, Flaw.TOO_WEAK): N_(
        "This RSA key is too weak: it needs at least {bits} bits. An Ed25519 key is better."
    ),
    (Field.PUBLIC_KEY, None): N_(
        "This is not a public key. One looks like this: ssh-ed25519 AAAA… comment"
    ),
    (Field.PASSWORD, Flaw.TOO_SHORT): N_("A password has at least {least} characters."),
    (Field.PASSWORD, Flaw.TOO_LONG): N_("A password has at most {most} characters."),
    (Field.CARD_CVC, None): N_("Please check the security code: 3 digits, 4 on American Express."),
}

_DECLINED = N_("The card was declined.")
# Lost and stolen cards are missing here: whoever holds one is told no more than that.
_DECLINES = {
    DeclineReason.INSUFFICIENT_FUNDS: N_("The card was declined: insufficient funds."),
    DeclineReason.EXPIRED_CARD: N_("The card was declined: it has expired."),
    DeclineReason.INCORRECT_CVC: N_("The card was declined: the security code is wrong."),
    DeclineReason.PROCESSING_ERROR: N_("The payment could not be processed."),
    DeclineReason.CARD_VELOCITY_EXCEEDED: N_("The payment was declined: a limit was exceeded."),
    DeclineReason.ACCOUNT_LIMIT_EXCEEDED: N_("The payment was declined: a limit was exceeded."),
    DeclineReason.AUTHENTICATION_REQUIRED: N_(
        "The card asks for a confirmation that is not possible here."
    ),
    DeclineReason.DEBIT_FAILED: N_("This account cannot be debited."),
}

_CAUSES = {
    StorageCause.LOCKED: N_("The database is busy: {place}. Nothing was lost. Please try again."),
    StorageCause.READ_ONLY: N_("The database cannot be written: {place}. Check the permissions."),
    StorageCause.MISSING_FOLDER: N_(
        "There is no such folder for the database: {place}. Create it first."
    ),
    StorageCause.NEWER_VERSION: N_(
        "The database was made by a newer version of the program: {place}. Update the program."
    ),
    StorageCause.NOT_A_DATABASE: N_("This is not a Billing Center database: {place}"),
    StorageCause.DISK_FULL: N_(
        "The disk is full: {place}. Nothing was ordered. Make room and try again."
    ),
    StorageCause.UNREACHABLE: N_("The database cannot be reached: {place}. Check the address."),
    StorageCause.CONNECTION_LOST: N_(
        "The connection to the database broke off: {place}. Please try again; nothing is done "
        "twice."
    ),
    StorageCause.NO_DRIVER: N_(
        "The driver for this database is not installed: {place}. Install "
        "billing-center[postgresql]."
    ),
}


def sentence(error: BillingError) -> str:
    """What happened and what to do, in the language in use."""
    match error:
        case DatabaseUnavailable() if speaks_to_guests():
            text = _(
                "Billing Center is not available just now. Nothing was lost, and nothing is done "
                "twice. Please try again later."
            )
        case SignInBlocked(seconds=seconds):
            text = blocked_sentence(seconds)
        case NotAllowed(entry=entry):
            text = entry_sentence(entry)
        case Refused(problem=problem, facts=facts):
            text = problem_sentence(problem, facts)
        case InvalidInput():
            text = flaw_sentence(error)
        case PriceChanged(old=old, new=new):
            text = price_changed_sentence(old.total_due, new.total_due)
        case PaymentDeclined(reason=reason):
            text = decline_sentence(reason)
        case CatalogueInvalid(flaws=flaws, place=place):
            first = "; ".join(map(": ".join, flaws[:FLAWS_SHOWN]))
            parts = (_("The configured catalogue is wrong:"), place, first)
            text = " ".join(part for part in parts if part)
        case DatabaseUnavailable(cause=cause, place=place):
            text = _(_CAUSES[cause]).format(place=place)
        case _:
            message = _REFUSALS.get(_told_as(error), N_("This cannot be done now."))
            named = ("order_number", "address")
            text = _(message).format(**{name: getattr(error, name, "") for name in named})
    return text


def _told_as(error: BillingError) -> type[BillingError]:
    """Guests do not run the commands of an operator."""
    hidden = isinstance(error, NobodyYet) and speaks_to_guests()
    return SignInRefused if hidden else type(error)


def blocked_sentence(seconds: int) -> str:
    """How long to wait before the next attempt to sign in."""
    return ngettext(
        "Too many attempts. Please wait {n} second and try again.",
        "Too many attempts. Please wait {n} seconds and try again.",
        seconds,
    ).format(n=number(seconds))


def entry_sentence(entry: Entry) -> str:
    """Why ordering is closed, and who or what helps."""
    person = entry.billing_contact
    match entry.kind:
        case EntryKind.NOT_BILLING_CONTACT if person is not None:
            return _("Only the billing contact can buy for this account: {name}, {mail}.").format(
                name=person.name, mail=person.mail
            )
        case EntryKind.NOT_BILLING_CONTACT:
            return _("Only a billing contact can buy for this account, and it has none.")
        case EntryKind.CORPORATE:
            return _(
                "This is a corporate account. It is managed in the Corporate Billing Portal: "
                "{portal}. Corporate Account Services help as well."
            ).format(portal=entry.portal)
        case EntryKind.EXPIRED:
            since = day(entry.expired_on) if entry.expired_on else ""
            return _(
                "This account expired on {day}. Please renew it before you add anything."
            ).format(day=since)
        case EntryKind.OPEN:
            return ""


def problem_sentence(problem: Problem, facts: Mapping[str, object]) -> str:
    """A rule that says no."""
    if problem in {Problem.SEATS_BELOW_MINIMUM, Problem.SEATS_ABOVE_MAXIMUM}:
        return seats_sentence(facts)
    known = facts.get("known", ())
    names = ", ".join(str(name) for name in known) if isinstance(known, tuple) else ""
    blanks = dict.fromkeys(("product", "tier", "currency", "seats", "assigned", "most"), "")
    return _(_PROBLEMS[problem]).format(**{**blanks, **facts, "known": names})


def seats_sentence(facts: Mapping[str, object]) -> str:
    """The limits of a number of licences."""
    noun = facts.get("noun")
    name = own(noun.many) if isinstance(noun, SeatNoun) else _("licences")
    fewest, most = facts.get("minimum", 1), facts.get("maximum", 1)
    return _("Between {fewest} and {most} {noun} are possible.").format(
        fewest=number(fewest) if isinstance(fewest, int) else fewest,
        most=number(most) if isinstance(most, int) else most,
        noun=name,
    )


def flaw_sentence(error: InvalidInput) -> str:
    """An input that is wrong, and how a right one looks."""
    flaw = error.flaw
    if flaw is Flaw.OTHER_COUNTRY and not error.facts.get("expected"):
        flaw = Flaw.NOT_EU
    message = _FLAWS.get((error.field, flaw)) or _FLAWS[error.field, None]
    blanks = {"country": "", "expected": "", "example": "DE123456789", "kind": "", "bits": ""}
    given = {key: value for key, value in error.facts.items() if value}
    return _(message).format(**{**blanks, **given})


def decline_sentence(reason: DeclineReason) -> str:
    """Why a payment failed, and that nothing was charged."""
    why = _(_DECLINES.get(reason, _DECLINED))
    return f"{why} " + _("Nothing was charged. Try another card or another way to pay.")


def price_changed_sentence(old: Money, new: Money) -> str:
    """The sum is another than the one shown."""
    return _(
        "The price has changed: {old} before, {new} now. Nothing was ordered. "
        "Please check the order and place it again."
    ).format(old=money(old), new=money(new))


def price_change_sentence(product: str, old: Money, new: Money) -> str:
    """A unit price that is another than when the line went into the cart."""
    return _("The price of {product} has changed: {old} before, {new} now.").format(
        product=product, old=money(old), new=money(new)
    )


def to_confirm_sentence(order_number: str) -> str:
    """An order that was placed before waits for its buyer at the bank."""
    return _(
        "Order {order_number} waits until you confirm its payment at your bank. Nothing is "
        "charged before. With the same payment details the button asks again."
    ).format(order_number=order_number)


def not_saved_sentence(error: BillingError) -> str:
    """The draft could not be stored, and why."""
    return _("Your answers could not be stored yet.") + " " + sentence(error)


def at_bank_sentence(order_number: str) -> str:
    """What to do at the bank; the bank's address stands beside it."""
    return _(
        "Please confirm the payment of order {order_number} on this page of your bank. "
        "Nothing is charged before."
    ).format(order_number=order_number)
