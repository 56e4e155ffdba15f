"""Confirmations: what is told of an order that was placed, now or again later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.accounts.entry import contact_mail
from billing.catalogue.model import Offer
from billing.mail.outbox import MailKind, destination
from billing.ordering.model import Confirmation, MailState, OrderedLine
from billing.ordering.orders import OrderKind

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.ordering.orders import LineRecord, OrderRecord


def confirm(connection: Connection, record: OrderRecord, *, replayed: bool) -> Confirmation:
    """The confirmation of a fulfilled order; `replayed`: it had been fulfilled before."""
    kind = mail_kind(record)
    sent = destination(connection, record.account_id, record.contact_id, kind, record.order_id)
    return _confirmation(record, sent, replayed=replayed)


def confirm_new(connection: Connection, record: OrderRecord) -> Confirmation:
    """The confirmation of an order that this transaction fulfilled, so that its mail waits."""
    mail_to = contact_mail(connection, record.account_id, record.contact_id)
    return _confirmation(record, (mail_to, MailState.WAITING), replayed=False)


def _confirmation(
    record: OrderRecord, sent: tuple[str, MailState], *, replayed: bool
) -> Confirmation:
    mail_to, mail_state = sent
    return Confirmation(
        order_id=record.order_id,
        order_number=record.number,
        lines=tuple(_line(line) for line in record.lines),
        total=record.total,
        payment=record.payment,
        vat_id_state=record.vat_id_state,
        mail_to=mail_to,
        mail_state=mail_state,
        invoice_waits=record.invoice_waits,
        replayed=replayed,
    )


def mail_kind(record: OrderRecord) -> MailKind:
    """The mail that goes with an order: a welcome to a trial, else a confirmation."""
    if record.kind is OrderKind.CHANGE:
        return MailKind.CHANGE_CONFIRMATION
    return MailKind.WELCOME if record.kind is OrderKind.TRIAL else MailKind.CONFIRMATION


def _line(line: LineRecord) -> OrderedLine:
    trial = line.offer is Offer.TRIAL
    return OrderedLine(
        subscription_id=line.subscription_id,
        product=line.product,
        tier=line.tier,
        seats=line.seats,
        offer=line.offer,
        cycle=line.cycle,
        amount=line.amount,
        renews_on=None if trial else line.period.end,
        ends_on=line.period.end if trial else None,
    )
