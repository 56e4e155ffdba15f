"""Numbers of invoices and corrections: one series of each per account, without gaps.

The counter is a column of the locked account, so it is taken back with a transaction that fails.
A code of the account in the number makes it unique for the seller too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from billing.invoicing.model import InvoiceKind
from billing.storage.sending import expect, run
from billing.storage.tables import account

if TYPE_CHECKING:
    from sqlalchemy import Connection

# Crockford's base 32: no letter that is taken for a digit or another letter.
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 10
_BITS = 5
_PREFIXES = {InvoiceKind.INVOICE: "RE", InvoiceKind.CORRECTION: "RK"}
_MINE = account.c.account_id == bindparam("owner")
_COUNTERS = {
    InvoiceKind.INVOICE: account.c.invoice_count,
    InvoiceKind.CORRECTION: account.c.correction_count,
}
_COUNTS = {kind: select(counter).where(_MINE) for kind, counter in _COUNTERS.items()}
_COUNT_ON = update(account).where(_MINE)


def account_code(account_id: str) -> str:
    """Ten characters for an account: the last 50 bits of its UUID, which are random."""
    number = int(account_id.replace("-", ""), 16)
    shifts = range((_CODE_LENGTH - 1) * _BITS, -1, -_BITS)
    return "".join(_DIGITS[number >> shift & (1 << _BITS) - 1] for shift in shifts)


def expect_number(connection: Connection, account_id: str) -> None:
    """Have what `next_number` of an invoice needs sent with the next trip."""
    expect(connection, _COUNTS[InvoiceKind.INVOICE], {"owner": account_id})


def next_number(connection: Connection, account_id: str, kind: InvoiceKind) -> str:
    """The next number in a series of a locked account, such as RE-7ZZ1KQ0F9M-000042."""
    count: int = run(connection, _COUNTS[kind], {"owner": account_id}).scalar_one() + 1
    run(connection, _COUNT_ON, {"owner": account_id, _COUNTERS[kind].name: count})
    return f"{_PREFIXES[kind]}-{account_code(account_id)}-{count:06d}"
