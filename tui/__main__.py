"""The command line: `billing-center …`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from tui.commands.arguments import (
    Parser,
    ShowVersion,
    cart_line,
    day,
    place,
    whole_number,
    word,
)
from tui.commands.parsers import (
    add_account,
    add_invoice,
    add_openssh,
    add_ssh,
    add_subscription,
)
from tui.commands.play_arguments import add_play, add_tape
from tui.commands.refusal import INTERRUPTED, PROGRAM, refuse_error
from tui.i18n import LANGUAGES, _, preferred_language, set_language

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and give its exit code: 0 done, 1 refused, 2 wrong usage, 130 interrupted."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        set_language(_language_of(words))
        parsed = _parser().parse_args(words)
        set_language(parsed.lang)
        return int(parsed.run(parsed))
    except SystemExit as end:
        # argparse ends so, after --help as after a complaint.
        return int(end.code or 0)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - nobody is ever shown a traceback
        return refuse_error(error)


def _language_of(words: Sequence[str]) -> str:
    """The language for the help texts: the last --lang, else the environment's."""
    language = preferred_language()
    for index, argument in enumerate(words):
        name, equals, value = argument.partition("=")
        named = value if equals else "".join(words[index + 1 : index + 2])
        if name == "--lang" and named in LANGUAGES:
            language = named
    return language


def _parser() -> Parser:
    parser = Parser(
        prog=PROGRAM,
        description=_("Add a subscription or a free trial of another product to an account."),
    )
    parser.add_argument(
        "--version", action=ShowVersion, nargs=0, help=_("show the version and exit")
    )
    _common(parser)
    parser.set_defaults(
        run=_lazy("program", "run"),
        lang=preferred_language(),
        database=None,
        sign_in_as=None,
        plain=False,
    )
    commands = parser.add_subparsers(title=_("commands"), metavar=_("command"), parser_class=Parser)
    commands.add_parser("demo", help=_("the program on sample data"), fill=_demo)
    add_play(commands, _language, _lazy("play", "run"))
    commands.add_parser("quote", help=_("prices without ordering"), fill=_quote)
    commands.add_parser("catalogue", help=_("work on a catalogue file"), fill=_catalogue)
    commands.add_parser("database", help=_("work on the database"), fill=_on_database)
    commands.add_parser(
        "worker",
        help=_("send mails, ask about payments, end trials and renew subscriptions"),
        fill=_worker,
    )
    add_account(commands, _shared, _lazy)
    add_subscription(commands, _shared, _lazy)
    add_invoice(commands, _shared, _lazy)
    commands.add_parser("serve", help=_("let others come in from far away"), fill=_serve)
    return parser


def _demo(demo: Parser) -> None:
    _common(demo)
    demo.add_argument("--today", type=day, metavar=_("DATE"), help=_("begin on this day"))
    add_tape(demo)
    demo.set_defaults(run=_lazy("program", "run_demo"))


def _quote(quote: Parser) -> None:
    _selection(quote)
    _buyer(quote)
    quote.add_argument("--today", type=day, metavar=_("DATE"), help=_("reckon as if on this day"))
    quote.add_argument("--json", action="store_true", help=_("one JSON document"))
    _database(quote)
    _language(quote)
    quote.set_defaults(run=_lazy("quote", "quote"))


def _selection(quote: Parser) -> None:
    quote.add_argument("--product", type=word, metavar="ID", help=_("such as goto-webinar"))
    quote.add_argument("--tier", type=word, metavar="ID", help=_("such as pro"))
    quote.add_argument("--seats", type=whole_number, metavar="N", help=_("number of user licences"))
    quote.add_argument(
        "--cycle", choices=("monthly", "annual"), help=_("how to be billed; not for a trial")
    )
    quote.add_argument(
        "--line",
        type=cart_line,
        action="append",
        default=[],
        metavar="PRODUCT:TIER:SEATS:CYCLE",
        help=_("one more line to buy; may be repeated"),
    )
    quote.add_argument(
        "--offer",
        choices=("buy", "trial", "change"),
        default="buy",
        help=_(
            "default: buy; change: of the account's subscription of --product, which stays as it "
            "is in what is not named"
        ),
    )


def _buyer(quote: Parser) -> None:
    quote.add_argument(
        "--account",
        type=word,
        metavar="MAIL",
        help=_("a contact of the account to quote for (needs the database)"),
    )
    quote.add_argument(
        "--country",
        type=word,
        metavar="CC",
        help=_("the buyer's country, two letters; default: the seller's"),
    )
    quote.add_argument(
        "--currency",
        type=word,
        metavar="CUR",
        help=_("three letters; default: EUR in the EU, USD elsewhere"),
    )
    quote.add_argument("--vat-id", metavar="ID", help=_("the buyer's VAT number"))
    quote.add_argument(
        "--vat-id-state",
        choices=("confirmed", "refuted", "unknown"),
        help=_("what the tax authority said of --vat-id; default: unknown"),
    )


def _catalogue(catalogue: Parser) -> None:
    _language(catalogue)
    tasks = catalogue.add_subparsers(
        title=_("commands"), required=True, metavar=_("command"), parser_class=Parser
    )
    check = tasks.add_parser("check", help=_("say what is wrong with a catalogue, and where"))
    check.add_argument("file", metavar=_("FILE"), help=_("a catalogue as TOML"))
    _language(check)
    check.set_defaults(run=_lazy("catalogue", "check"))


def _on_database(database: Parser) -> None:
    _database(database)
    _language(database)
    tasks = database.add_subparsers(
        title=_("commands"), required=True, metavar=_("command"), parser_class=Parser
    )
    upgrade = tasks.add_parser("upgrade", help=_("create or migrate the database"))
    _database(upgrade)
    _language(upgrade)
    upgrade.set_defaults(run=_lazy("database", "upgrade"))
    distribute = tasks.add_parser(
        "distribute", help=_("spread the tables over the nodes of a Citus cluster")
    )
    _database(distribute)
    _language(distribute)
    distribute.set_defaults(run=_lazy("database", "distribute"))


def _worker(worker: Parser) -> None:
    worker.add_argument(
        "--once", action="store_true", help=_("do what is due and end, instead of running on")
    )
    worker.add_argument(
        "--today", type=day, metavar=_("DATE"), help=_("as if on this day; implies --once")
    )
    _database(worker)
    _language(worker)
    worker.set_defaults(run=_lazy("worker", "run"))


def _serve(serve: Parser) -> None:
    _language(serve)
    ways = serve.add_subparsers(
        title=_("commands"), required=True, metavar=_("command"), parser_class=Parser
    )
    add_ssh(ways, _shared, _lazy)
    add_openssh(ways, _shared, _lazy)


def _shared(parser: Parser) -> None:
    _database(parser)
    _language(parser)


def _common(parser: Parser) -> None:
    _language(parser)
    _database(parser)
    parser.add_argument(
        "--as",
        dest="sign_in_as",
        type=word,
        default=argparse.SUPPRESS,
        metavar="MAIL",
        help=_("skip the sign-in (needs the database)"),
    )
    parser.add_argument(
        "--plain",
        action="store_true",
        default=argparse.SUPPRESS,
        help=_("line by line, for screen readers and scripts"),
    )


# An option that a command shares with the program may stand before or behind the command. A default
# of the command would overrule what stands before it, so only the program has defaults.


def _language(parser: Parser) -> None:
    parser.add_argument(
        "--lang", choices=LANGUAGES, default=argparse.SUPPRESS, help=_("language of all texts")
    )


def _database(parser: Parser) -> None:
    parser.add_argument(
        "--database",
        type=place,
        default=argparse.SUPPRESS,
        metavar=_("PLACE"),
        help=_("a path or an address"),
    )


def _lazy(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    """A subcommand whose module is imported when it runs."""

    def run(arguments: argparse.Namespace) -> int:
        from importlib import import_module  # noqa: PLC0415

        return int(getattr(import_module(f"tui.commands.{module}"), function)(arguments))

    return run


if __name__ == "__main__":
    sys.exit(main())
