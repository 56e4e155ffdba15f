"""How many may be here at once: connections that have not signed in, and sessions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from billing.ssh_settings import SshSettings

_WAITING_SHARE = 4


class Occupancy:
    """Counts who is here; a limit of 0 is none."""

    def __init__(self, settings: SshSettings) -> None:
        self._limits = settings
        self._waiting: Counter[str] = Counter()
        self._addresses: Counter[str] = Counter()
        self._accounts: Counter[str] = Counter()

    @property
    def sessions(self) -> int:
        """All sessions."""
        return self._addresses.total()

    def may_wait(self, place: str) -> bool:
        """Take a connection that has yet to prove who it is; one address never takes all."""
        most = self._limits.waiting_connections
        if self._waiting.total() >= most or self._waiting[place] >= max(1, most // _WAITING_SHARE):
            return False
        self._waiting[place] += 1
        return True

    def waits_no_more(self, place: str) -> None:
        """It has proven it, or is gone."""
        _take_one(self._waiting, place)

    def may_begin(self, place: str) -> bool:
        """Take a session from an address."""
        if self.sessions >= self._limits.sessions or _is_full(
            self._addresses[place], self._limits.sessions_per_address
        ):
            return False
        self._addresses[place] += 1
        return True

    def ended(self, place: str) -> None:
        """A session from an address is over."""
        _take_one(self._addresses, place)

    def may_use(self, account: str) -> bool:
        """Take a session of an account."""
        if _is_full(self._accounts[account], self._limits.sessions_per_account):
            return False
        self._accounts[account] += 1
        return True

    def left(self, account: str) -> None:
        """A session of an account is over, or serves another one now."""
        _take_one(self._accounts, account)


def _is_full(number: int, most: int) -> bool:
    return 0 < most <= number


def _take_one(counter: Counter[str], key: str) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        # Counts of zero would pile up, one for every address that ever came.
        del counter[key]
