"""The words of the start page: subscriptions, credit, what is open. Pure: no Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.subscriptions.model import SubscriptionState
from tui.formats import day, money, number
from tui.i18n import _
from tui.pricing import cycle_name
from tui.sentences import entry_sentence

if TYPE_CHECKING:
    from billing.accounts.model import Entry
    from billing.catalogue.model import Catalogue
    from billing.invoicing.model import Invoice
    from billing.ordering.model import Home
    from billing.rating.money import Money
    from billing.subscriptions.model import Subscription


def held_cycle(held: Subscription) -> str:
    """How a subscription is billed, or that it is a trial."""
    if held.state is SubscriptionState.TRIALING or held.cycle is None:
        return _("Trial")
    return cycle_name(held.cycle)


def next_invoice(held: Subscription) -> str:
    """„14.03.2027  2.304,00 €“, or when and why it ends."""
    if held.state is SubscriptionState.PAST_DUE:
        return _("payment open")
    if held.state is SubscriptionState.SUSPENDED:
        return _("suspended, payment open")
    if held.renews_on is not None and held.renewal_price is not None:
        return f"{day(held.renews_on)}  {money(held.renewal_price)}"
    end = day(held.ends_on) if held.ends_on else ""
    match held.state:
        case SubscriptionState.TRIALING:
            return _("ends {day}").format(day=end)
        case SubscriptionState.CANCELLING:
            return _("cancelled as of {day}").format(day=end)
        case _:
            return _("expired {day}").format(day=end)


def free_seats(held: Subscription) -> str:
    """„(3 frei)“, or nothing."""
    return _("({n} free)").format(n=number(held.seats_free)) if held.seats_free else ""


def nothing_yet() -> str:
    """What stands in the place of the subscriptions while there are none."""
    return _("Your account has no subscription yet. Add the first one: you have access at once.")


def credit_sentence(credit: Money) -> str:
    """What stands on the account, and what becomes of it."""
    text = _("Account credit: {amount}, used with your next order")
    return text.format(amount=money(credit))


def unpaid_sentence(home: Home, invoice: Invoice) -> str:
    """What is not paid, what that means, and what to do."""
    suspended = {
        held.subscription_id
        for held in home.subscriptions
        if held.state is SubscriptionState.SUSPENDED
    }
    if any(item.subscription_id in suspended for item in invoice.lines):
        text = _(
            "Access is suspended: invoice {number} of {amount} is not paid. Please pay it with "
            "new payment details; access is back at once."
        )
    else:
        text = _(
            "Invoice {number} of {amount} could not be paid. "
            "Please pay it with new payment details."
        )
    return text.format(number=invoice.number, amount=money(invoice.total))


def closed_sentence(entry: Entry, catalogue: Catalogue) -> str:
    """Why nothing can be added, and whom to write to."""
    write = _("Please write to {mail}.").format(mail=catalogue.seller.mail)
    return f"{entry_sentence(entry)} {write}"
