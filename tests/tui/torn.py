"""What a line that is too long for its place leaves behind: amounts broken in their middle."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.testing.terminal import Terminal

TORN_AMOUNT = re.compile(r"\d,\d(?!\d €)|^\W*€")


def torn_amounts(t: Terminal) -> list[str]:
    """The rows of a German screen in which a part of an amount is missing."""
    return [row for row in t.lines() if TORN_AMOUNT.search(row)]
