"""`billing-center account open|password`: an operator lets a company in, and its people."""

from __future__ import annotations

import sys
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from billing.accounts.account_file import load_account
from billing.errors import DocumentInvalid
from tui.commands.database import opened_service
from tui.commands.output import say
from tui.commands.refusal import CannotDo, refuse_flaws
from tui.i18n import _, ngettext

if TYPE_CHECKING:
    from argparse import Namespace

    from billing.catalogue.model import Catalogue

# More than a password may have; nobody can fill the memory by a pipe.
_LONGEST_LINE = 2_000


def open_account(arguments: Namespace) -> int:
    """Open the account that a file describes, or say on standard error every flaw of the file."""
    with opened_service(arguments) as service:
        try:
            new = load_account(Path(arguments.file), _currencies(service.catalogue))
        except DocumentInvalid as error:
            return refuse_flaws(error.flaws)
        service.open_account(new)
    contacts = ngettext("{n} contact", "{n} contacts", len(new.contacts))
    users = ngettext("{n} user", "{n} users", len(new.users))
    return say(
        _("{name} is opened: {contacts}, {users}. {command} gives a contact a password.").format(
            name=new.name,
            contacts=contacts.format(n=len(new.contacts)),
            users=users.format(n=len(new.users)),
            command="billing-center account password",
        )
    )


def password(arguments: Namespace) -> int:
    """Give a contact the password that is typed twice, or that standard input holds."""
    typed = _typed() if sys.stdin is not None and sys.stdin.isatty() else _piped()
    with opened_service(arguments) as service:
        service.set_password(arguments.mail, typed)
    return say(_("{mail} can sign in with the new password.").format(mail=arguments.mail))


def _currencies(catalogue: Catalogue) -> frozenset[str]:
    return frozenset(
        currency
        for product in catalogue.products
        for tier in product.tiers
        for _cycle, currency in tier.prices
    )


def _typed() -> str:
    first = getpass(_("New password: "))
    if getpass(_("Once more: ")) != first:
        raise CannotDo(_("These are two passwords. Nothing was changed."))
    return first


def _piped() -> str:
    line = "" if sys.stdin is None else sys.stdin.readline(_LONGEST_LINE)
    return line.rstrip("\r\n")
