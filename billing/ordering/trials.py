"""Starting a trial: at once, without payment, and once per product and account for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.catalogue.model import Offer
from billing.errors import OrderConflict, Problem, Refused
from billing.ordering.buyer import require_buyer
from billing.ordering.confirmations import confirm, confirm_new
from billing.ordering.drafts import delete_draft
from billing.ordering.keys import Operation, Recalled, recall, remember, request_hash
from billing.ordering.orders import (
    LineRecord,
    OrderKind,
    OrderRecord,
    OrderState,
    insert_order,
    next_number,
    read_order,
)
from billing.ordering.settling import fulfil
from billing.rating.money import Money
from billing.rating.tax import decide_tax
from billing.rating.trials import trial_period
from billing.storage.engine import insert_if_absent
from billing.storage.tables import trial_use
from billing.subscriptions.shelf import read_shelf

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

    from billing.accounts.model import Account, Session
    from billing.catalogue.model import Catalogue
    from billing.context import Context
    from billing.ordering.model import Confirmation, Draft


def trial_ends_on(catalogue: Catalogue, product_id: str, today: date) -> date:
    """The first day without access of a trial that starts today.

    Raises:
        Refused: UNKNOWN_PRODUCT or NO_TRIAL.
    """
    product = catalogue.product(product_id)
    if product.trial is None:
        raise Refused(Problem.NO_TRIAL, product=product.name)
    return trial_period(today, product.trial.days).end


def start_trial(context: Context, session: Session, draft: Draft) -> Confirmation:
    """Start the trial that a draft describes; the same draft again gives the same confirmation.

    Raises:
        NotAllowed: ordering is not open to the contact.
        Refused: the product, tier or number of seats cannot be tried.
        OrderConflict: the draft's key started another trial.
        ValueError: the draft is not finished or no trial.
    """
    product, tier, seats = draft.product, draft.tier, draft.seats
    if product is None or tier is None or seats is None or draft.offer is not Offer.TRIAL:
        raise ValueError("the draft is no finished trial")
    wanted = request_hash(product, tier, seats)

    def step(connection: Connection) -> Confirmation:
        account = require_buyer(connection, context, session)
        known = recall(connection, account.account_id, Operation.TRIAL, draft.key)
        if known is not None:
            record = read_order(connection, account.account_id, known.order_id)
            if known.request_hash != wanted:
                raise OrderConflict(record.number)
            return confirm(connection, record, replayed=True)
        today = context.today(account)
        shelf = read_shelf(
            connection, context.catalogue, account.account_id, account.currency, today
        )
        name = shelf.check_trial(product, tier, seats).name
        record = _record(connection, context, session, account, (product, tier, seats))
        _use_trial(connection, record, name)
        insert_order(connection, record)
        recalled = Recalled(wanted, record.order_id)
        remember(connection, account.account_id, Operation.TRIAL, draft.key, recalled)
        delete_draft(connection, session, draft.draft_id)
        return confirm_new(connection, fulfil(connection, context, record))

    return context.database.work(session.account.account_id, step)


def _record(
    connection: Connection,
    context: Context,
    session: Session,
    account: Account,
    answers: tuple[str, str, int],
) -> OrderRecord:
    product, tier, seats = answers
    today, nothing = context.today(account), Money.zero(account.currency)
    days = trial_ends_on(context.catalogue, product, today) - today
    tax = decide_tax(
        context.catalogue.seller.country,
        account.country,
        account.vat_id,
        account.vat_id_state,
        today,
    )
    return OrderRecord(
        account_id=account.account_id,
        order_id=context.ids.new(),
        number=next_number(connection, account.account_id, today),
        kind=OrderKind.TRIAL,
        contact_id=session.contact_id,
        state=OrderState.AWAITING_PAYMENT,
        placed_at=context.clock.now(),
        placed_on=today,
        net=nothing,
        tax=nothing,
        credit=nothing,
        correction=nothing,
        total=nothing,
        treatment=tax.treatment,
        tax_country=tax.country,
        vat_id=account.vat_id,
        vat_id_state=account.vat_id_state,
        payment=None,
        quote_identity="",
        catalogue_version=context.catalogue.version,
        lines=(
            LineRecord(
                line_id=context.ids.new(),
                subscription_id=context.ids.new(),
                offer=Offer.TRIAL,
                product=product,
                tier=tier,
                seats=seats,
                cycle=None,
                unit_price=nothing,
                amount=nothing,
                period=trial_period(today, days.days),
            ),
        ),
        taxes=(),
    )


def _use_trial(connection: Connection, record: OrderRecord, product_name: str) -> None:
    """Write the one use there may be; its primary key decides, whatever was checked before."""
    line = record.lines[0]
    use = {
        "account_id": record.account_id,
        "product": line.product,
        "subscription_id": line.subscription_id,
        "started_on": line.period.start,
    }
    if not insert_if_absent(connection, trial_use, use):
        raise Refused(Problem.TRIAL_USED, product=product_name, used_on=None)
