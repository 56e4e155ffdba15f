"""A page up or down before there is a list: it moves nothing, and ends nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.service.shop import ANNA

if TYPE_CHECKING:
    from tui.testing.terminal import Opener


@pytest.mark.parametrize(
    "keys",
    [
        ("ctrl+p", "pagedown", "pageup"),
        ("ctrl+p", "x", "x", "pagedown"),
        ("n", "pagedown", "pageup"),
        ("l", "pagedown", "pageup"),
    ],
)
async def test_a_page_asked_for_too_early_is_none(
    open_terminal: Opener, keys: tuple[str, ...]
) -> None:
    async with open_terminal(ANNA) as t:
        t.send(*keys)
        await t.settle()
        assert t.name != "HomeScreen"
