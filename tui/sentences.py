"""Every refusal of the service as a sentence that says what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.accounts.model import Entry, EntryKind
from billing.catalogue.model import SeatNoun
from billing.errors import (
    BillingError,
    CartChanged,
    DatabaseUnavailable,
    Field,
    Flaw,
    InvalidInput,
    NotAllowed,
    OrderConflict,
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
from billing.rating.money import Money
from tui.formats import day, money, number
from tui.i18n import _, ngettext, own

if TYPE_CHECKING:
    from collections.abc import Mapping


def sentence(error: BillingError) -> str:
    """What happened and what to do, in the language in use."""
    match error:
        case SignInRefused():
            return _("Mail or password is not right. Please try again.")
        case SignInBlocked(seconds=seconds):
            return ngettext(
                "Too many attempts. Please wait {n} second and try again.",
                "Too many attempts. Please wait {n} seconds and try again.",
                seconds,
            ).format(n=number(seconds))
        case NotAllowed(entry=entry):
            return entry_sentence(entry)
        case Refused(problem=problem, facts=facts):
            return problem_sentence(problem, facts)
        case InvalidInput():
            return flaw_sentence(error)
        case PriceChanged(old=old, new=new):
            return _(
                "The price has changed: {old} before, {new} now. Nothing was ordered. "
                "Please check the order and place it again."
            ).format(old=money(old.total_due), new=money(new.total_due))
        case CartChanged():
            return _(
                "The cart was changed in another session. It is shown as it is now; please check it."
            )
        case OrderConflict(order_number=order_number):
            return _("This order was already placed as {number}; it was not placed again.").format(
                number=order_number
            )
        case PaymentDeclined(reason=reason):
            return decline_sentence(reason)
        case PaymentUnknown(order_number=order_number):
            return _(
                "The payment service has not answered. Order {number} is kept and nothing is "
                "charged twice. Press the button again to ask once more."
            ).format(number=order_number)
        case DatabaseUnavailable():
            return database_sentence(error)
        case _:
            return _("This cannot be done now.")


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


def problem_sentence(problem: Problem, facts: Mapping[str, object]) -> str:  # noqa: PLR0911
    """A rule that says no."""
    product = str(facts.get("product", ""))
    match problem:
        case Problem.UNKNOWN_PRODUCT:
            return _("There is no product {product}. Products: {known}").format(
                product=product, known=_known(facts)
            )
        case Problem.UNKNOWN_TIER:
            return _("{product} has no plan tier {tier}. Plan tiers: {known}").format(
                product=product, tier=facts.get("tier", ""), known=_known(facts)
            )
        case Problem.NOT_SOLD_IN_CURRENCY:
            return _("Not sold in {currency}. Please choose another product.").format(
                currency=facts.get("currency", "")
            )
        case Problem.ALREADY_SUBSCRIBED:
            return _(
                "Your account already has {product}. Free licences are assigned on the start page."
            ).format(product=product)
        case Problem.ALREADY_IN_CART:
            return _("{product} is already in the cart. Change that line instead.").format(
                product=product
            )
        case Problem.NO_TRIAL:
            return _("There is no free trial of {product}. You can buy it.").format(product=product)
        case Problem.TRIAL_USED:
            return _(
                "Your account has already used its free trial of {product}. You can buy it."
            ).format(product=product)
        case Problem.SEATS_BELOW_MINIMUM | Problem.SEATS_ABOVE_MAXIMUM:
            return seats_sentence(facts)
        case Problem.CART_EMPTY:
            return _("The cart is empty. Please choose a product first.")
        case Problem.LINE_GONE:
            return _("This line is no longer in the cart.")
        case Problem.NO_FREE_LICENCE:
            return _(
                "No licence of {product} is free: all {seats} are assigned. "
                "Take one from another user or add licences."
            ).format(product=product, seats=facts.get("seats", ""))
        case Problem.UNKNOWN_USER:
            return _("This user no longer exists.")
        case Problem.SUBSCRIPTION_NOT_ACTIVE:
            return _("{product} is no longer active.").format(product=product)


def _known(facts: Mapping[str, object]) -> str:
    known = facts.get("known", ())
    return ", ".join(str(name) for name in known) if isinstance(known, tuple) else ""


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
    match error.field:
        case Field.VAT_ID:
            return _vat_id_sentence(error.flaw, error.facts)
        case Field.IBAN:
            return _iban_sentence(error.flaw, error.facts)
        case Field.HOLDER:
            return _("Please enter the account holder's name.")
        case Field.MAIL:
            return _("Please enter your mail address.")
        case Field.CARD_NUMBER | Field.CARD_EXPIRY | Field.CARD_CVC:
            return _card_sentence(error.field, error.flaw)


def _vat_id_sentence(flaw: Flaw, facts: Mapping[str, object]) -> str:
    example = str(facts.get("example", "") or "DE123456789")
    country = str(facts.get("country", ""))
    match flaw:
        case Flaw.MISSING:
            return _("Please enter a VAT number or leave the field empty.")
        case Flaw.OTHER_COUNTRY:
            return _(
                "This VAT number belongs to {country}, your account is in {expected}. "
                "Please enter the number of that country, or none."
            ).format(country=country, expected=facts.get("expected", ""))
        case Flaw.NOT_EU | Flaw.UNKNOWN_COUNTRY:
            return _(
                "This is not a VAT number of an EU country. It begins with the country: {example}"
            ).format(example=example)
        case Flaw.WRONG_CHECKSUM:
            return _("The check digit of this VAT number is wrong. Is a digit mistyped?")
        case _:
            return _("This VAT number is not well-formed. One looks like this: {example}").format(
                example=example
            )


def _iban_sentence(flaw: Flaw, facts: Mapping[str, object]) -> str:
    match flaw:
        case Flaw.MISSING:
            return _("Please enter the IBAN, or choose another way to pay.")
        case Flaw.WRONG_CHECKSUM:
            return _("The check digits of this IBAN are wrong. Is a digit mistyped?")
        case Flaw.WRONG_LENGTH:
            return _("This IBAN has the wrong length. A German one has 22 characters.")
        case Flaw.NOT_SUPPORTED:
            return _(
                "There is no SEPA direct debit from {country}. Please choose another way."
            ).format(country=facts.get("country", ""))
        case _:
            return _("This is not an IBAN. One looks like this: DE89 3704 0044 0532 0130 00")


def _card_sentence(field: Field, flaw: Flaw) -> str:  # noqa: PLR0911
    match field, flaw:
        case Field.CARD_NUMBER, Flaw.MISSING:
            return _("Please enter the card number.")
        case Field.CARD_NUMBER, Flaw.NOT_A_TEST_CARD:
            return _(
                "Only published test cards are taken here, such as 4242 4242 4242 4242. "
                "Please never enter a real card."
            )
        case Field.CARD_NUMBER, Flaw.WRONG_CHECKSUM:
            return _("This card number is mistyped: its check digit is wrong.")
        case Field.CARD_NUMBER, _:
            return _("This is not a card number. Please check the digits.")
        case Field.CARD_EXPIRY, Flaw.EXPIRED:
            return _("This card has expired. Please use another one.")
        case Field.CARD_EXPIRY, Flaw.TOO_FAR_AHEAD:
            return _("The expiry date is too far ahead. Please check it.")
        case Field.CARD_EXPIRY, _:
            return _("Please enter the expiry date as MM/YY.")
        case _:
            return _("Please check the security code: 3 digits, 4 on American Express.")


def decline_sentence(reason: DeclineReason) -> str:
    """Why a payment failed; lost and stolen cards get the general words."""
    match reason:
        case DeclineReason.INSUFFICIENT_FUNDS:
            why = _("The card was declined: insufficient funds.")
        case DeclineReason.EXPIRED_CARD:
            why = _("The card was declined: it has expired.")
        case DeclineReason.INCORRECT_CVC:
            why = _("The card was declined: the security code is wrong.")
        case DeclineReason.PROCESSING_ERROR:
            why = _("The payment could not be processed.")
        case DeclineReason.CARD_VELOCITY_EXCEEDED | DeclineReason.ACCOUNT_LIMIT_EXCEEDED:
            why = _("The payment was declined: a limit was exceeded.")
        case DeclineReason.AUTHENTICATION_REQUIRED:
            why = _("The card asks for a confirmation that is not possible here.")
        case DeclineReason.DEBIT_FAILED:
            why = _("This account cannot be debited.")
        case _:
            why = _("The card was declined.")
    return f"{why} " + _("Nothing was charged. Try another card or another way to pay.")


def database_sentence(error: DatabaseUnavailable) -> str:  # noqa: PLR0911
    """What is wrong with the database, and what to do."""
    place = error.place
    match error.cause:
        case StorageCause.LOCKED:
            return _("The database is busy: {place}. Nothing was lost. Please try again.").format(
                place=place
            )
        case StorageCause.READ_ONLY:
            return _("The database cannot be written: {place}. Check the permissions.").format(
                place=place
            )
        case StorageCause.MISSING_FOLDER:
            return _("There is no such folder for the database: {place}. Create it first.").format(
                place=place
            )
        case StorageCause.NEWER_VERSION:
            return _(
                "The database was made by a newer version of the program: {place}. "
                "Update the program."
            ).format(place=place)
        case StorageCause.NOT_A_DATABASE:
            return _("This file is not a Billing Center database: {place}").format(place=place)
        case StorageCause.DISK_FULL:
            return _(
                "The disk is full: {place}. Nothing was ordered. Make room and try again."
            ).format(place=place)
        case StorageCause.UNREACHABLE:
            return _("The database cannot be reached: {place}. Check the address.").format(
                place=place
            )


def price_change_sentence(product: str, old: Money, new: Money) -> str:
    """A unit price that is another than when the line went into the cart."""
    return _("The price of {product} has changed: {old} before, {new} now.").format(
        product=product, old=money(old), new=money(new)
    )
