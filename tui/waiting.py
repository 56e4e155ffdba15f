"""A program that has started and stands at its first page; every fork goes on with it."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

from rich.console import Console

from tui.forkable_loop import ForkableLoop
from tui.i18n import set_language
from tui.late_app import COLOURS
from tui.late_driver import LateDriver

if TYPE_CHECKING:
    from tui.late_app import LateApp
    from tui.launcher import Admission
    from tui.launcher_link import LauncherLink

# What most terminals have; for others the page is laid out anew.
_SIZE = (80, 24)


class WaitingProgram:
    """Starts an app for nobody and stops it at its first page; in a fork, it is run to its end."""

    def __init__(self, app: LateApp, language: str) -> None:
        self.app, self._language = app, language
        self._runner = asyncio.Runner(loop_factory=ForkableLoop)
        set_language(language)
        # What Textual puts in the place of the standard streams is there again when it goes on.
        with redirect_stdout(sys.stdout), redirect_stderr(sys.stderr):
            self._runner.run(self._start())
            self._streams = sys.stdout, sys.stderr
        self._loop.rest()

    def admit(self, admission: Admission, link: LauncherLink) -> bool:
        """Let somebody in, unless at their terminal the app would look different from the start."""
        colours = Console(force_terminal=True).color_system
        if "NO_COLOR" in os.environ or colours not in COLOURS:
            return False
        self.app.admit(admission, link, colours)
        return True

    def run(self) -> None:
        """Run the app to its end, with the terminal on the standard descriptors."""
        set_language(self._language)
        self._loop.go_on()
        out, err = self._streams
        with redirect_stdout(out), redirect_stderr(err), self._runner:
            self._runner.run(self._go_on())

    @property
    def _loop(self) -> ForkableLoop:
        loop = self._runner.get_loop()
        assert isinstance(loop, ForkableLoop)  # noqa: S101 - the runner makes no other
        return loop

    async def _start(self) -> None:
        self._running = asyncio.create_task(self.app.run_async(mouse=False, size=_SIZE))
        standing = asyncio.create_task(self.app.stands.wait())
        await asyncio.wait({standing, self._running}, return_when=asyncio.FIRST_COMPLETED)
        if not self.app.stands.is_set():
            raise RuntimeError("the program ended before its first page stood")
        await self.app.type_ahead.done()
        self.app.draw()

    async def _go_on(self) -> None:
        driver = self.app._driver  # noqa: SLF001 - Textual has no other name for it
        assert isinstance(driver, LateDriver)  # noqa: S101 - the app's own class of them
        driver.come()
        await self._running
