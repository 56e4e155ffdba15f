"""Who was here: the account that a session counts for, and what is kept of it after its end."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from billing.accounts.model import SessionRecord

if TYPE_CHECKING:
    from serving.admission import Guest
    from serving.house import House
    from serving.terminals import Terminal
    from tui.launcher import End, SignedIn

_log = logging.getLogger("billing_center.serving")


@dataclass(frozen=True, slots=True)
class _Visit:
    """One contact at the terminal; several may sign in one after the other."""

    account_id: str
    contact_id: str
    began_at: datetime


class Attendance:
    """Follows who is signed in during one session."""

    def __init__(self, house: House, guest: Guest, terminal: Terminal) -> None:
        self._house, self._guest, self._terminal = house, guest, terminal
        self._began_at = datetime.now(UTC)
        self._visit: _Visit | None = None

    def signed_in(self, word: SignedIn) -> bool:
        """Somebody has signed in; False when their account has too many sessions already."""
        if self._visit is not None and self._visit.account_id != word.account_id:
            self._leave(self._visit, "signed_out")
        if self._visit is None and not self._house.occupancy.may_use(word.account_id):
            self._house.metrics.refused("account")
            return False
        self._visit = _Visit(word.account_id, word.contact_id, datetime.now(UTC))
        return True

    def over(self, end: End) -> None:
        """The session is over."""
        seconds = (datetime.now(UTC) - self._began_at).total_seconds()
        _log.info(
            "session of %s from %s, key %s, %s %dx%d, %.0f s: %s",
            self._visit.account_id if self._visit else "nobody",
            self._guest.address,
            self._guest.holder.fingerprint if self._guest.holder else "none",
            self._terminal.name,
            self._terminal.width,
            self._terminal.height,
            seconds,
            end.value,
        )
        if self._visit is not None:
            self._leave(self._visit, end.value)

    def _leave(self, visit: _Visit, end: str) -> None:
        self._house.occupancy.left(visit.account_id)
        holder = self._guest.holder
        by_key = holder is not None and holder.contact_id == visit.contact_id
        self._house.registry.record(
            SessionRecord(
                account_id=visit.account_id,
                contact_id=visit.contact_id,
                fingerprint=holder.fingerprint if holder is not None and by_key else "",
                address=self._guest.address,
                terminal=self._terminal.name,
                width=self._terminal.width,
                height=self._terminal.height,
                began_at=visit.began_at,
                ended_at=datetime.now(UTC),
                end=end,
            )
        )
        self._visit = None
