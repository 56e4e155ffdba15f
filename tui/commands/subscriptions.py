"""`billing-center subscription …`: an account's subscriptions, and what a customer wrote about one.

An operator records a cancellation on the customer's behalf, and takes it back; the audit trail says
so. What costs money only the customer orders.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from billing.audit import Actor
from billing.errors import Problem, Refused, SignInRefused
from billing.subscriptions.model import HELD_STATES
from tui.commands.database import opened_service
from tui.commands.output import say
from tui.commands.refusal import CannotDo, one_line
from tui.commands.rows import columns
from tui.formats import day, number
from tui.home_words import free_seats, held_cycle, next_invoice
from tui.i18n import _

if TYPE_CHECKING:
    from argparse import Namespace

    from billing.accounts.model import Session
    from billing.catalogue.model import Catalogue
    from billing.service import BillingService
    from billing.subscriptions.model import Subscription


def list_them(arguments: Namespace) -> int:
    """Show the subscriptions of a contact's account."""
    with opened_service(arguments) as service:
        found = service.home(_session(service, arguments.mail)).subscriptions
    if arguments.json:
        return say(json.dumps({"subscriptions": [_document(held) for held in found]}, indent=2))
    if not found:
        return say(_("{mail} has no subscriptions.").format(mail=one_line(arguments.mail)))
    return say("\n".join(columns([_row(service.catalogue, held) for held in found])))


def cancel(arguments: Namespace) -> int:
    """Record that a customer has cancelled; the subscription ends with its period."""
    with opened_service(arguments) as service:
        session = _session(service, arguments.mail)
        held = _held(service, session, arguments.product)
        ended = service.cancel(session, held.subscription_id, Actor.OPERATOR)
    text = _("{product} is cancelled as of {day}; until then everything stays as it is.")
    last = "" if ended.ends_on is None else day(ended.ends_on)
    return say(text.format(product=_name(service.catalogue, ended), day=last))


def resume(arguments: Namespace) -> int:
    """Take a cancellation back, any time before it takes effect."""
    with opened_service(arguments) as service:
        session = _session(service, arguments.mail)
        held = _held(service, session, arguments.product)
        running = service.undo_cancellation(session, held.subscription_id, Actor.OPERATOR)
    text = _("{product} goes on. Next invoice: {invoice}")
    return say(
        text.format(product=_name(service.catalogue, running), invoice=next_invoice(running))
    )


def _session(service: BillingService, mail: str) -> Session:
    try:
        return service.sign_in_as(mail)
    except SignInRefused:
        raise Refused(Problem.UNKNOWN_CONTACT) from None


def _held(service: BillingService, session: Session, product_id: str) -> Subscription:
    """What the account has of a product."""
    for held in service.home(session).subscriptions:
        if held.product == product_id and held.state in HELD_STATES:
            return held
    name = service.catalogue.product(product_id).name
    raise CannotDo(_("This account has no running subscription of {product}.").format(product=name))


def _name(catalogue: Catalogue, held: Subscription) -> str:
    return catalogue.product_name(held.product)


def _row(catalogue: Catalogue, held: Subscription) -> list[str]:
    return [
        held.product,
        *catalogue.names(held.product, held.tier),
        f"{number(held.seats)} {free_seats(held)}".rstrip(),
        held_cycle(held),
        next_invoice(held),
    ]


def _document(held: Subscription) -> dict[str, str | int | None]:
    """Amounts are decimal strings, dates ISO 8601; `ends_on` is the first day without access."""
    price = held.renewal_price
    return {
        "product": held.product,
        "tier": held.tier,
        "seats": held.seats,
        "seats_free": held.seats_free,
        "state": held.state.value,
        "cycle": None if held.cycle is None else held.cycle.value,
        "next_invoice_date": None if held.renews_on is None else held.renews_on.isoformat(),
        "next_invoice_net": None if price is None else format(price.amount, "f"),
        "currency": None if price is None else price.currency,
        "ends_on": None if held.ends_on is None else held.ends_on.isoformat(),
    }
