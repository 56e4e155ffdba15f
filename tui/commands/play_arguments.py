"""The arguments of `billing-center play`, and those that `demo` shares with it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tui.commands.arguments import day, word
from tui.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.commands.arguments import Parser

    Run = Callable[[argparse.Namespace], int]
    Commands = argparse._SubParsersAction[Parser]  # noqa: SLF001 - it has no other name

_SLOWEST, _FASTEST = 0.01, 1000


def add_play(commands: Commands, language: Callable[[Parser], None], run: Run) -> None:
    """Add the command `play`."""

    def fill(play: Parser) -> None:
        _fill(play)
        language(play)
        play.set_defaults(run=run)

    commands.add_parser("play", help=_("play a tape on sample data"), fill=fill)


def _fill(play: Parser) -> None:
    play.add_argument("file", metavar="FILE.tape", help=_("keys and moments, as VHS writes them"))
    play.add_argument("--today", type=day, metavar=_("DATE"), help=_("play as if on this day"))
    play.add_argument(
        "--headless",
        action="store_true",
        help=_("show nothing, take no time, and write the files that the tape names"),
    )
    play.add_argument(
        "--into", type=word, metavar=_("FOLDER"), help=_("where --headless writes; default: here")
    )
    _add_pace(play)


def add_tape(demo: Parser) -> None:
    """Add to `demo` what plays a tape that ships with the program."""
    demo.add_argument(
        "--tape", type=word, metavar=_("NAME"), help=_("play one of the tapes that ship with it")
    )
    _add_pace(demo)


def _add_pace(parser: Parser) -> None:
    parser.add_argument(
        "--speed", type=_speed, metavar="N", help=_("play a tape N times as fast, such as 2 or 0.5")
    )
    parser.add_argument(
        "--loop", action="store_true", help=_("play a tape over and over until Esc")
    )


def _speed(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not _SLOWEST <= found <= _FASTEST:
        raise argparse.ArgumentTypeError(
            _("must be between {least} and {most}").format(least=_SLOWEST, most=_FASTEST)
        )
    return found
