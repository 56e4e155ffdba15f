"""The books of a shop and of its bank, read at one moment, to be audited against each other."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from billing.clock import local_date
from billing.storage.invoice_tables import invoice, invoice_line, invoice_tax
from billing.storage.tables import (
    account,
    audit_event,
    licence,
    order,
    order_credit,
    order_line,
    outbox,
    payment_attempt,
    subscription,
    subscription_event,
    trial_use,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import Row, Table

    from billing.payments.ledger import Operation
    from tests.service.shop import Shop

_TABLES = (
    *(account, audit_event, licence, order, order_credit, order_line, outbox, payment_attempt),
    *(subscription, subscription_event, trial_use, invoice, invoice_line, invoice_tax),
)
# The orders that the sample data begins with; the mails about them were never written here.
_EARLIER = "V-"


class Books:
    """Every row of a shop, and every line of its bank's ledger by its key."""

    def __init__(self, shop: Shop) -> None:
        self.now = shop.clock.now()
        self.bank: dict[str, Operation] = {line.key: line for line in shop.bank.operations()}
        self._rows = shop.database.read(
            lambda connection: {
                table.name: list(connection.execute(select(table))) for table in _TABLES
            }
        )

    def rows(self, table: Table) -> list[Row[Any]]:
        """The rows of a table."""
        return self._rows[table.name]

    @cached_property
    def today(self) -> dict[str, date]:
        """The local date of every account."""
        return {row.account_id: local_date(self.now, row.time_zone) for row in self.rows(account)}

    @cached_property
    def orders(self) -> dict[str, Row[Any]]:
        """The orders by their ids."""
        return {row.order_id: row for row in self.rows(order)}

    @cached_property
    def placed_here(self) -> list[Row[Any]]:
        """The orders without those of the sample data."""
        return [row for row in self.rows(order) if not row.number.startswith(_EARLIER)]

    @cached_property
    def transferred(self) -> set[str]:
        """The ids of the invoices that an operator saw paid by bank transfer."""
        events = self.rows(audit_event)
        return {row.object_id for row in events if row.action == "transfer_recorded"}

    @cached_property
    def order_lines(self) -> dict[str, list[Row[Any]]]:
        """The lines of every order."""
        return _grouped(self.rows(order_line), "order_id")

    @cached_property
    def attempts(self) -> dict[str, list[Row[Any]]]:
        """The payment attempts of every order."""
        return _grouped(self.rows(payment_attempt), "order_id")

    @cached_property
    def invoices(self) -> dict[str, Row[Any]]:
        """The invoice of every order that has one."""
        return {row.order_id: row for row in self.rows(invoice) if row.kind == "invoice"}

    @cached_property
    def invoice_lines(self) -> dict[str, list[Row[Any]]]:
        """The lines of every invoice and correction, by its id."""
        return _grouped(self.rows(invoice_line), "invoice_id")

    @cached_property
    def invoice_taxes(self) -> dict[str, list[Row[Any]]]:
        """The taxes of every invoice and correction, by its id."""
        return _grouped(self.rows(invoice_tax), "invoice_id")

    @cached_property
    def subscriptions(self) -> dict[str, Row[Any]]:
        """The subscriptions by their ids."""
        return {row.subscription_id: row for row in self.rows(subscription)}

    def taken(self, order_id: str) -> int:
        """What the bank holds for an order, in minor units: taken, or being taken, less refunds."""
        lines = (self.bank.get(one.gateway_key) for one in self.attempts.get(order_id, []))
        return sum(
            line.taken_minor - line.refunded_minor for line in lines if line and _moved(line)
        )


def _moved(line: Operation) -> bool:
    return line.status in {"succeeded", "processing"}


def _grouped(rows: Iterable[Row[Any]], name: str) -> dict[str, list[Row[Any]]]:
    groups: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, name)].append(row)
    return groups
