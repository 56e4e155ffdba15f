"""Quotes for an account of the configured database, as its billing contact would be charged."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from billing.accounts.model import EntryKind
from billing.bootstrap import connect
from billing.catalogue.model import Offer
from billing.clock import RunningClock
from billing.errors import NotAllowed, SignInRefused
from billing.ordering.model import Change
from billing.subscriptions.model import HELD_STATES
from tui.commands.buyers import Buyer, require_text
from tui.commands.database import require_database
from tui.commands.estimate import Estimate, EstimatedChange, estimate
from tui.commands.refusal import CannotDo
from tui.commands.wanted import ToChange
from tui.i18n import _

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from billing.accounts.model import Session
    from billing.catalogue.model import BillingCycle
    from billing.service import BillingService
    from billing.settings import Settings
    from billing.subscriptions.model import Subscription
    from tui.commands.wanted import ToBuy, ToTry


def account_estimate(
    asked: ToBuy | ToTry | ToChange, arguments: Namespace, settings: Settings
) -> Estimate:
    """Price what is asked for the account that the contact of --account belongs to.

    Raises:
        CannotDo: there is no such database, contact or running subscription.
        NotAllowed: ordering is not open to the contact.
        InvalidInput: the VAT id is no well-formed one of the account's country.
        Refused: the account cannot buy, try or change it.
        DatabaseUnavailable, CatalogueInvalid: as `billing.bootstrap.connect`.
    """
    clock = RunningClock(arguments.today) if arguments.today else None
    with _opened(settings, clock) as service:
        session = _signed_in(service, arguments.account, clock)
        buyer = _buyer(service, session, arguments.vat_id)
        if isinstance(asked, ToChange):
            change = _change(service, session, asked)
            return Estimate(buyer, change.quote.charge, change=change)
        return estimate(asked, buyer)


@contextmanager
def _opened(settings: Settings, clock: RunningClock | None) -> Iterator[BillingService]:
    require_database(settings)
    service = connect(settings, clock=clock)
    try:
        yield service
    finally:
        service.close()


def _signed_in(service: BillingService, mail: str, clock: RunningClock | None) -> Session:
    """The contact's session, on the very day asked for where the account is."""
    try:
        session = service.sign_in_as(mail)
        if clock is not None:
            clock.begin_in(session.account.time_zone)
            session = service.sign_in_as(mail)
    except SignInRefused:
        raise CannotDo(_("The database knows no contact {mail}.").format(mail=mail)) from None
    if session.entry.kind is not EntryKind.OPEN:
        raise NotAllowed(session.entry)
    return session


def _buyer(service: BillingService, session: Session, vat_id: str | None) -> Buyer:
    if vat_id is not None:
        require_text(vat_id)
    problems = {}
    for available in service.availability(session):
        if available.buy is not None:
            problems[available.product.id, Offer.BUY] = available.buy
        if available.trial is not None:
            problems[available.product.id, Offer.TRIAL] = available.trial
    return Buyer(
        catalogue=service.catalogue,
        tax=service.buyer_tax(session, vat_id),
        currency=session.account.currency,
        today=service.today(session),
        credit=service.home(session).credit_balance,
        problems=problems,
    )


def _change(service: BillingService, session: Session, asked: ToChange) -> EstimatedChange:
    held, cycle = _running(service, session, asked.product)
    change = Change(
        tier=held.tier if asked.tier is None else asked.tier,
        seats=held.seats if asked.seats is None else asked.seats,
        cycle=cycle if asked.cycle is None else asked.cycle,
    )
    priced = service.preview_change(session, held.subscription_id, change)
    credited = {credit.invoice_id for credit in priced.credits}
    numbers = {
        invoice.invoice_id: invoice.number
        for invoice in service.invoices(session)
        if invoice.invoice_id in credited
    }
    return EstimatedChange(priced, numbers)


def _running(
    service: BillingService, session: Session, product_id: str
) -> tuple[Subscription, BillingCycle]:
    """What the account has of a product and pays for."""
    for held in service.home(session).subscriptions:
        if held.product != product_id or held.state not in HELD_STATES:
            continue
        if held.cycle is None:
            raise CannotDo(
                _(
                    "{product} is on trial: that is not changed but bought, with --offer buy."
                ).format(product=service.catalogue.product(product_id).name)
            )
        return held, held.cycle
    raise CannotDo(
        _("This account has no running subscription of {product}.").format(
            product=service.catalogue.product(product_id).name
        )
    )
