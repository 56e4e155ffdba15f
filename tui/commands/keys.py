"""`billing-center account key …`: the public SSH keys by which a contact comes in."""

from __future__ import annotations

import json
import logging
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from billing.accounts.public_keys import LONGEST_LINE
from billing.errors import BillingError
from billing.logging_setup import log_to_file
from billing.settings import load_settings
from tui.commands.database import opened_service
from tui.commands.output import say
from tui.commands.refusal import DONE, CannotDo, one_line
from tui.formats import day
from tui.i18n import _

if TYPE_CHECKING:
    from argparse import Namespace

    from billing.accounts.model import RegisteredKey

_log = logging.getLogger("billing_center")
_STANDARD_INPUT = "-"
# A line too long is told apart from one that was read to its end.
_ENOUGH = LONGEST_LINE + 2


def add(arguments: Namespace) -> int:
    """Register a key that is given, in a file or on standard input."""
    line = _line(arguments.key)
    with opened_service(arguments) as service:
        key = service.add_key(arguments.mail, line)
    return say(_("Registered for {mail}: {key}").format(mail=arguments.mail, key=_named(key)))


def list_them(arguments: Namespace) -> int:
    """Show a contact's keys, oldest first."""
    with opened_service(arguments) as service:
        keys = service.list_keys(arguments.mail)
    if arguments.json:
        return say(json.dumps({"keys": [_document(key) for key in keys]}, indent=2))
    if not keys:
        return say(_("No keys are registered for {mail}.").format(mail=one_line(arguments.mail)))
    return say("\n".join(map(_row, keys)))


def remove(arguments: Namespace) -> int:
    """Forget a contact's key."""
    with opened_service(arguments) as service:
        key = service.remove_key(arguments.mail, arguments.fingerprint)
    return say(_("Removed for {mail}: {key}").format(mail=arguments.mail, key=_named(key)))


def authorized(arguments: Namespace) -> int:
    """Print what sshd wants to know of a key; of one that is not registered, nothing.

    sshd throws away what is said on standard error, so the log has to tell of failures.
    """
    try:
        with opened_service(arguments) as service:
            holder = service.contact_of_key(arguments.fingerprint)
    except (BillingError, CannotDo) as error:
        with suppress(OSError):
            log_to_file(load_settings().log_folder)
        _log.error("key %.60r not looked up", arguments.fingerprint, exc_info=error)
        raise
    return say(f"restrict,pty {holder.line}") if holder is not None else DONE


def _line(words: list[str]) -> str:
    """The line of a key: as it is given, or what is in the file that is named."""
    if words == [_STANDARD_INPUT]:
        return sys.stdin.read(_ENOUGH)
    if len(words) == 1 and " " not in words[0]:
        return _read(words[0])
    return " ".join(words)


def _read(name: str) -> str:
    try:
        with Path(name).expanduser().open(encoding="utf-8", errors="replace") as file:
            return file.read(_ENOUGH)
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or _("no such file")
        raise CannotDo(
            _("{place} cannot be read: {reason}").format(place=name, reason=reason)
        ) from None


def _named(key: RegisteredKey) -> str:
    """A key on one line; the comment is its owner's and may be anything."""
    return one_line(" ".join(filter(None, (key.fingerprint, key.kind, key.comment))))


def _row(key: RegisteredKey) -> str:
    added = _("added {day}").format(day=day(key.added_at.date()))
    used = (
        _("never used")
        if key.last_used_at is None
        else _("last used {day}").format(day=day(key.last_used_at.date()))
    )
    return f"{_named(key)}  ·  {added}, {used}"


def _document(key: RegisteredKey) -> dict[str, str | None]:
    return {
        "fingerprint": key.fingerprint,
        "kind": key.kind,
        "comment": key.comment,
        "added_at": key.added_at.isoformat(),
        "last_used_at": key.last_used_at.isoformat() if key.last_used_at else None,
    }
