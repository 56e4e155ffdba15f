"""The program before anybody is there: its first page stands, and whoever comes finds it drawn."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Literal

from rich.console import COLOR_SYSTEMS, Console
from textual.app import App
from textual.events import Resize
from textual.widgets import Input

from tui.late_driver import LateDriver
from tui.launcher import Admission
from tui.painter import Painter, fits
from tui.served_app import ServedApp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.events import Event

    from billing.service import BillingService
    from tui.launcher_link import LauncherLink
    from tui.painter import Update
    from tui.samples import SampleSignIn

# How many colours a terminal has, and whether it erases with the ground at hand.
Kind = tuple[str | None, bool]

COLOURS: tuple[Literal["256"], Literal["truecolor"]] = ("256", "truecolor")
"""The terminals that the page is drawn for; the look is another one where there are fewer."""
# By then whoever came at the same time has been shown the page too.
_QUIET_SECONDS = 1.0
# One terminal that erases with the ground at hand, and one that does not.
_ERASING = ("xterm", "screen")


class LateApp(ServedApp):
    """Starts for nobody, without a terminal, and begins when somebody has come."""

    def __init__(
        self,
        connect: Callable[[], BillingService],
        language: str,
        *,
        samples: Iterable[SampleSignIn] = (),
        sample_password: str = "",
    ) -> None:
        super().__init__(
            connect, Admission(language), None, samples=samples, sample_password=sample_password
        )
        self.driver_class = LateDriver
        self.stands = asyncio.Event()
        self._is_awaited = False
        self._drawn: dict[Kind, tuple[Painter, Update]] = {}

    def _begin(self) -> None:
        self.stands.set()
        if self._link is not None:
            super()._begin()
            self.set_timer(_QUIET_SECONDS, self._limber_up)

    def _limber_up(self) -> None:
        """Do once what typing makes a process do, before somebody waits for it.

        The first time, all that is touched has to be copied from the process that was forked.
        """
        entry = self.focused
        if isinstance(entry, Input) and not entry.value and not self.type_ahead.busy:
            with entry.prevent(Input.Changed):
                entry.insert_text_at_cursor("x")
                entry.action_delete_left()

    def draw(self) -> None:
        """Draw the page as every kind of terminal will get it."""
        if not fits():
            return
        for colours in COLOURS:
            console = Console(force_terminal=True, color_system=colours)
            for painter in map(Painter, _ERASING):
                self._drawn[colours, painter.erases] = (painter, self.first_page(painter, console))

    def admit(self, admission: Admission, link: LauncherLink, colours: str) -> None:
        """Somebody comes, to a terminal of so many colours that the environment tells of."""
        self._admission, self._link = admission, link
        self._sign_in_as, self.door = admission.mail, admission.door
        self._wants_in = admission.mail is not None
        self._is_awaited = True
        # The page that keys are meant for may be the one behind the sign-in.
        self.type_ahead.close()
        self.console._color_system = COLOR_SYSTEMS[colours]  # noqa: SLF001 - has no other name
        if self._drawn:
            self.painter = Painter(os.environ.get("TERM", ""))

    async def on_event(self, event: Event) -> None:
        """The terminal's size is the first that is heard of it, and then the page is shown."""
        if self._link is None or not (self._is_awaited and isinstance(event, Resize)):
            await super().on_event(event)
            return
        self._is_awaited = False
        is_as_drawn = event.size == self.size
        await super().on_event(event)
        if is_as_drawn:
            self._show()
        self._listen(self._link)
        self.call_after_refresh(self._begin)

    def _show(self) -> None:
        """Show the page as it is drawn for this kind of terminal."""
        erases = self.painter is not None and self.painter.erases
        drawn = self._drawn.get((self.console.color_system, erases))
        if drawn is None:
            self.action_redraw()
        else:
            self.painter, changes = drawn
            App._display(self, self.screen, changes)  # noqa: SLF001 - it has been compared
