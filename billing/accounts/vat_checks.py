"""What the tax authority said of an account's VAT ids: kept as evidence, and asked for again.

A confirmation is fresh for 30 days: within them nobody is asked again, and a monthly renewal is
checked each time. While the authority cannot be asked, an older one counts until it is 60 days old:
so one check that was impossible does not hold up a monthly invoice, and the relation was checked
regularly all the same. After that the id is UNKNOWN and the next invoice waits. A refusal is asked
for again after a day: somebody may have registered since.

`vat_check` holds the last clean answer of an id and the wait of the enquiry that is due; every
clean answer is in the audit trail as well, so that re-checks never replace the evidence.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from billing.accounts.model import VatIdState
from billing.audit import Actor, record_event
from billing.rating.tax import depends_on_vat_id
from billing.storage.engine import insert_if_absent
from billing.storage.invoice_tables import vat_check
from billing.storage.tables import account

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from billing.accounts.vat_authority import VatAnswer
    from billing.context import Context

_LOG = logging.getLogger(__name__)

FRESH_FOR = {VatIdState.CONFIRMED: timedelta(days=30), VatIdState.REFUTED: timedelta(days=1)}
CONFIRMED_FOR = timedelta(days=60)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
ALERT_AFTER = timedelta(hours=72)
_MOST_DOUBLINGS = 6


@dataclass(frozen=True, slots=True)
class VatCheck:
    """How the check of an id stands: its last clean answer, and the enquiries without one since.

    `next_ask_at` None: nothing waits for an answer. `first_asked_at` is the first enquiry that had
    no answer, or the only one.
    """

    state: VatIdState
    attempts: int
    first_asked_at: datetime
    answered_at: datetime | None
    next_ask_at: datetime | None

    def due(self, now: datetime) -> bool:
        """Whether the authority may be asked now: no fresh answer, and no wait under way."""
        fresh = FRESH_FOR.get(self.state)
        if fresh is not None and self.answered_at is not None and now - self.answered_at < fresh:
            return False
        return not self.attempts or self.next_ask_at is None or self.next_ask_at <= now


def state_at(state: VatIdState, answered_at: datetime | None, now: datetime) -> VatIdState:
    """What a stored answer is worth at `now`: a confirmation that is too old is UNKNOWN."""
    if state is VatIdState.CONFIRMED and (answered_at is None or now - answered_at > CONFIRMED_FOR):
        return VatIdState.UNKNOWN
    return state


def known_state(
    connection: Connection, account_id: str, vat_id: str, now: datetime
) -> VatIdState | None:
    """What the authority's last answer about an id is worth now; None: it never gave one."""
    check = read_check(connection, account_id, vat_id)
    if check is None or check.answered_at is None:
        return None
    return state_at(check.state, check.answered_at, now)


def read_check(connection: Connection, account_id: str, vat_id: str) -> VatCheck | None:
    """How the check of an id stands; None: nobody has asked."""
    row = connection.execute(select(vat_check).where(_this(account_id, vat_id))).one_or_none()
    if row is None:
        return None
    return VatCheck(
        state=VatIdState(row.state),
        attempts=row.attempts,
        first_asked_at=row.first_asked_at,
        answered_at=row.answered_at,
        next_ask_at=row.next_ask_at,
    )


def await_answer(connection: Connection, account_id: str, vat_id: str, now: datetime) -> None:
    """An invoice waits for the check of this id: the worker must look at it."""
    insert_if_absent(connection, vat_check, _unasked(account_id, vat_id, now))
    postpone(connection, account_id, vat_id, now, only_if_idle=True)


def postpone(
    connection: Connection,
    account_id: str,
    vat_id: str,
    moment: datetime | None,
    *,
    only_if_idle: bool = False,
) -> None:
    """Set when the worker looks at an id again; None: nothing waits for it any more."""
    statement = update(vat_check).where(_this(account_id, vat_id))
    if only_if_idle:
        statement = statement.where(vat_check.c.next_ask_at.is_(None))
    connection.execute(statement.values(next_ask_at=moment))


def due_checks(connection: Connection, account_id: str, now: datetime) -> tuple[str, ...]:
    """The ids of an account that the worker must look at now."""
    return tuple(
        connection.scalars(
            select(vat_check.c.vat_id)
            .where(vat_check.c.account_id == account_id, vat_check.c.next_ask_at <= now)
            .order_by(vat_check.c.vat_id)
        )
    )


def recheck(context: Context, account_id: str, vat_id: str, contact_id: str = "") -> None:
    """Ask the authority for an id that has no fresh answer; call it outside any transaction.

    Nothing is asked without an authority, for an id that decides no tax, or while the wait after
    an enquiry without answer lasts. `contact_id` "" is the worker.
    """
    authority, seller = context.authority, context.catalogue.seller
    if authority is None or not depends_on_vat_id(seller.country, vat_id[:2]):
        return
    check = context.database.read(lambda connection: read_check(connection, account_id, vat_id))
    if check is not None and not check.due(context.clock.now()):
        return
    answer = authority.check(vat_id, seller.vat_id)
    context.database.work(
        account_id,
        lambda connection: store_answer(
            connection, context, account_id, vat_id, answer, contact_id=contact_id
        ),
    )


def recheck_own(context: Context, account_id: str) -> None:
    """As `recheck`, for the id that is the account's own: its renewals are taxed by it."""
    if context.authority is None:
        return
    vat_id = context.database.read(
        lambda connection: connection.execute(
            select(account.c.vat_id).where(account.c.account_id == account_id)
        ).scalar_one_or_none()
    )
    if vat_id:
        recheck(context, account_id, vat_id)


def store_answer(
    connection: Connection,
    context: Context,
    account_id: str,
    vat_id: str,
    answer: VatAnswer,
    *,
    contact_id: str = "",
) -> None:
    """Store an answer with its evidence, or that there was none; an older one changes nothing."""
    insert_if_absent(connection, vat_check, _unasked(account_id, vat_id, answer.asked_at))
    check = read_check(connection, account_id, vat_id)
    if check is None or (check.answered_at is not None and answer.asked_at < check.answered_at):
        return
    if not answer.clean:
        _store_failure(connection, account_id, vat_id, answer, check)
        return
    evidence = _evidence(answer) | {"requester": context.catalogue.seller.vat_id}
    connection.execute(
        update(vat_check)
        .where(_this(account_id, vat_id))
        .values(
            state=answer.state,
            attempts=0,
            first_asked_at=answer.asked_at,
            answered_at=answer.asked_at,
            # What waits for the answer goes on when the worker looks at it.
            next_ask_at=None if check.next_ask_at is None else answer.asked_at,
            reference=answer.reference,
            answer=evidence,
        )
    )
    record_event(
        connection,
        context,
        account_id=account_id,
        contact_id=contact_id,
        action="vat_id_checked",
        object_id=vat_id,
        old={"state": check.state},
        new=evidence | {"state": answer.state},
        actor=Actor.CONTACT if contact_id else Actor.WORKER,
    )


def _store_failure(
    connection: Connection, account_id: str, vat_id: str, answer: VatAnswer, check: VatCheck
) -> None:
    began = check.first_asked_at if check.attempts else answer.asked_at
    values: dict[str, object] = {
        "attempts": check.attempts + 1,
        "first_asked_at": began,
        "next_ask_at": answer.asked_at + wait_after(check.attempts + 1),
    }
    if check.answered_at is None:
        values["answer"] = _evidence(answer)
    connection.execute(update(vat_check).where(_this(account_id, vat_id)).values(values))
    if answer.asked_at - began >= ALERT_AFTER:
        _LOG.error(
            "VAT id of account %s unchecked since %s: %s", account_id, began, answer.raw[:100]
        )


def wait_after(attempts: int) -> timedelta:
    """The wait after so many enquiries without an answer: 1, 2, 4, … 60 minutes."""
    doublings: int = min(attempts - 1, _MOST_DOUBLINGS)
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << doublings))


def _evidence(answer: VatAnswer) -> dict[str, object]:
    return {
        "asked_at": answer.asked_at.isoformat(),
        "reference": answer.reference,
        "raw": answer.raw,
    }


def _unasked(account_id: str, vat_id: str, now: datetime) -> dict[str, object]:
    return {
        "account_id": account_id,
        "vat_id": vat_id,
        "state": VatIdState.UNKNOWN,
        "attempts": 0,
        "first_asked_at": now,
        "reference": "",
        "answer": {},
    }


def _this(account_id: str, vat_id: str) -> ColumnElement[bool]:
    return (vat_check.c.account_id == account_id) & (vat_check.c.vat_id == vat_id)


def keep_confirmed(connection: Connection, account_id: str, vat_id: str) -> None:
    """Make a confirmed id the account's own when it has none, so that renewals reckon with it."""
    connection.execute(
        update(account)
        .where(account.c.account_id == account_id, account.c.vat_id == "")
        .values(vat_id=vat_id, vat_id_state=VatIdState.CONFIRMED)
    )
