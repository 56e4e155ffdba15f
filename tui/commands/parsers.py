"""Parsers of the commands for operators: keys, subscriptions, invoices, service over SSH."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from tui.commands.arguments import Parser, day, place, port, whole_number, word
from tui.i18n import _

if TYPE_CHECKING:
    from argparse import Namespace, _SubParsersAction
    from collections.abc import Callable

    Commands = _SubParsersAction[Parser]
    Share = Callable[[Parser], None]
    Lazy = Callable[[str, str], Callable[[Namespace], int]]

_LONGEST_SECONDS = 10**9
IDLE_SECONDS, LONGEST_SECONDS = 900, 14_400


def add_account(commands: Commands, share: Share, lazy: Lazy) -> None:
    """`account open|password` and `account key …`; `share` adds the options all commands have."""
    commands.add_parser(
        "account",
        help=_("work on the contacts of accounts"),
        fill=lambda account: _fill_account(account, share, lazy),
    )


def _fill_account(account: Parser, share: Share, lazy: Lazy) -> None:
    share(account)
    subjects = _further(account)

    opened = subjects.add_parser("open", help=_("open the account that a file describes"))
    opened.add_argument("file", metavar=_("FILE"), help=_("an account as TOML"))
    share(opened)
    opened.set_defaults(run=lazy("opening", "open_account"))

    password = subjects.add_parser(
        "password", help=_("give a contact a new password, typed or from standard input")
    )
    _mail(password)
    share(password)
    password.set_defaults(run=lazy("opening", "password"))

    key = subjects.add_parser("key", help=_("the public SSH keys of a contact"))
    share(key)
    tasks = _further(key)

    add = tasks.add_parser("add", help=_("register a key for a contact"))
    _mail(add)
    add.add_argument(
        "key",
        nargs="+",
        metavar=_("KEY"),
        help=_("a public key, a file that holds one, or - for standard input"),
    )
    share(add)
    add.set_defaults(run=lazy("keys", "add"))

    listed = tasks.add_parser("list", help=_("the keys of a contact, and when each was last used"))
    _fill_list(listed, share)
    listed.set_defaults(run=lazy("keys", "list_them"))

    remove = tasks.add_parser("remove", help=_("forget a key of a contact"))
    _mail(remove)
    _fingerprint(remove)
    share(remove)
    remove.set_defaults(run=lazy("keys", "remove"))

    authorized = tasks.add_parser(
        "authorized", help=_("for sshd's AuthorizedKeysCommand: the line of a registered key")
    )
    _fingerprint(authorized)
    share(authorized)
    authorized.set_defaults(run=lazy("keys", "authorized"))


def add_invoice(commands: Commands, share: Share, lazy: Lazy) -> None:
    """`invoice list|paid`; `share` as `add_account`."""
    commands.add_parser(
        "invoice",
        help=_("invoices, and which of them a bank transfer has paid"),
        fill=lambda invoice: _fill_invoice(invoice, share, lazy),
    )


def _fill_invoice(invoice: Parser, share: Share, lazy: Lazy) -> None:
    share(invoice)
    tasks = _further(invoice)

    listed = tasks.add_parser("list", help=_("the invoices of a contact's account, newest first"))
    _fill_list(listed, share)
    listed.add_argument("--open", action="store_true", help=_("only those that are not paid yet"))
    listed.set_defaults(run=lazy("invoices", "list_them"))

    paid = tasks.add_parser("paid", help=_("record that the money of an invoice has arrived"))
    _mail(paid)
    paid.add_argument(
        "number", nargs="+", type=word, metavar=_("NUMBER"), help=_("such as RE-7ZZ1KQ0F9M-000042")
    )
    share(paid)
    paid.set_defaults(run=lazy("invoices", "paid"))


def add_subscription(commands: Commands, share: Share, lazy: Lazy) -> None:
    """`subscription list|cancel|resume`; `share` as `add_account`."""
    commands.add_parser(
        "subscription",
        help=_("subscriptions, and cancellations that customers wrote"),
        fill=lambda subscription: _fill_subscription(subscription, share, lazy),
    )


def _fill_subscription(subscription: Parser, share: Share, lazy: Lazy) -> None:
    share(subscription)
    tasks = _further(subscription)

    listed = tasks.add_parser("list", help=_("the subscriptions of a contact's account"))
    _fill_list(listed, share)
    listed.set_defaults(run=lazy("subscriptions", "list_them"))

    cancel = tasks.add_parser("cancel", help=_("end a subscription with its period"))
    resume = tasks.add_parser("resume", help=_("take a cancellation back before it takes effect"))
    for task, function in ((cancel, "cancel"), (resume, "resume")):
        task.add_argument("mail", type=word, metavar=_("MAIL"), help=_("the billing contact's"))
        task.add_argument(
            "product", type=word, metavar=_("PRODUCT"), help=_("such as goto-webinar")
        )
        share(task)
        task.set_defaults(run=lazy("subscriptions", function))


def add_ssh(ways: Commands, share: Share, lazy: Lazy) -> None:
    """`serve ssh`."""
    ssh = ways.add_parser("ssh", help=_("an SSH server whose only program is this one"))
    ssh.add_argument("--host", type=word, metavar=_("ADDRESS"), help=_("default: 127.0.0.1"))
    ssh.add_argument("--port", type=port, metavar=_("PORT"), help=_("default: 2222"))
    ssh.add_argument(
        "--host-key",
        type=place,
        metavar=_("FILE"),
        help=_("made when it is missing; default: in the data folder"),
    )
    ssh.add_argument("--demo", action="store_true", help=_("on sample data for all, thrown away"))
    ssh.add_argument("--today", type=day, metavar=_("DATE"), help=_("begin the demo on this day"))
    share(ssh)
    ssh.set_defaults(run=lazy("serve", "run_ssh"))


def add_openssh(ways: Commands, share: Share, lazy: Lazy) -> None:
    """`serve openssh`."""
    openssh = ways.add_parser(
        "openssh", help=_("for sshd's ForceCommand: the program for whoever sshd has let in")
    )
    openssh.add_argument(
        "--idle",
        type=_seconds,
        default=IDLE_SECONDS,
        metavar=_("SECONDS"),
        help=_("without a key end a session; 0: never; default: {n}").format(n=IDLE_SECONDS),
    )
    openssh.add_argument(
        "--longest",
        type=_seconds,
        default=LONGEST_SECONDS,
        metavar=_("SECONDS"),
        help=_("in all end a session; 0: never; default: {n}").format(n=LONGEST_SECONDS),
    )
    share(openssh)
    openssh.set_defaults(run=lazy("openssh", "run"))


def _further(parser: Parser) -> Commands:
    return parser.add_subparsers(
        title=_("commands"), required=True, metavar=_("command"), parser_class=Parser
    )


def _fill_list(listed: Parser, share: Share) -> None:
    """What every list of a contact takes."""
    _mail(listed)
    listed.add_argument("--json", action="store_true", help=_("one JSON document"))
    share(listed)


def _mail(parser: Parser) -> None:
    parser.add_argument("mail", type=word, metavar=_("MAIL"), help=_("a contact's sign-in"))


def _fingerprint(parser: Parser) -> None:
    parser.add_argument(
        "fingerprint", type=word, metavar="SHA256:…", help=_("the key's fingerprint")
    )


def _seconds(text: str) -> int:
    seconds = whole_number(text)
    if not 0 <= seconds <= _LONGEST_SECONDS:
        raise ArgumentTypeError(
            _("the seconds must be between {first} and {last}").format(
                first=0, last=_LONGEST_SECONDS
            )
        )
    return seconds
