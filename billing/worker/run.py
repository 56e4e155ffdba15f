"""A run of the worker: all that is due now, across accounts, one piece of work after the other.

A run may be repeated, run beside another one, or be killed anywhere: every piece is decided again
under the lock of its account.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from billing.errors import DatabaseUnavailable, StorageCause
from billing.mail.delivery import deliver_mail
from billing.worker import due
from billing.worker.outage import WatchedAuthority, WatchedGateway, WatchedPost
from billing.worker.payments import ask_again
from billing.worker.report import Done, WorkerReport, report_of
from billing.worker.steps import take_steps
from billing.worker.vat_checks import settle_vat_checks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from billing.accounts.vat_authority import VatAuthority
    from billing.context import Context

_LOG = logging.getLogger(__name__)

Item = TypeVar("Item")


def run_due(context: Context, *, stopping: Callable[[], bool] = lambda: False) -> WorkerReport:
    """Do everything that is due; a piece of work that fails is logged, counted and left for later.

    Payments first, for a renewal waits for those before it, and mails last, for all before write
    some. `stopping` is asked before every piece of work. While the gateway or the mail server is
    away, what may need it is left for the next run.

    Raises:
        DatabaseUnavailable: the database cannot be used at all.
    """
    gateway, post = WatchedGateway(context.gateway), WatchedPost(context.post)
    done: Counter[Done] = Counter()
    database, clock = context.database, context.clock
    watched = replace(context, gateway=gateway, authority=_watched(context), post=post)
    paying = _Run(watched, lambda: stopping() or gateway.is_away, done)
    paying.each(due.attempts_to_ask(database, clock.now()), _ask)
    paying.each(due.accounts_with_checks(database, clock.now()), _check)
    paying.each(due.accounts_with_steps(database, clock.now()), take_steps)
    posting = _Run(watched, lambda: stopping() or post.is_away, done)
    posting.each(due.accounts_with_mail(database, clock.now()), _send)
    done[Done.MAILS] += post.taken
    return report_of(done)


def _watched(context: Context) -> VatAuthority | None:
    authority = context.authority
    return None if authority is None else WatchedAuthority(authority, context.clock)


@dataclass(frozen=True, slots=True)
class _Run:
    context: Context
    stopping: Callable[[], bool]
    done: Counter[Done]

    def each(self, items: Iterator[Item], work: Callable[[Context, Item], Counter[Done]]) -> None:
        for item in items:
            if self.stopping():
                return
            try:
                self.done.update(work(self.context, item))
            except DatabaseUnavailable as error:
                # Locked by somebody else: that passes. Anything else would meet every account.
                if error.cause is not StorageCause.LOCKED:
                    raise
                self._count_failure(item)
            except Exception:  # noqa: BLE001 - one broken account must not stop the others
                self._count_failure(item)

    def _count_failure(self, item: object) -> None:
        self.done[Done.FAILED] += 1
        _LOG.exception("the worker could not finish %s", item)


def _ask(context: Context, item: tuple[str, str]) -> Counter[Done]:
    ask_again(context, *item)
    return Counter({Done.PAYMENTS: 1})


def _check(context: Context, account_id: str) -> Counter[Done]:
    settle_vat_checks(context, account_id)
    return Counter({Done.CHECKS: 1})


def _send(context: Context, account_id: str) -> Counter[Done]:
    deliver_mail(context, account_id)
    return Counter()
