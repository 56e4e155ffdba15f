"""Who comes in: by a registered key whose signature is proven, or as nobody, to the login page.

The user name of SSH names no one here. A client may show keys that it does not hold, so a key is a
candidate only, and whatever else succeeds makes it forgotten.
"""

from __future__ import annotations

import asyncio
import logging
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import asyncssh

from serving.congestion import Congestion
from serving.session import Session
from serving.waits import place_of

if TYPE_CHECKING:
    from billing.accounts.model import KeyHolder
    from serving.house import House

_log = logging.getLogger("billing_center.serving")

_MOST_KEYS = 20
_LINGERING_SECONDS = 5.0


@dataclass
class Guest:
    """One connection: where it comes from, and whose key it has proven to hold."""

    address: str
    place: str
    holder: KeyHolder | None = None
    sessions: set[Session] = field(default_factory=set)


class Doorkeeper(asyncssh.SSHServer):
    """Lets one connection in or not, and gives it sessions and nothing else."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._loop = asyncio.get_running_loop()
        self._candidate: KeyHolder | None = None
        self._keys_shown = 0
        self._waiting = self._asked = self._let_in = False
        self._unused: asyncio.TimerHandle | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Somebody is at the door."""
        self._connection = conn
        address = str((conn.get_extra_info("peername") or ("?",))[0])
        self._guest = Guest(address, place_of(address))
        if self._house.closing or not self._house.occupancy.may_wait(self._guest.place):
            self._house.metrics.refused("connections")
            conn.abort()
            return
        self._waiting = True
        Congestion(conn, self._guest.sessions)

    def connection_lost(self, exc: Exception | None) -> None:
        """They have left."""
        del exc
        self._waits_no_more()
        if self._unused is not None:
            self._unused.cancel()
        if self._asked and not self._let_in:
            self._house.waits.failed(self._guest.place)

    # Signing in

    def begin_auth(self, username: str) -> bool:
        """Nobody comes in without a proof, or without saying that they have none."""
        del username
        self._candidate = None
        seconds = self._house.waits.seconds(self._guest.place)
        if seconds > 0:
            self._house.metrics.refused("failures")
            raise asyncssh.DisconnectError(
                asyncssh.DISC_TOO_MANY_CONNECTIONS,
                f"too many failures; try again in {math.ceil(seconds)} s",
            )
        self._asked = True
        return True

    def public_key_auth_supported(self) -> bool:
        """Registered keys name their contact."""
        return True

    def kbdint_auth_supported(self) -> bool:
        """Without a key the program's own login page asks for mail and password."""
        return True

    def password_auth_supported(self) -> bool:
        """Passwords are typed inside the program only."""
        return False

    async def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Whether a key is registered; only what comes next tells whether the client holds it."""
        del username
        self._candidate = None
        self._keys_shown += 1
        if self._keys_shown > _MOST_KEYS:
            return False
        holder = await self._house.registry.contact_of_key(key.get_fingerprint())
        self._candidate = holder
        return holder is not None

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> bool:
        """There is nothing to ask here: whoever comes so is nobody yet."""
        del username, lang, submethods
        self._candidate = None
        return True

    def auth_completed(self) -> None:
        """The signature is proven, or nothing was claimed."""
        self._let_in = True
        self._waits_no_more()
        self._guest.holder, self._candidate = self._candidate, None
        if self._guest.holder is not None:
            self._house.registry.key_used(self._guest.holder)
        self._expect_use(self._house.settings.grace_seconds)

    # Sessions

    def session_requested(self) -> Session | bool:
        """A session, if there is room for one more."""
        if self._house.closing:
            return False
        session = Session(self._house, self._guest, self._session_over)
        self._guest.sessions.add(session)
        return session

    def _session_over(self, session: Session) -> None:
        self._guest.sessions.discard(session)
        self._expect_use(_LINGERING_SECONDS)

    def _expect_use(self, seconds: float) -> None:
        """Close a connection that has no session for so long."""
        if self._unused is not None:
            self._unused.cancel()
        self._unused = self._loop.call_later(seconds, self._close_unused)

    def _close_unused(self) -> None:
        if not self._guest.sessions:
            self._connection.disconnect(asyncssh.DISC_BY_APPLICATION, "no session")

    def _waits_no_more(self) -> None:
        if self._waiting:
            self._waiting = False
            self._house.occupancy.waits_no_more(self._guest.place)
