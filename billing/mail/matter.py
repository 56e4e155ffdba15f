"""The matter of a mail: everything that it may tell of, read from records when it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from billing.invoicing.read import invoice_of_order, read_corrections
from billing.mail.history import read_event
from billing.mail.transport import MailNotTaken
from billing.ordering.orders import read_order
from billing.storage.tables import account, contact

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.catalogue.model import Catalogue
    from billing.invoicing.model import Invoice
    from billing.mail.history import Event
    from billing.mail.queue import ClaimedMail
    from billing.ordering.orders import OrderRecord


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a mail is for. `language` is "de" or "en"; names and mail are as stored."""

    name: str
    mail: str
    language: str
    account_name: str


@dataclass(frozen=True, slots=True)
class Matter:
    """What a mail tells of; None where it has none.

    `invoice` is the order's, `corrections` are the documents that the order brought; `event` is
    what had just happened to the subscription.
    """

    reader: Reader
    catalogue: Catalogue
    order: OrderRecord | None = None
    invoice: Invoice | None = None
    corrections: tuple[Invoice, ...] = ()
    event: Event | None = None


def read_matter(connection: Connection, catalogue: Catalogue, mail: ClaimedMail) -> Matter:
    """All that a mail may tell of.

    Raises:
        MailNotTaken: for good, when its contact is gone.
    """
    account_id = mail.account_id
    order = read_order(connection, account_id, mail.order_id) if mail.order_id else None
    return Matter(
        reader=_reader(connection, mail),
        catalogue=catalogue,
        order=order,
        invoice=invoice_of_order(connection, account_id, order.order_id) if order else None,
        corrections=_corrections(connection, order) if order else (),
        event=read_event(connection, account_id, mail.subscription_id, mail.version)
        if mail.subscription_id
        else None,
    )


def _corrections(connection: Connection, order: OrderRecord) -> tuple[Invoice, ...]:
    return tuple(
        correction
        for credit in order.credits
        for correction in read_corrections(connection, order.account_id, credit.corrects_id)
        if correction.order_id == order.order_id
    )


def _reader(connection: Connection, mail: ClaimedMail) -> Reader:
    row = connection.execute(
        select(
            contact.c.name, contact.c.mail, contact.c.language, account.c.name.label("account_name")
        )
        .join(account, account.c.account_id == contact.c.account_id)
        .where(contact.c.account_id == mail.account_id, contact.c.contact_id == mail.contact_id)
    ).one_or_none()
    if row is None:
        raise MailNotTaken("the contact is gone", for_good=True)
    return Reader(row.name, row.mail, row.language, row.account_name)
