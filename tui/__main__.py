"""The command line: `billing-center …`."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from typing import TYPE_CHECKING, NoReturn

from tui.commands.refusal import WRONG_USAGE, refuse
from tui.i18n import LANGUAGES, _, preferred_language, set_language

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class _Parser(argparse.ArgumentParser):
    """An ArgumentParser whose complaint is one line, with exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where help is."""
        self.exit(WRONG_USAGE, f"{self.prog}: {message}\n{_('Help')}: {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and give its exit code: 0 done, 1 refused, 2 wrong usage."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    set_language(_language_of(words))
    parsed = _parser().parse_args(words)
    set_language(parsed.lang)
    from billing.errors import BillingError  # noqa: PLC0415 - `--help` needs none of it
    from billing.settings import SettingsInvalid  # noqa: PLC0415

    try:
        return int(parsed.run(parsed))
    except SettingsInvalid as error:
        flaws = "; ".join(": ".join(filter(None, flaw)) for flaw in error.flaws)
        return refuse(_("settings file {file}: {flaws}").format(file=error.place, flaws=flaws))
    except BillingError as error:
        from tui.sentences import sentence  # noqa: PLC0415

        return refuse(sentence(error))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def _language_of(words: list[str]) -> str:
    """The language for the help texts: --lang if it is there, else the environment's."""
    for index, word in enumerate(words):
        named = word.partition("=")[2] if "=" in word else "".join(words[index + 1 : index + 2])
        if word.partition("=")[0] == "--lang" and named in LANGUAGES:
            return named
    return preferred_language()


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="billing-center",
        description=_("Add a subscription or a free trial of another product to an account."),
    )
    _common(parser)
    parser.set_defaults(run=_lazy("program", "run"))
    commands = parser.add_subparsers(metavar=_("command"), parser_class=_Parser)

    demo = commands.add_parser("demo", help=_("the program on sample data"))
    _common(demo)
    demo.add_argument("--today", type=_day, metavar=_("DATE"), help=_("begin on this day"))
    demo.set_defaults(run=_lazy("program", "run_demo"))

    _add_quote(commands)

    catalogue = commands.add_parser("catalogue", help=_("work on a catalogue file"))
    tasks = catalogue.add_subparsers(required=True, metavar=_("command"), parser_class=_Parser)
    check = tasks.add_parser("check", help=_("say what is wrong with a catalogue, and where"))
    check.add_argument("file", metavar=_("FILE"))
    _language(check)
    check.set_defaults(run=_lazy("catalogue", "check"))

    database = commands.add_parser("database", help=_("work on the database"))
    tasks = database.add_subparsers(required=True, metavar=_("command"), parser_class=_Parser)
    upgrade = tasks.add_parser("upgrade", help=_("create or migrate the database"))
    upgrade.add_argument("--database", metavar=_("PLACE"), help=_("a path or an address"))
    _language(upgrade)
    upgrade.set_defaults(run=_lazy("database", "upgrade"))
    return parser


def _add_quote(commands: argparse._SubParsersAction[_Parser]) -> None:
    quote = commands.add_parser("quote", help=_("prices without ordering"))
    quote.add_argument("--product", required=True, metavar="ID")
    quote.add_argument("--tier", required=True, metavar="ID")
    quote.add_argument("--seats", required=True, type=int, metavar="N")
    quote.add_argument("--cycle", choices=("monthly", "annual"))
    quote.add_argument("--offer", choices=("buy", "trial"), default="buy")
    quote.add_argument("--account", metavar="MAIL", help=_("a contact of the account to quote for"))
    quote.add_argument("--country", metavar="CC", help=_("the buyer's country, two letters"))
    quote.add_argument("--currency", metavar="CUR")
    quote.add_argument("--vat-id", metavar="ID", default="")
    quote.add_argument("--today", type=_day, metavar=_("DATE"))
    quote.add_argument("--database", metavar=_("PLACE"), help=_("a path or an address"))
    quote.add_argument("--json", action="store_true", help=_("one JSON document"))
    _language(quote)
    quote.set_defaults(run=_lazy("quote", "quote"))


def _common(parser: argparse.ArgumentParser) -> None:
    _language(parser)
    parser.add_argument("--database", metavar=_("PLACE"), help=_("a path or an address"))
    parser.add_argument(
        "--as", dest="sign_in_as", metavar="MAIL", help=_("skip the sign-in (needs the database)")
    )


def _language(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lang", choices=LANGUAGES, default=preferred_language())


def _lazy(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    """A subcommand whose module is imported when it runs."""

    def run(arguments: argparse.Namespace) -> int:
        from importlib import import_module  # noqa: PLC0415

        return int(getattr(import_module(f"tui.commands.{module}"), function)(arguments))

    return run


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            _("{text} is not a date such as 2026-11-22").format(text=repr(text)[:40])
        ) from None


if __name__ == "__main__":
    sys.exit(main())
