"""Settling an order: what the gateway's answer, or its absence, makes of it. All within a lock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, update

from billing.accounts.model import VatIdState
from billing.accounts.vat_checks import keep_confirmed
from billing.audit import Actor, record_event
from billing.invoicing.issue import issue_invoices
from billing.invoicing.payment import mark_paid
from billing.mail.outbox import write_mail
from billing.ordering.attempts import (
    AttemptState,
    ask_later,
    paid_by_another,
    read_attempt,
    store_answer,
)
from billing.ordering.carts import store_checkout_key, take_out
from billing.ordering.confirmations import mail_kind
from billing.ordering.drafts import delete_cart_drafts
from billing.ordering.orders import OrderKind, OrderState, read_order, set_order_state
from billing.payments.gateway import GatewayStatus
from billing.payments.methods import keep_method
from billing.payments.model import DeclineReason, PaymentKind
from billing.storage.sending import run
from billing.storage.tables import account as account_table
from billing.subscriptions.changes import apply_change, can_apply_change
from billing.subscriptions.dunning import payment_failed, recover
from billing.subscriptions.starts import start
from billing.subscriptions.transitions import Who

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.context import Context
    from billing.ordering.attempts import Attempt
    from billing.ordering.orders import OrderRecord
    from billing.payments.gateway import GatewayAnswer
    from billing.rating.money import Money


_GIVE = (
    update(account_table)
    .where(account_table.c.account_id == bindparam("owner"))
    .values(credit_minor=account_table.c.credit_minor + bindparam("given"))
)
_S = AttemptState
_OUTCOMES = frozenset({_S.SUCCEEDED, _S.DECLINED})
_GOOD = frozenset({_S.SUCCEEDED, _S.AUTHORISED, _S.PROCESSING})
# State of an attempt → the answers that change it. Others come too late, or for the second time.
_NEWS = {
    _S.CREATED: _OUTCOMES | _GOOD | {_S.REQUIRES_ACTION},
    _S.UNKNOWN: _OUTCOMES | _GOOD | {_S.REQUIRES_ACTION},
    _S.REQUIRES_ACTION: _OUTCOMES | _GOOD,
    _S.PROCESSING: _OUTCOMES,
    _S.LOST: _GOOD,
    _S.DECLINED: frozenset({_S.SUCCEEDED}),
}
_GIVEN_UP = frozenset({_S.LOST, _S.DECLINED})


@dataclass(frozen=True, slots=True)
class Settled:
    """An order after its payment was answered. `now`: this call settled it, no earlier one.

    `address`: the bank asks the buyer there first, and the order waits. `refund`: the money came
    after the order was given up; see `billing.ordering.refunds`.
    """

    record: OrderRecord
    reason: DeclineReason | None
    now: bool
    address: str = ""
    refund: bool = False


def settle(
    connection: Connection, context: Context, attempt: Attempt, answer: GatewayAnswer
) -> Settled:
    """Make of an order what the gateway answered, unless another call has done it meanwhile.

    An answer that comes too late, twice or out of order changes nothing; one that contradicts what
    is known is in the audit trail.
    """
    record = read_order(connection, attempt.account_id, attempt.order_id)
    current = read_attempt(connection, attempt.account_id, attempt.attempt_id)
    state = AttemptState(answer.status.value)
    if state not in _NEWS.get(current.state, ()):
        return _unmoved(connection, context, record, current, answer)
    if state in _GOOD and not _still_applies(connection, record):
        record = fail(connection, context, record, "the subscription cannot be changed any more")
    after_all = (
        record.state is OrderState.FAILED
        or current.state in _GIVEN_UP
        or (state is AttemptState.SUCCEEDED and paid_by_another(connection, current))
    )
    declined = state is AttemptState.DECLINED
    reason = (answer.reason or DeclineReason.GENERIC_DECLINE) if declined else None
    refund = after_all and state is AttemptState.SUCCEEDED
    store_answer(
        connection,
        current,
        AttemptState.REFUND_DUE if refund else state,
        context.clock.now(),
        reference=answer.reference,
        reason=reason,
    )
    if state is AttemptState.REQUIRES_ACTION:
        return Settled(record, None, now=True, address=answer.address)
    if after_all:
        # The order was given up and its products may have been ordered anew since.
        _tell(connection, context, record, "payment_after_failure", state)
    elif declined:
        record = _declined(connection, context, record, f"declined: {reason}")
    else:
        record = _paid(connection, context, record, current, answer)
    return Settled(record, reason, now=True, refund=refund)


def _still_applies(connection: Connection, record: OrderRecord) -> bool:
    """Whether what is paid can be given: a payment of the old period may have failed meanwhile."""
    if record.kind is not OrderKind.CHANGE or record.state is not OrderState.AWAITING_PAYMENT:
        return True
    return can_apply_change(connection, record)


def _unmoved(
    connection: Connection,
    context: Context,
    record: OrderRecord,
    current: Attempt,
    answer: GatewayAnswer,
) -> Settled:
    if AttemptState(answer.status.value) is current.state:
        if current.unsettled or current.state is AttemptState.PROCESSING:
            ask_later(connection, current, context.clock.now())
    else:
        told = f"{answer.status} when {current.state}"
        _tell(connection, context, record, "payment_answer_ignored", told)
    address = answer.address if current.state is AttemptState.REQUIRES_ACTION else ""
    refund = current.state is AttemptState.REFUND_DUE
    return Settled(record, current.reason, now=False, address=address, refund=refund)


def _declined(
    connection: Connection, context: Context, record: OrderRecord, cause: str
) -> OrderRecord:
    if record.kind is OrderKind.RENEWAL or record.state is OrderState.FULFILLED:
        payment_failed(connection, context, record)
        return record
    return fail(connection, context, record, cause)


def _paid(
    connection: Connection,
    context: Context,
    record: OrderRecord,
    before: Attempt,
    answer: GatewayAnswer,
) -> OrderRecord:
    if before.state is AttemptState.PROCESSING:
        mark_paid(connection, record.account_id, record.order_id)
        _tell(connection, context, record, "payment_arrived")
        return record
    if before.method_id is None:
        keep_method(connection, context, record, answer.token)
    if record.state is OrderState.FULFILLED:
        collect(connection, context, record, answer.status)
        return record
    return fulfil(connection, context, record, answer.status)


def fulfil(
    connection: Connection,
    context: Context,
    record: OrderRecord,
    paid: GatewayStatus | None = None,
) -> OrderRecord:
    """Give access, write the invoice and the mail: everything that a placed order brings.

    `paid` is the gateway's answer; None: it was not asked, for a trial, an order on invoice, or
    one that credit pays.
    """
    who = who_for(record)
    if paid is None and _promised(record):
        keep_method(connection, context, record, "")
    match record.kind:
        case OrderKind.CHANGE:
            apply_change(connection, context, record, who)
        case OrderKind.RENEWAL:
            recover(connection, context, record, who)
        case _:
            record = _started(connection, context, record, who)
    give_credit(connection, record.account_id, record.credit_given)
    fulfilled = set_order_state(connection, record, OrderState.FULFILLED)
    settled = paid is GatewayStatus.SUCCEEDED or not record.total.minor
    if record.kind is OrderKind.RENEWAL:
        if settled:
            mark_paid(connection, record.account_id, record.order_id)
    elif record.kind is not OrderKind.TRIAL and not record.invoice_waits:
        issue_invoices(connection, context, fulfilled, paid=settled)
    if record.kind is not OrderKind.RENEWAL:
        write_mail(
            connection,
            context,
            account_id=record.account_id,
            contact_id=record.contact_id,
            kind=mail_kind(record),
            order_id=record.order_id,
        )
    _tell(connection, context, fulfilled, "order_fulfilled")
    return fulfilled


def collect(
    connection: Connection, context: Context, record: OrderRecord, paid: GatewayStatus | None
) -> None:
    """An order that gave access already is paid now: its subscriptions run on; as `fulfil`."""
    recover(connection, context, record, who_for(record))
    if paid is GatewayStatus.SUCCEEDED:
        mark_paid(connection, record.account_id, record.order_id)
    _tell(connection, context, record, "order_paid")


def fail(connection: Connection, context: Context, record: OrderRecord, cause: str) -> OrderRecord:
    """Give an order up: its credit goes back, the cart stays, and its checkout gets a new key."""
    give_credit(connection, record.account_id, record.credit_taken)
    if record.kind is OrderKind.PURCHASE:
        store_checkout_key(connection, record.account_id, context.ids.new())
    failed = set_order_state(connection, record, OrderState.FAILED)
    _tell(connection, context, failed, "order_failed", cause)
    return failed


def _promised(record: OrderRecord) -> bool:
    """Whether a buyer chose payment on invoice; a renewal uses the method that is kept already."""
    payment = record.payment
    chosen = payment is not None and payment.kind is PaymentKind.INVOICE
    return chosen and record.kind is not OrderKind.RENEWAL


def who_for(record: OrderRecord) -> Who:
    """Who makes what follows from an order happen: its contact, or the worker that renews."""
    actor = Actor.WORKER if record.kind is OrderKind.RENEWAL else Actor.CONTACT
    return Who(record.contact_id, record.placed_on, actor)


def give_credit(connection: Connection, account_id: str, credit: Money) -> None:
    """Add to the account's credit (Guthaben)."""
    if credit.minor:
        run(connection, _GIVE, {"owner": account_id, "given": credit.minor})


def leave_unknown(connection: Connection, context: Context, attempt: Attempt) -> None:
    """The gateway did not answer; whoever asks next finds the attempt to be unknown."""
    current = read_attempt(connection, attempt.account_id, attempt.attempt_id)
    if current.state is AttemptState.CREATED:
        store_answer(connection, current, AttemptState.UNKNOWN, context.clock.now())
    else:
        ask_later(connection, current, context.clock.now())


def _started(
    connection: Connection, context: Context, record: OrderRecord, who: Who
) -> OrderRecord:
    """The order with the subscriptions it gave; what was ordered is in the cart no more."""
    lines = start(connection, context, record, who)
    if record.kind is OrderKind.PURCHASE:
        if record.vat_id_state is VatIdState.CONFIRMED:
            keep_confirmed(connection, record.account_id, record.vat_id)
        take_out(connection, record.account_id, record.order_id)
        delete_cart_drafts(connection, record.account_id)
    return replace(record, lines=lines)


def _tell(
    connection: Connection, context: Context, record: OrderRecord, action: str, cause: str = ""
) -> None:
    facts = {"number": record.number, "state": record.state, "total": str(record.total.amount)}
    record_event(
        connection,
        context,
        account_id=record.account_id,
        contact_id=record.contact_id,
        action=action,
        object_id=record.order_id,
        new=facts | ({"cause": cause} if cause else {}),
    )
