"""The program in a terminal that only a test sees."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

# Textual reads them when it is imported; frames come often, because nobody has to see them.
os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
os.environ.setdefault("TEXTUAL_FPS", "200")

from billing.sample_people import SAMPLE_PASSWORD
from tui.app import BillingApp
from tui.samples import SAMPLES
from tui.testing.terminal import Terminal
from tui.themes import DARK

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from billing.service import BillingService


@asynccontextmanager
async def running(
    service: BillingService,
    mail: str | None = None,
    *,
    language: str = "de",
    size: tuple[int, int] = (80, 24),
    theme: str = DARK,
    settled: bool = True,
) -> AsyncIterator[Terminal]:
    """The program on a service; with a mail it is signed in already."""
    app = BillingApp(
        lambda: service,
        language=language,
        theme=theme,
        sign_in_as=mail,
        samples=SAMPLES,
        sample_password=SAMPLE_PASSWORD,
    )
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        terminal = Terminal(app, pilot)
        if settled:
            await terminal.settle()
        yield terminal
