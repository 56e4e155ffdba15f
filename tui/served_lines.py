"""A served session without a screen: prompts line by line, with the same limits and endings.

The conversation waits for lines in the main thread; another one listens to the launcher and watches
the limits, and ends the conversation as a signal would.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from math import ceil
from typing import TYPE_CHECKING, Self

from tui import plain
from tui.endings import farewell, warning, warning_details
from tui.i18n import LANGUAGES, _
from tui.launcher import Closing, End
from tui.watch import Watch
from tui.write_lines import write_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from billing.service import BillingService
    from tui.launcher import Admission, Word
    from tui.launcher_link import LauncherLink
    from tui.samples import SampleSignIn

_SECONDS_FOR_THE_END = 1.0


def talk_by_lines(
    admission: Admission,
    link: LauncherLink,
    connect: Callable[[], BillingService],
    *,
    samples: Iterable[SampleSignIn],
    sample_password: str,
) -> End | None:
    """Walk the flow as prompts; None: whoever was there left."""
    overseer = Overseer(admission, link)
    with overseer:
        plain.run(
            connect,
            language=admission.language if admission.language in LANGUAGES else LANGUAGES[0],
            sign_in_as=admission.mail,
            samples=samples,
            sample_password=sample_password,
            door=admission.door,
            tell=link.tell,
            stirred=overseer.stirred,
            farewell=overseer.last_words,
        )
    if not overseer.said and overseer.ending is not None:
        write_lines(farewell(overseer.ending))
    return overseer.ending


class Overseer:
    """While it is entered, a thread of it keeps the limits and obeys the launcher."""

    def __init__(self, admission: Admission, link: LauncherLink) -> None:
        self.ending: End | None = None
        self.said = False
        self._link = link
        self._conversation = threading.get_ident()
        self._loop = asyncio.new_event_loop()
        self._watch = Watch(
            self._loop,
            idle=admission.idle_seconds,
            longest=admission.longest_seconds,
            warn=self._warn,
            end=self._end,
        )
        self._thread = threading.Thread(target=self._oversee, name="overseer", daemon=True)

    def __enter__(self) -> Self:
        # Outside of the conversation nothing is interrupted, and nothing killed.
        signal.signal(signal.SIGTERM, lambda *_: None)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def stirred(self) -> None:
        """A line was typed."""
        self._loop.call_soon_threadsafe(self._watch.stirred)

    def last_words(self) -> str:
        """Why it ends, and that nothing is lost."""
        self.said = True
        told = farewell(self.ending) if self.ending is not None else ""
        return told or _("Draft and cart are stored; you can continue any time.")

    def _oversee(self) -> None:
        self._link.listen(self._loop, self._heard)
        self._watch.start()
        self._loop.run_forever()

    def _heard(self, word: Word | None) -> None:
        match word:
            case None:
                self._end(End.GONE)
            case Closing(end, seconds):
                left = max(seconds - _SECONDS_FOR_THE_END, seconds / 2, 0)
                self._warn(end, left)
                self._loop.call_later(left, lambda: self._end(end))
            case _:
                pass

    def _warn(self, end: End, seconds: float) -> None:
        write_lines("", f"{warning(end)} {warning_details(end, max(ceil(seconds), 1))}")

    def _end(self, end: End) -> None:
        """Interrupt the waiting for a line; only the thread that waits can be interrupted."""
        if self.ending is None:
            self.ending = end
            signal.pthread_kill(self._conversation, signal.SIGTERM)
