"""The program and its sample data come from tests/tui; what is added is the comparison of looks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from pytest_textual_snapshot import SVGImageExtension

from tests.tui.conftest import (  # noqa: F401 - fixtures are found by being imported
    new_shop,
    plain_surroundings,
    shop,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from syrupy.assertion import SnapshotAssertion

    from tui.testing.terminal import Terminal

    SameLook = Callable[[Terminal], Awaitable[None]]

# The picture names fonts on a server; a look is compared without them.
FONTS = re.compile(r"@font-face \{.*?\}", re.DOTALL)


@pytest.fixture
def same_look(snapshot: SnapshotAssertion) -> SameLook:
    """Compares what the terminal shows with the picture that was accepted."""

    async def compare(terminal: Terminal) -> None:
        await terminal.settle()
        picture = terminal.app.export_screenshot(title="Billing Center", simplify=True)
        # Without colours the picture has black letters on black: give it a pen.
        picture = FONTS.sub("text { fill: #d8d8d8 }", picture)
        assert picture == snapshot.use_extension(SVGImageExtension)

    return compare
