"""What the launcher does before its first fork, so that no session has to do it again."""

from __future__ import annotations

import asyncio
import pkgutil
import sys
from contextlib import closing
from importlib import import_module
from typing import TYPE_CHECKING

import tui.handling
import tui.screens
import tui.widgets
from billing.bootstrap import connect_demo
from billing.errors import BillingError
from serving.program import BillingProgram
from tui.app import BillingApp
from tui.formats import warm as warm_formats
from tui.handling import entrance
from tui.screens.checkout import CheckoutScreen
from tui.screens.help import HelpScreen
from tui.screens.home import HomeScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot

    from serving.plan import Plan

_PATIENCE = 60
_GLANCE = 0.005
_CONTACT = "lena@huber.example"


def warmed(plan: Plan) -> BillingProgram:
    """The program, with every module loaded and its pages shown once to nobody."""
    program = BillingProgram(plan)
    for package in (tui.handling, tui.screens, tui.widgets):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    warm_formats()
    _touch(program)
    try:
        asyncio.run(_walk())
    except TimeoutError:
        print("the rehearsal took too long; sessions will begin slower", file=sys.stderr)  # noqa: T201 - the log of the launcher
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
    app = BillingApp(lambda: connect_demo(None))
    async with asyncio.timeout(_PATIENCE), app.run_test(size=(80, 24)) as pilot:
        await entrance.sign_in_as(app.visit, _CONTACT)
        await _until(pilot, lambda: isinstance(app.page, HomeScreen))
        while not isinstance(app.page, CheckoutScreen):
            page = app.page
            await pilot.press("enter")
            await _until(pilot, lambda shown=page: app.page is not shown)  # type: ignore[misc]
        await pilot.press("f1")
        await _until(pilot, lambda: isinstance(app.screen, HelpScreen))


async def _until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    while not condition():
        await pilot.pause(_GLANCE)
