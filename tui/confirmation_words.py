"""What is true about an order that was placed, as labels and values. Pure: no Textual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.catalogue.model import Offer
from billing.ordering.model import MailState
from tui.formats import day, money
from tui.i18n import _
from tui.payment_words import payment_text
from tui.seats_words import seats_of

if TYPE_CHECKING:
    from billing.catalogue.model import Catalogue
    from billing.ordering.model import Confirmation, OrderedLine


@dataclass(frozen=True, slots=True)
class Fact:
    """A label with its value; what `stands_out` is what people look for."""

    label: str
    value: str
    stands_out: bool = False


def thanks(done: Confirmation) -> str:
    """The first sentence."""
    if _is_trial(done):
        return _("Your free trial has begun. You have access at once.")
    return _("Thank you. Your order was placed and you have access at once.")


def reminder() -> str:
    """What to do next."""
    return _("Do not forget to assign the new licences to your users, so that they can sign in.")


def facts(done: Confirmation, catalogue: Catalogue) -> tuple[list[Fact], ...]:
    """Three groups: the number, what was ordered, and how it is paid and told."""
    several = len(done.lines) > 1
    ordered = [fact for item in done.lines for fact in _line_facts(item, catalogue, short=several)]
    return [Fact(_("Order number"), done.order_number)], ordered, _money_and_mail(done)


def _is_trial(done: Confirmation) -> bool:
    return all(item.offer is Offer.TRIAL for item in done.lines)


def _line_facts(item: OrderedLine, catalogue: Catalogue, *, short: bool) -> list[Fact]:
    """A line alone in full, one of several in two rows."""
    title = " · ".join(catalogue.names(item.product, item.tier))
    seats = seats_of(item.product, item.seats, catalogue)
    if short:
        return [Fact(_("New access"), f"{title} · {seats}", stands_out=True), _end(item)]
    access = Fact(_("New access"), title, stands_out=True)
    return [access, Fact(_("User licences"), seats), _end(item)]


def _end(item: OrderedLine) -> Fact:
    if item.offer is Offer.TRIAL and item.ends_on is not None:
        text = _("{day}, without a charge").format(day=day(item.ends_on))
        return Fact(_("Trial ends"), text)
    return Fact(_("Next invoice"), day(item.renews_on) if item.renews_on else "")


def _money_and_mail(done: Confirmation) -> list[Fact]:
    trial = _is_trial(done)
    told = [] if trial else [Fact(_("Total due"), money(done.total), stands_out=True)]
    if done.payment is not None:
        told.append(Fact(_("Payment"), payment_text(done.payment)))
    if done.invoice_waits:
        told.append(Fact(_("Invoice"), _("follows once the VAT number is confirmed")))
    label = _("Welcome mail") if trial else _("Confirmation mail")
    return [*told, Fact(label, mail_text(done))]


def mail_text(done: Confirmation) -> str:
    """What is true about the mail."""
    match done.mail_state:
        case MailState.SENT:
            return _("sent to {mail}").format(mail=done.mail_to)
        case MailState.WAITING:
            return _("will be sent to {mail}").format(mail=done.mail_to)
        case MailState.FAILED:
            return _("could not be sent to {mail}").format(mail=done.mail_to)


def not_resent(mail_to: str) -> str:
    """The mail failed once more."""
    return _(
        "The mail could not be sent again. Your order stands all the same. "
        "Please have the address {mail} checked."
    ).format(mail=mail_to)
