"""From the first line to the last: the streams, the walk, and a clean end."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from tui.commands.refusal import DONE
from tui.i18n import _, set_language
from tui.plain.endings import Endings, Gone
from tui.plain.talk import Talk
from tui.plain.visit import At, Visit
from tui.plain.walk import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from billing.service import BillingService
    from tui.launcher import Door, SignedIn, SignInFailed
    from tui.samples import SampleSignIn

WIDTH = 80


def run(
    connect: Callable[[], BillingService],
    *,
    language: str,
    sign_in_as: str | None = None,
    samples: Iterable[SampleSignIn] = (),
    sample_password: str = "",
    door: Door | None = None,
    tell: Callable[[SignedIn | SignInFailed], None] = lambda _: None,
    stirred: Callable[[], None] = lambda: None,
    farewell: Callable[[], str] = lambda: _(
        "Draft and cart are stored; you can continue any time."
    ),
    reader: TextIO | None = None,
    writer: TextIO | None = None,
) -> int:
    """Walk the flow as prompts, line by line, until somebody ends it; gives the exit code.

    `connect` opens the service when somebody signs in; `sign_in_as` is a contact whose identity the
    launcher has proven. `tell` hears who signed in, `stirred` is called after every line typed, and
    `farewell` gives the last words to somebody who had signed in. The end of the input, Ctrl+C,
    SIGTERM and SIGHUP end it, after what the service is doing.
    """
    set_language(language)
    reads, writes = reader or _lenient(sys.stdin), writer or _lenient(sys.stdout)
    with Endings() as endings:
        talk = Talk(reads, writes, width=lambda: _columns(writes), endings=endings, stirred=stirred)
        visit = Visit(
            talk,
            connect,
            sign_in_as=sign_in_as,
            samples=tuple(samples),
            sample_password=sample_password,
            door=door,
            tell=tell,
        )
        try:
            walk(visit, At.ENTRANCE if sign_in_as else At.LOGIN)
        except Gone:
            with suppress(Gone):
                talk.say("")
        finally:
            visit.close()
        with suppress(Gone):
            if visit.signed_in:
                talk.say(farewell())
    return DONE


def _lenient(stream: TextIO) -> TextIO:
    """What a stream cannot read or write must not cost the whole conversation."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")
    return stream


def _columns(writer: TextIO) -> int:
    try:
        return os.get_terminal_size(writer.fileno()).columns or WIDTH
    except (OSError, ValueError):
        return WIDTH
