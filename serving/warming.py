"""What the launcher does before its first fork, so that no session has to do it again."""

from __future__ import annotations

import asyncio
import pkgutil
import socket
import sys
from contextlib import closing
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

import tui
from billing.bootstrap import connect_demo
from billing.errors import BillingError
from serving.program import BillingProgram
from tui.formats import warm as warm_formats
from tui.i18n import LANGUAGES
from tui.launcher import Admission
from tui.launcher_link import LauncherLink
from tui.screens.checkout import CheckoutScreen
from tui.screens.help import HelpScreen
from tui.screens.home import HomeScreen
from tui.served_app import ServedApp

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot

    from serving.plan import Plan
    from tui.screens.page import Page

_PATIENCE = 60
_GLANCE = 0.005
# No session runs one of them.
_COMMANDS = ("tui.__main__", "tui.commands")
_CONTACT = "lena@huber.example"


def warmed(plan: Plan) -> BillingProgram:
    """The program, with every module loaded and its pages shown once to nobody."""
    program = BillingProgram(plan)
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        if not module.name.startswith(_COMMANDS):
            import_module(module.name)
    warm_formats()
    _touch(program)
    try:
        asyncio.run(_walk())
    except TimeoutError:
        print("the rehearsal took too long; sessions will begin slower", file=sys.stderr)  # noqa: T201 - the log of the launcher
    program.wait()
    return program


def _touch(program: BillingProgram) -> None:
    """Load the driver of the database; one that is away now may be there for a session."""
    try:
        with closing(program.connect()):
            pass
    except BillingError as error:
        print(f"the database cannot be used now: {error}", file=sys.stderr)  # noqa: T201 - as above


async def _walk() -> None:
    """From the login page to the Kasse of a sample account, and the help article."""
    ours, theirs = socket.socketpair()
    with ours, LauncherLink(theirs.detach()) as link:
        app = ServedApp(lambda: connect_demo(None), Admission(LANGUAGES[0], _CONTACT), link)
        async with asyncio.timeout(_PATIENCE), app.run_test(size=(80, 24)) as pilot:
            await _visit(app, pilot)


async def _visit(app: ServedApp, pilot: Pilot[None]) -> None:
    await _until(pilot, lambda: isinstance(app.page, HomeScreen))
    while not isinstance(app.page, CheckoutScreen):
        page = app.page
        await pilot.press("enter")
        await _until(pilot, partial(_has_left, app, page))
    await pilot.press("f1")
    await _until(pilot, lambda: isinstance(app.screen, HelpScreen))


def _has_left(app: ServedApp, page: Page) -> bool:
    return app.page is not page


async def _until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    while not condition():
        await pilot.pause(_GLANCE)
