"""Rows of plain text: a label, what belongs to it, and amounts that end below each other."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from billing.documents.fields import cells

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 78
RULE = "─" * WIDTH
_LABEL = 35


def row(label: str, value: str = "", amount: str = "") -> str:
    """A label, what belongs to it, and at the right edge an amount."""
    left = f"  {label}{' ' * (_LABEL - cells(label))} {value}".rstrip()
    if not amount:
        return left
    return f"{left}{' ' * max(WIDTH - cells(left) - cells(amount), 1)}{amount}"


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """The cells of every row, each below the one above it."""
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            text + " " * (width - cells(text)) for text, width in zip(each, widths, strict=True)
        ).rstrip()
        for each in rows
    ]


def indented(text: str) -> str:
    """A text of any length, wrapped."""
    return fill(text, WIDTH, initial_indent="  ", subsequent_indent="  ")
