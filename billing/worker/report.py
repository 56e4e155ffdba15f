"""What a run of the worker did, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections import Counter


class Done(StrEnum):
    """What is counted; the names of the numbers of a `WorkerReport`."""

    RENEWALS = "renewals"
    REMINDERS = "reminders"
    EXPIRIES = "expiries"
    RETRIES = "retries"
    PAYMENTS = "payments"
    CHECKS = "checks"
    MAILS = "mails"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class WorkerReport:
    """How much of what a run did.

    `payments` and `checks` are those asked about, of the gateway and of the tax authority; `failed`
    are the pieces of work that an error stopped, which the log describes.
    """

    renewals: int = 0
    reminders: int = 0
    expiries: int = 0
    retries: int = 0
    payments: int = 0
    checks: int = 0
    mails: int = 0
    failed: int = 0

    @property
    def idle(self) -> bool:
        """Whether nothing was due."""
        return self == WorkerReport()


def report_of(done: Counter[Done]) -> WorkerReport:
    """The report of what was counted."""
    return WorkerReport(**{what.value: number for what, number in done.items()})
