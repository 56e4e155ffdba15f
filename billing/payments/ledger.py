"""The test gateway's own books, kept apart from the program's database as a bank would keep them.

So a crash between the gateway's charge and the program's commit is a real case.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Operation:
    """A payment or a refund, as it stands now; the fields are the columns.

    `request` is a digest of what was asked, `reason` is "" unless declined, `label` is a masked
    IBAN or a brand and last four digits: no full number is in any field. `in_the_end` is the reason
    that the bank will decline for, at `due_at` (ISO, "" when nothing is due) or when the buyer
    confirmed. `taken_minor` is what was or will be taken of the amount. `refunded_minor` of
    that was given back.
    """

    key: str
    kind: str
    request: str
    status: str
    reference: str
    reason: str
    amount_minor: int
    currency: str
    label: str
    method: str = ""
    capture: bool = True
    taken_minor: int = 0
    in_the_end: str = ""
    due_at: str = ""
    token: str = field(default="", repr=False)
    refunded_minor: int = 0


@dataclass(frozen=True, slots=True)
class KeptMethod:
    """Payment details kept under a token: not the number, only what decides later answers."""

    token: str = field(repr=False)
    kind: str
    label: str
    at_once: str
    in_the_end: str


class LedgerUnavailable(Exception):
    """The books cannot be read or written now."""


class Books(Protocol):
    """The books while nobody else writes them."""

    def find(self, key: str) -> Operation | None:
        """What stands under a key."""
        ...

    def put(self, operation: Operation) -> None:
        """Enter an operation, or how it stands now."""
        ...

    def operations(self) -> tuple[Operation, ...]:
        """Everything, oldest first."""
        ...

    def method(self, token: str) -> KeptMethod | None:
        """The details kept under a token."""
        ...

    def keep(self, method: KeptMethod) -> None:
        """Keep details under their token."""
        ...


class Ledger(Protocol):
    """Books that several threads or processes may write."""

    def work(self, step: Callable[[Books], Answer]) -> Answer:
        """Run `step` alone; what it enters stays all together, or not at all when it raises."""
        ...

    def read(self, step: Callable[[Books], Answer]) -> Answer:
        """Run `step`, which enters nothing."""
        ...
