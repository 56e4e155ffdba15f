"""`billing-center play`, and `demo --tape`: tapes for people who look on, or for files."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from tui.commands.output import finish, say
from tui.commands.program import THEME_VARIABLE, no_terminal
from tui.commands.refusal import (
    DONE,
    REFUSED,
    CannotDo,
    WrongUsage,
    complain,
    one_line,
    refuse,
)
from tui.i18n import _
from tui.tapes.shelf import load, load_shipped, shipped
from tui.tapes.tape import TapeError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Generator

    from tui.tapes.stage import Stage
    from tui.tapes.tape import Tape


def run(arguments: Namespace) -> int:
    """Play the tape in a file."""
    if arguments.headless and (arguments.loop or arguments.speed):
        raise WrongUsage(
            "play", _("--headless takes no time: --loop and --speed do not go with it")
        )
    if arguments.into and not arguments.headless:
        raise WrongUsage("play", _("--into says where --headless writes"))
    try:
        tape = load(Path(arguments.file))
        return _record(tape, arguments) if arguments.headless else _present(tape, arguments)
    except TapeError as error:
        return _refuse_tape(error)


def run_shipped(arguments: Namespace) -> int:
    """Play a tape that ships with the program."""
    if arguments.database or arguments.sign_in_as:
        raise WrongUsage(
            "demo", _("--tape plays on data of its own: --database and --as do not go")
        )
    try:
        tape = load_shipped(arguments.tape)
    except KeyError:
        raise WrongUsage(
            "demo",
            _("there is no such tape; there are: {names}").format(names=", ".join(shipped())),
        ) from None
    try:
        return _present(tape, arguments)
    except TapeError as error:
        return _refuse_tape(error)


def _present(tape: Tape, arguments: Namespace) -> int:
    if (problem := no_terminal()) is not None:
        return refuse(problem)
    from tui.tapes.live import present  # noqa: PLC0415 - brings the whole program

    with closing(_stages(arguments)) as stages:
        asyncio.run(present(tape, stages, speed=arguments.speed or 1.0))
    finish()
    _say_remarks(tape)
    return DONE


def _stages(arguments: Namespace) -> Generator[Stage, None, None]:
    """A stage for every time the tape is played."""
    from tui.tapes.house import DEFAULT_DAY, SampleHouse  # noqa: PLC0415
    from tui.tapes.stage import Stage, fitting_theme  # noqa: PLC0415

    theme = os.environ.get(THEME_VARIABLE) or fitting_theme(sys.stdout)
    no_color = True if os.environ.get("NO_COLOR") else None
    while True:
        with SampleHouse(arguments.today or DEFAULT_DAY) as house:
            yield Stage(house, arguments.lang, usual_theme=theme, no_color=no_color)
        if not arguments.loop:
            return


def _record(tape: Tape, arguments: Namespace) -> int:
    from tui.tapes.convert import CannotConvert  # noqa: PLC0415
    from tui.tapes.house import DEFAULT_DAY, SampleHouse  # noqa: PLC0415
    from tui.tapes.outputs import record  # noqa: PLC0415
    from tui.tapes.stage import Stage  # noqa: PLC0415

    _say_remarks(tape)
    folder = Path(arguments.into or ".")
    try:
        with SampleHouse(arguments.today or DEFAULT_DAY) as house:
            written = asyncio.run(record(tape, Stage(house, arguments.lang), folder))
    except CannotConvert as error:
        raise CannotDo(str(error)) from None
    except OSError as error:
        reason = _("{path} cannot be written: {reason}")
        raise CannotDo(reason.format(path=error.filename, reason=error.strerror)) from None
    return say("\n".join(map(str, written))) if written else DONE


def _say_remarks(tape: Tape) -> None:
    for remark in tape.remarks:
        complain(one_line(str(remark)))


def _refuse_tape(error: TapeError) -> int:
    from tui.tapes.player import NeverCame  # noqa: PLC0415

    if isinstance(error, NeverCame):
        # Before the reason, which would be scrolled out of a small window otherwise.
        complain(error.screen.rstrip())
    for flaw in error.flaws:
        complain(one_line(str(flaw)))
    return REFUSED
