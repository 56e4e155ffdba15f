"""Orders whose VAT id could not be checked when they were placed: what the answer makes of them.

The order gave access and its payment was authorised with the buyer's tax; the invoice waits. Once
the authority has answered, the order is decided under the lock, once. What is to be taken of the
payment is stored before the gateway is asked for it, and the invoice with its answer: whoever comes
after a crash goes on from there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from billing.accounts.entry import read_account
from billing.accounts.model import VatIdState
from billing.accounts.vat_checks import keep_confirmed, known_state
from billing.audit import Actor, record_event
from billing.invoicing.issue import issue_invoices
from billing.mail.outbox import MailKind, write_mail
from billing.ordering.attempts import (
    Attempt,
    AttemptState,
    begin_capture,
    last_attempt,
    read_attempt,
    store_capture,
)
from billing.ordering.orders import (
    OrderKind,
    OrderRecord,
    OrderState,
    read_order,
    set_order_tax,
)
from billing.ordering.settling import fulfil, give_credit
from billing.payments.gateway import GatewayAnswer, GatewayStatus, GatewayUnreachable
from billing.payments.model import DeclineReason
from billing.rating.money import Money
from billing.rating.tax import TaxTreatment, decide_tax
from billing.storage.tables import order, payment_attempt
from billing.subscriptions.dunning import payment_failed

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.context import Context


@dataclass(frozen=True, slots=True)
class _Capture:
    """What the gateway is to take of an authorised payment; stored already."""

    attempt: Attempt
    amount: Money


def resolve_waiting(context: Context, account_id: str, order_id: str) -> None:
    """Decide an order whose VAT id the authority has answered about: tax, payment, invoice, mail.

    Nothing happens while there is no answer, while its payment is under way, or when it was done
    before. A gateway that cannot be reached is asked again at the next call.
    """
    capture = context.database.work(
        account_id, lambda connection: _begin(connection, context, account_id, order_id)
    )
    if capture is None:
        return
    try:
        answer = context.gateway.capture(capture.attempt.gateway_key, capture.amount)
    except GatewayUnreachable:
        return
    except ValueError:
        # The authorisation lapsed while the authority could not be asked.
        answer = GatewayAnswer(GatewayStatus.DECLINED, "", DeclineReason.GENERIC_DECLINE)
    context.database.work(
        account_id, lambda connection: _captured(connection, context, capture, answer)
    )


def waiting_orders(connection: Connection, account_id: str, vat_id: str = "") -> tuple[str, ...]:
    """The orders that wait for an answer, or whose payment is still to be captured after one.

    With `vat_id`, only those of that id; oldest first.
    """
    undecided = order.c.tax_treatment == TaxTreatment.UNDECIDED.value
    capturing = order.c.order_id.in_(
        select(payment_attempt.c.order_id).where(
            payment_attempt.c.account_id == account_id,
            payment_attempt.c.state == AttemptState.AUTHORISED.value,
            payment_attempt.c.captured_minor > 0,
        )
    )
    statement = select(order.c.order_id).where(
        order.c.account_id == account_id,
        order.c.kind != OrderKind.TRIAL.value,
        order.c.state != OrderState.FAILED.value,
        or_(undecided, capturing),
    )
    if vat_id:
        statement = statement.where(order.c.vat_id == vat_id)
    return tuple(connection.scalars(statement.order_by(order.c.placed_at, order.c.order_id)))


def _begin(
    connection: Connection, context: Context, account_id: str, order_id: str
) -> _Capture | None:
    """Decide the order; what the gateway is to take for it, now or since an earlier call."""
    record = read_order(connection, account_id, order_id)
    attempt = last_attempt(connection, account_id, order_id)
    if not record.invoice_waits:
        return _pending(attempt)
    state = _answered(connection, context, record)
    if state is None or not _is_decidable(record, attempt):
        return None
    decided = _decided(context, record, state)
    processing = attempt is not None and attempt.state is AttemptState.PROCESSING
    if processing and decided.total != record.total:
        # The bank has the larger sum already: what of it comes back is known with its answer.
        return None
    set_order_tax(connection, decided)
    if decided.treatment is TaxTreatment.REVERSE_CHARGE:
        keep_confirmed(connection, account_id, decided.vat_id)
    give_credit(connection, account_id, record.credit - decided.credit)
    _tell(connection, context, record, decided)
    return _charge(connection, context, decided, attempt)


def _charge(
    connection: Connection, context: Context, decided: OrderRecord, attempt: Attempt | None
) -> _Capture | None:
    """What is to be captured before the invoice; else the invoice is issued now."""
    paid = not decided.total.minor
    if attempt is not None and attempt.state is AttemptState.AUTHORISED:
        begun = begin_capture(connection, attempt, decided.total)
        if not paid:
            return _Capture(begun, decided.total)
    elif attempt is not None and attempt.state is AttemptState.SUCCEEDED:
        # The gateway took the whole sum at once; what is not owed is the account's.
        give_credit(connection, decided.account_id, attempt.amount - decided.total)
        paid = True
    _issue(connection, context, decided, paid=paid)
    if paid and decided.state is OrderState.AWAITING_PAYMENT:
        # A renewal whose payment failed, and of which nothing is left to be paid.
        fulfil(connection, context, decided)
    return None


def _pending(attempt: Attempt | None) -> _Capture | None:
    """What an earlier call stored that it would capture, and perhaps did."""
    if attempt is None or attempt.state is not AttemptState.AUTHORISED or not attempt.captured:
        return None
    return _Capture(attempt, attempt.captured) if attempt.captured.minor else None


def _answered(connection: Connection, context: Context, record: OrderRecord) -> VatIdState | None:
    """What is known of the order's id now, by the authority or by other proof; None: nothing."""
    now = context.clock.now()
    state = known_state(connection, record.account_id, record.vat_id, now)
    if state is None:
        account = read_account(connection, record.account_id)
        if account is not None and account.vat_id == record.vat_id:
            state = account.vat_id_state
    return state if state in {VatIdState.CONFIRMED, VatIdState.REFUTED} else None


def _is_decidable(record: OrderRecord, attempt: Attempt | None) -> bool:
    """Whether the order stands: it gave access, and nobody is asking the gateway about it now."""
    if record.kind is OrderKind.TRIAL or record.state is OrderState.FAILED:
        return False
    if attempt is not None and attempt.unsettled:
        return False
    # A renewal gave access before it was paid, so its invoice does not wait for the payment.
    return record.state is OrderState.FULFILLED or record.kind is OrderKind.RENEWAL


def _decided(context: Context, record: OrderRecord, state: VatIdState) -> OrderRecord:
    """The order with its final tax; at the buyer's rate it stays as it was reckoned."""
    seller = context.catalogue.seller.country
    treatment = decide_tax(
        seller, record.tax_country, record.vat_id, state, record.placed_on
    ).treatment
    taxes = record.taxes if treatment is TaxTreatment.BUYERS_RATE else ()
    tax = Money.total((one.tax for one in taxes), record.total.currency)
    gross = record.net + tax
    credit = min(record.credit, gross)
    return replace(
        record,
        treatment=treatment,
        vat_id_state=state,
        taxes=taxes,
        tax=tax,
        credit=credit,
        total=gross - credit,
    )


def _captured(
    connection: Connection, context: Context, capture: _Capture, answer: GatewayAnswer
) -> None:
    """Store the gateway's answer and what follows from it, unless another call has done it."""
    attempt = read_attempt(connection, capture.attempt.account_id, capture.attempt.attempt_id)
    if attempt.state is not AttemptState.AUTHORISED:
        return
    if answer.status in {GatewayStatus.AUTHORISED, GatewayStatus.REQUIRES_ACTION}:
        return
    store_capture(connection, attempt, answer, capture.amount, context.clock.now())
    record = read_order(connection, attempt.account_id, attempt.order_id)
    _issue(connection, context, record, paid=answer.status is GatewayStatus.SUCCEEDED)
    if answer.status is GatewayStatus.DECLINED:
        payment_failed(connection, context, record)


def _issue(connection: Connection, context: Context, record: OrderRecord, *, paid: bool) -> None:
    issue_invoices(connection, context, record, paid=paid)
    write_mail(
        connection,
        context,
        account_id=record.account_id,
        contact_id=record.contact_id,
        kind=MailKind.INVOICE,
        order_id=record.order_id,
    )


def _tell(
    connection: Connection, context: Context, record: OrderRecord, decided: OrderRecord
) -> None:
    record_event(
        connection,
        context,
        account_id=record.account_id,
        contact_id=record.contact_id,
        action="tax_decided",
        object_id=record.order_id,
        old={"treatment": record.treatment, "total": str(record.total.amount)},
        new={"treatment": decided.treatment, "total": str(decided.total.amount)},
        actor=Actor.WORKER,
    )
