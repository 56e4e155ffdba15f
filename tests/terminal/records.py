"""What an order left behind: rows of the database, charges of the test gateway, and mails."""

from __future__ import annotations

import mailbox
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from email.header import decode_header, make_header
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

# The orders that the sample data came with are numbered V-000001 and on.
_PLACED = (
    "SELECT number, state, total_minor, tax_treatment, tax_minor FROM purchase_order "
    "WHERE number LIKE 'B-%' ORDER BY number"
)


@dataclass(frozen=True, slots=True)
class Records:
    """Reads the files of a database while no other or any number of programs use them."""

    database: Path

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What a statement selects."""
        return _select(self.database, statement, values)

    def order_numbers(self) -> list[str]:
        """The numbers of all orders that were fulfilled; none may stand in another state."""
        rows = self.rows(_PLACED)
        assert {row[1] for row in rows} <= {"fulfilled"}, rows
        return [row[0] for row in rows]

    def totals(self) -> list[int]:
        """What the orders cost, in minor units."""
        return [row[2] for row in self.rows(_PLACED)]

    def taxes(self) -> list[tuple[str, int]]:
        """The tax treatment of the orders and their tax, in minor units."""
        return [(row[3], row[4]) for row in self.rows(_PLACED)]

    def subscriptions(self, *products: str) -> list[tuple[str, str, int, str, str | None]]:
        """(product, tier, seats, state, cycle) of the subscriptions to these products."""
        marks = ",".join("?" * len(products))
        return self.rows(
            "SELECT product, tier, seats, state, cycle FROM subscription "  # noqa: S608 - marks only
            f"WHERE product IN ({marks}) ORDER BY product, subscription_id",
            *products,
        )

    def outbox(self) -> list[tuple[str, str]]:
        """(kind, state) of the mails that were written."""
        return self.rows("SELECT kind, state FROM outbox ORDER BY mail_id")

    def charges(self) -> list[int]:
        """What the test gateway took or is taking, in minor units."""
        books = self.database.with_name(f"{self.database.name}-gateway")
        if not books.exists():
            return []
        statement = "SELECT amount_minor FROM operation WHERE status <> 'declined'"
        return [row[0] for row in _select(books, statement, ())]

    def subjects(self) -> list[str]:
        """The subjects of the mails in the Maildir beside the database."""
        folder = self.database.with_name(f"{self.database.name}-mail")
        if not folder.exists():
            return []
        with closing(mailbox.Maildir(folder, create=False)) as box:
            return [str(make_header(decode_header(mail["Subject"]))) for mail in box]


def _select(file: Path, statement: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return connection.execute(statement, values).fetchall()
