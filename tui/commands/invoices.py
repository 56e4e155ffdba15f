"""`billing-center invoice …`: the invoices of an account, and which of them a transfer has paid."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from billing.invoicing.model import InvoiceKind, InvoiceState
from tui.commands.database import opened_service
from tui.commands.output import say
from tui.commands.refusal import DONE, one_line
from tui.formats import day, money
from tui.i18n import _

if TYPE_CHECKING:
    from argparse import Namespace

    from billing.invoicing.model import Invoice
    from billing.ordering.transfers import Transfer


def list_them(arguments: Namespace) -> int:
    """Show the invoices of a contact's account, newest first."""
    with opened_service(arguments) as service:
        found = service.invoices_of(arguments.mail)
    if arguments.open:
        found = tuple(invoice for invoice in found if _is_open(invoice))
    if arguments.json:
        return say(json.dumps({"invoices": [_document(invoice) for invoice in found]}, indent=2))
    if not found:
        return say(_("There are no such invoices of {mail}.").format(mail=one_line(arguments.mail)))
    return say("\n".join(map(_row, found)))


def paid(arguments: Namespace) -> int:
    """Record that invoices were paid by bank transfer, one after the other."""
    with opened_service(arguments) as service:
        for number in arguments.number:
            if status := say(_told(service.record_transfer(arguments.mail, number))):
                return status
    return DONE


def _is_open(invoice: Invoice) -> bool:
    return invoice.kind is InvoiceKind.INVOICE and invoice.state is InvoiceState.OPEN


def _told(transfer: Transfer) -> str:
    invoice = transfer.invoice
    if transfer.now:
        text = _("{number} is paid now: {amount}")
        return text.format(number=invoice.number, amount=money(invoice.total))
    return _("{number} was paid already.").format(number=invoice.number)


def _row(invoice: Invoice) -> str:
    """„RE-7ZZ1KQ0F9M-000042  22.11.2026   14.208,60 €  offen bis 06.12.2026“."""
    amount = money(invoice.total)
    return f"{invoice.number}  {day(invoice.issued_on)}  {amount:>16}  {_state(invoice)}"


def _state(invoice: Invoice) -> str:
    if invoice.kind is InvoiceKind.CORRECTION:
        return _("correction")
    if _is_open(invoice):
        return _("open, due {day}").format(day=day(invoice.due_on))
    return _("paid")


def _document(invoice: Invoice) -> dict[str, str]:
    return {
        "number": invoice.number,
        "kind": invoice.kind.value,
        "state": invoice.state.value,
        "issued_on": invoice.issued_on.isoformat(),
        "due_on": invoice.due_on.isoformat(),
        "total": str(invoice.total.amount),
        "currency": invoice.total.currency,
    }
