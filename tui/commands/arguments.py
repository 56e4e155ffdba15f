"""The parser of the command line, in the language in use, and what single arguments may be."""

from __future__ import annotations

import argparse
import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from tui.commands.output import say
from tui.commands.refusal import WRONG_USAGE, complain, usage_complaint
from tui.i18n import N_, _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LONGEST = 254
_QUOTED = 40
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,100}")
_CART_LINE = re.compile(rf"([^:]+):([^:]+):({_WHOLE_NUMBER.pattern}):(monthly|annual)")
_PORTS = range(65536)
# Periods, trials and sample data reach some years back and ahead of the day they are reckoned from.
_YEARS = range(1970, 9001)

# argparse asks for its words by this name, in the language of the environment; here --lang decides.
vars(argparse)["_"] = _
_WORDS_OF_ARGPARSE = (
    N_("usage: "),
    N_("options"),
    N_("positional arguments"),
    N_("show this help message and exit"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("expected one argument"),
    N_("ignored explicit argument %r"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("the following arguments are required: %s"),
    N_("unrecognized arguments: %s"),
)


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that complains in one sentence, with exit code 2, and takes whole names.

    `fill` adds its arguments when they are needed: a start uses one command of many.
    """

    def __init__(self, *, fill: Callable[[Parser], None] | None = None, **options: Any) -> None:
        super().__init__(allow_abbrev=False, **options)
        self._fill = fill

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse, with the arguments that this parser takes."""
        if self._fill is not None:
            fill, self._fill = self._fill, None
            fill(self)
        self._refuse_bare_dashes(args or ())
        return super().parse_known_args(args, namespace)

    def _refuse_bare_dashes(self, words: Sequence[str]) -> None:
        """Of --name=-- argparse makes an empty list, which no command reckons with."""
        for each in words:
            name, _equals, value = each.partition("=")
            if name.startswith("--") and value == "--":
                complaint = {"argument_name": name, "message": _("expected one argument")}
                self.error(_("argument %(argument_name)s: %(message)s") % complaint)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where help is."""
        complain(usage_complaint(self.prog, message))
        self.exit(WRONG_USAGE)

    def print_help(self, file: object = None) -> None:  # noqa: ARG002 - always standard output
        """Print the help, also for a reader that does not read to its end."""
        self.exit(say(self.format_help().rstrip()))


class ShowVersion(argparse.Action):
    """Prints the version of the program and ends it."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,  # noqa: ARG002 - nothing is left to parse
        values: str | Sequence[Any] | None,  # noqa: ARG002
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        """Print it."""
        from importlib.metadata import version  # noqa: PLC0415 - no other command needs it

        parser.exit(say(f"{parser.prog} {version('billing-center')}"))


def word(text: str) -> str:
    """An id, a mail or a code: neither empty nor longer than any of them can be."""
    if not text.strip():
        raise argparse.ArgumentTypeError(_("must not be empty"))
    if len(text) > _LONGEST:
        raise argparse.ArgumentTypeError(
            _("{text} is too long: at most {n} characters").format(text=_quoted(text), n=_LONGEST)
        )
    return text


def place(text: str) -> str:
    """A path or an address of a database."""
    if not text.strip():
        raise argparse.ArgumentTypeError(_("must not be empty"))
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise argparse.ArgumentTypeError(
            _("{text} holds control characters").format(text=_quoted(text))
        )
    try:
        Path(text).expanduser()
    except RuntimeError:
        raise argparse.ArgumentTypeError(
            _("{text} names a home folder that there is not").format(text=_quoted(text))
        ) from None
    return text


def whole_number(text: str) -> int:
    """A whole number in plain digits."""
    if not _WHOLE_NUMBER.fullmatch(text):
        raise argparse.ArgumentTypeError(
            _("{text} is not a whole number such as 5").format(text=_quoted(text))
        )
    return int(text)


def port(text: str) -> int:
    """A port of TCP; 0 is any that is free."""
    number = whole_number(text)
    if number not in _PORTS:
        raise argparse.ArgumentTypeError(
            _("the port must be between {first} and {last}").format(first=0, last=_PORTS[-1])
        )
    return number


def cart_line(text: str) -> tuple[str, str, int, str]:
    """A line to buy: PRODUCT:TIER:SEATS:CYCLE."""
    found = _CART_LINE.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(
            _("{text} is not a line such as goto-webinar:pro:5:annual").format(text=_quoted(text))
        )
    product, tier, seats, cycle = found.groups()
    return word(product), word(tier), int(seats), cycle


def day(text: str) -> date:
    """A date as ISO 8601 writes it, far enough from both ends of the calendar."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            _("{text} is not a date such as 2026-11-22").format(text=_quoted(text))
        ) from None
    if found.year not in _YEARS:
        raise argparse.ArgumentTypeError(
            _("the year must be between {first} and {last}").format(
                first=_YEARS[0], last=_YEARS[-1]
            )
        )
    return found


def _quoted(text: str) -> str:
    return repr(text if len(text) <= _QUOTED else text[:_QUOTED] + "…")
