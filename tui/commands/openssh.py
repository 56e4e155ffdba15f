"""`billing-center serve openssh`: the program for whoever OpenSSH's server has let in.

sshd runs it by ForceCommand and tells in variables who proved which key (ExposeAuthInfo), what was
asked for, and where it came from. The program learns it as from any launcher.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from billing.accounts.model import SessionRecord
from billing.accounts.public_keys import read_public_key
from billing.bootstrap import connect
from billing.errors import InvalidInput
from billing.logging_setup import log_to_file
from tui.commands.database import configured
from tui.commands.refusal import DONE, REFUSED, complain, refuse
from tui.doors import DOORS, usage
from tui.i18n import _
from tui.launcher import Admission, End, Ended, NotUnderstood, SignedIn, spoken, understood

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Mapping

    from billing.accounts.model import KeyHolder
    from billing.service import BillingService
    from billing.settings import Settings
    from tui.launcher import Door, Word

_log = logging.getLogger("billing_center")
_PROVEN_BY_KEY = "publickey"
_MOST = 65536


def run(arguments: Namespace) -> int:
    """Serve one session on this terminal."""
    try:
        door = asked_door(os.environ)
    except KeyError:
        complain(usage())
        return REFUSED
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return refuse(_("This program needs a terminal: ssh -t …"))
    settings = configured(arguments)
    with suppress(OSError):
        log_to_file(settings.log_folder)
    try:
        return _serve(arguments, settings, door)
    except Exception as error:  # noqa: BLE001 - what is wrong with a server is not told to guests
        _log.error("no session", exc_info=error)
        return refuse(_("No session can begin at the moment; please connect again soon."))


def _serve(arguments: Namespace, settings: Settings, door: Door | None) -> int:
    service = connect(settings)
    holder = proven_holder(service, os.environ)
    if holder is not None:
        service.key_used(holder)
    admission = Admission(
        language=arguments.lang,
        mail=holder.mail if holder else None,
        door=door,
        idle_seconds=arguments.idle or None,
        longest_seconds=arguments.longest or None,
    )
    return _Session(settings, service, holder, os.environ).run(admission)


def asked_door(environment: Mapping[str, str]) -> Door | None:
    """The page that was asked for.

    Raises:
        KeyError: there is no such page.
    """
    asked = environment.get("SSH_ORIGINAL_COMMAND", "").strip().lower()
    return DOORS[asked] if asked else None


def proven_holder(service: BillingService, environment: Mapping[str, str]) -> KeyHolder | None:
    """Whose key was proven; nobody's where none was, or more than one."""
    fingerprints = set(_proven(environment.get("SSH_USER_AUTH", "")))
    holders = {service.contact_of_key(fingerprint) for fingerprint in fingerprints}
    return holders.pop() if len(holders) == 1 else None


def _proven(file: str) -> Iterator[str]:
    """The fingerprints of the keys that sshd says were proven."""
    try:
        told = Path(file).read_text(encoding="utf-8", errors="replace") if file else ""
    except OSError:
        return
    for line in told.splitlines():
        method, _, key = line.partition(" ")
        if method == _PROVEN_BY_KEY:
            with suppress(InvalidInput):
                yield read_public_key(key).fingerprint


class _Session:
    """One session: the program runs in this process, and what it says is read at its end."""

    def __init__(
        self,
        settings: Settings,
        service: BillingService,
        holder: KeyHolder | None,
        environment: Mapping[str, str],
    ) -> None:
        self._settings, self._service, self._holder = settings, service, holder
        self._address = environment.get("SSH_CONNECTION", "").partition(" ")[0]
        self._terminal = environment.get("TERM", "")
        self._size = os.terminal_size((0, 0))

    def run(self, admission: Admission) -> int:
        """Serve it and keep that it was."""
        from tui.served import serve  # noqa: PLC0415 - what is refused needs no program

        began_at = datetime.now(UTC)
        self._size = os.get_terminal_size()
        mine, its = socket.socketpair()
        with mine:
            mine.sendall(spoken(admission))
            code = serve(its.detach(), lambda: self._service, log_folder=self._settings.log_folder)
            words = list(_said(mine))
        ends = [word.end for word in words if isinstance(word, Ended)]
        end = ends[-1] if ends else End.CRASHED
        fingerprint = self._holder.fingerprint if self._holder else "none"
        _log.info("session from %.64r, key %s: %s", self._address, fingerprint, end.value)
        try:
            self._record(words, end, began_at)
        except Exception as error:  # noqa: BLE001 - whoever was here has been served
            _log.error("session not recorded", exc_info=error)
        return code if code == DONE else REFUSED

    def _record(self, words: list[Word], end: End, began_at: datetime) -> None:
        """Keep a record for every contact who was here, on a connection of its own."""
        guests = {word.contact_id: word for word in words if isinstance(word, SignedIn)}
        if not guests:
            return
        service = connect(self._settings)
        ended_at = datetime.now(UTC)
        for guest in guests.values():
            by_key = self._holder is not None and self._holder.contact_id == guest.contact_id
            service.record_session(
                SessionRecord(
                    account_id=guest.account_id,
                    contact_id=guest.contact_id,
                    fingerprint=self._holder.fingerprint if self._holder and by_key else "",
                    address=self._address,
                    terminal=self._terminal,
                    width=self._size.columns,
                    height=self._size.lines,
                    began_at=began_at,
                    ended_at=ended_at,
                    end=end.value,
                )
            )
        service.close()


def _said(link: socket.socket) -> Iterator[Word]:
    """Everything that the program said, which has ended."""
    data = b""
    while (part := link.recv(_MOST)) and len(data) < _MOST:
        data += part
    with suppress(NotUnderstood):
        for line in data.splitlines():
            yield understood(line)
