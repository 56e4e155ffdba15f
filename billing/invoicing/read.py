"""Reading invoices as they were issued."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select

from billing.invoicing.model import (
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    InvoiceTax,
    LineKind,
    Party,
)
from billing.ordering.buyer import require_member
from billing.ordering.orders import OrderState
from billing.payments.model import PaymentKind, PaymentSummary
from billing.rating.money import Money
from billing.rating.periods import BillingCycle, BillingPeriod
from billing.rating.tax import TaxTreatment
from billing.storage.invoice_tables import invoice as invoice_table
from billing.storage.invoice_tables import invoice_line, invoice_tax
from billing.storage.tables import order, order_credit

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row, Table

    from billing.accounts.model import Session
    from billing.context import Context


def list_invoices(context: Context, session: Session) -> tuple[Invoice, ...]:
    """All invoices and corrections of the account signed in for, newest first.

    Raises:
        NotAllowed: the contact does not belong to the account any more.
    """

    def step(connection: Connection) -> tuple[Invoice, ...]:
        current = require_member(connection, context, session)
        return read_invoices(connection, current.account.account_id)

    return context.database.read(step)


def read_invoices(connection: Connection, account_id: str) -> tuple[Invoice, ...]:
    """All invoices and corrections of an account, newest first."""
    return _read(connection, account_id)


def read_invoice(connection: Connection, account_id: str, invoice_id: str) -> Invoice | None:
    """One invoice or correction of an account."""
    found = _read(connection, account_id, invoice_table.c.invoice_id == invoice_id)
    return found[0] if found else None


def read_open_invoices(connection: Connection, account_id: str) -> tuple[Invoice, ...]:
    """The invoices of an account that are not paid yet, newest first."""
    return _read(
        connection,
        account_id,
        invoice_table.c.kind == InvoiceKind.INVOICE,
        invoice_table.c.state == InvoiceState.OPEN,
    )


def invoice_of_order(connection: Connection, account_id: str, order_id: str) -> Invoice | None:
    """The invoice of an order; None for a trial and while the invoice waits."""
    found = _read(
        connection,
        account_id,
        invoice_table.c.order_id == order_id,
        invoice_table.c.kind == InvoiceKind.INVOICE,
    )
    return found[0] if found else None


def read_corrections(
    connection: Connection, account_id: str, invoice_id: str
) -> tuple[Invoice, ...]:
    """The corrections of an invoice, newest first."""
    return _read(connection, account_id, invoice_table.c.corrects_id == invoice_id)


def read_tax_left(
    connection: Connection, invoice: Invoice, rate: Decimal, *, for_order: str | None = None
) -> Money:
    """What an invoice charged at that rate and no order gives back yet, nor has promised to.

    With `for_order`, the least that can have been left when that order was priced: every other
    one counts, also those that failed since.
    """
    charged = Money.total(
        (tax.tax for tax in invoice.taxes if tax.rate == rate), invoice.total.currency
    )
    promised = sum(
        row.tax_minor
        for row in _promises(connection, invoice)
        if Decimal(row.rate) == rate
        and (row.state != OrderState.FAILED if for_order is None else row.order_id != for_order)
    )
    left = charged - Money.from_minor(promised, charged.currency)
    return max(Money.zero(charged.currency), left)


def _promises(connection: Connection, invoice: Invoice) -> list[Row[Any]]:
    """What orders give back of an invoice, whether the correction is written yet or not."""
    mine = and_(
        order.c.account_id == order_credit.c.account_id,
        order.c.order_id == order_credit.c.order_id,
    )
    statement = (
        select(
            order_credit.c.order_id, order_credit.c.rate, order_credit.c.tax_minor, order.c.state
        )
        .join(order, mine)
        .where(
            order_credit.c.account_id == invoice.account_id,
            order_credit.c.corrects_id == invoice.invoice_id,
        )
    )
    return list(connection.execute(statement))


def _read(
    connection: Connection, account_id: str, *which: ColumnElement[bool]
) -> tuple[Invoice, ...]:
    mine = (invoice_table.c.account_id == account_id, *which)
    rows = connection.execute(
        select(invoice_table)
        .where(*mine)
        .order_by(invoice_table.c.issued_at.desc(), invoice_table.c.invoice_id.desc())
    ).all()
    lines = _parts(connection, invoice_line, mine)
    taxes = _parts(connection, invoice_tax, mine)
    return tuple(
        _invoice(row, lines.get(row.invoice_id, []), taxes.get(row.invoice_id, [])) for row in rows
    )


def _parts(
    connection: Connection, table: Table, mine: tuple[ColumnElement[bool], ...]
) -> dict[str, list[Row[Any]]]:
    """The rows of a table of parts by their invoice, in the order of its key."""
    owner = and_(
        table.c.account_id == invoice_table.c.account_id,
        table.c.invoice_id == invoice_table.c.invoice_id,
    )
    parts: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(
        select(table).join(invoice_table, owner).where(*mine).order_by(*table.primary_key)
    ):
        parts.setdefault(row.invoice_id, []).append(row)
    return parts


def _invoice(row: Row[Any], lines: list[Row[Any]], taxes: list[Row[Any]]) -> Invoice:
    currency = row.currency
    return Invoice(
        account_id=row.account_id,
        invoice_id=row.invoice_id,
        number=row.number,
        kind=InvoiceKind(row.kind),
        state=InvoiceState(row.state),
        order_id=row.order_id,
        corrects_id=row.corrects_id,
        issued_at=row.issued_at,
        issued_on=row.issued_on,
        due_on=row.due_on,
        net=Money.from_minor(row.net_minor, currency),
        tax=Money.from_minor(row.tax_minor, currency),
        gross=Money.from_minor(row.gross_minor, currency),
        credit=Money.from_minor(row.credit_minor, currency),
        total=Money.from_minor(row.total_minor, currency),
        treatment=TaxTreatment(row.tax_treatment),
        tax_country=row.tax_country,
        vat_id=row.vat_id,
        seller=Party(**row.seller),
        buyer=Party(**row.buyer),
        payment=_payment(row),
        lines=tuple(_line(line, currency) for line in lines),
        taxes=tuple(sorted((_tax(tax, currency) for tax in taxes), key=lambda tax: tax.rate)),
    )


def _line(row: Row[Any], currency: str) -> InvoiceLine:
    return InvoiceLine(
        kind=LineKind(row.kind),
        subscription_id=row.subscription_id,
        product=row.product,
        product_name=row.product_name,
        tier=row.tier,
        tier_name=row.tier_name,
        seats=row.seats,
        cycle=BillingCycle(row.cycle) if row.cycle else None,
        unit_price=Money.from_minor(row.unit_price_minor, currency),
        amount=Money.from_minor(row.amount_minor, currency),
        rate=Decimal(row.rate),
        period=BillingPeriod(row.period_start, row.period_end),
    )


def _tax(row: Row[Any], currency: str) -> InvoiceTax:
    return InvoiceTax(
        rate=Decimal(row.rate),
        net=Money.from_minor(row.net_minor, currency),
        tax=Money.from_minor(row.tax_minor, currency),
    )


def _payment(row: Row[Any]) -> PaymentSummary | None:
    if not row.payment_kind:
        return None
    return PaymentSummary(PaymentKind(row.payment_kind), row.payment_label, row.payment_bank)
