"""Lines of text with columns, as Content; only data is ever shortened, never a label."""

from __future__ import annotations

import textwrap
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.content import Content
from textual.style import Style

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Cell:
    """A text of a column; `style` is a Textual style such as "$muted"."""

    text: str
    width: int
    right: bool = False
    style: str = ""


def line(cells: Sequence[Cell], gap: int = 1) -> Content:
    """The cells side by side, each at its width."""
    parts: list[Content | str] = []
    for index, cell in enumerate(cells):
        if index:
            parts.append(" " * gap)
        content = plain(cell.text).truncate(cell.width, ellipsis=True)
        if cell.style:
            content = content.stylize(cell.style)
        padding = " " * (cell.width - content.cell_length)
        parts.extend((padding, content) if cell.right else (content, padding))
    return Content.assemble(*parts)


def fitted_columns(
    rows: Sequence[Sequence[str]], width: int, flexible: Sequence[int]
) -> tuple[list[int], int]:
    """Widths for columns of texts, and the gap between them, so that a row fits into `width`.

    Columns are as wide as their longest text; when that is too much, the widest of the `flexible`
    ones give way. What is left over widens the gaps, up to three cells each.
    """
    widths = [max(plain(text).cell_length for text in column) for column in zip(*rows, strict=True)]
    gaps = len(widths) - 1
    while sum(widths) + gaps > width and any(widths[index] > 1 for index in flexible):
        widest = max(flexible, key=lambda index: widths[index])
        widths[widest] -= 1
    spare, rest = divmod(width - sum(widths), gaps) if gaps else (0, 0)
    if spare == 1:
        # Too little for wider gaps everywhere: the first ones get it.
        widths = [each + (index < rest) for index, each in enumerate(widths)]
    return widths, min(max(spare, 1), 3)


def wrapped_row(cells: Sequence[Cell], gap: int = 1) -> Content:
    """The cells side by side, each wrapped at words within its width; nothing is cut."""
    columns = [textwrap.wrap(plain(cell.text).plain, max(cell.width, 1)) or [""] for cell in cells]
    height = max(len(column) for column in columns)
    return lines(
        [
            line(
                [
                    replace(cell, text=column[row] if row < len(column) else "")
                    for cell, column in zip(cells, columns, strict=True)
                ],
                gap,
            )
            for row in range(height)
        ]
    )


def lines(contents: Sequence[Content]) -> Content:
    """Contents below each other."""
    return Content("\n").join(contents)


def plain(text: str) -> Content:
    """A text from outside, fit for one line: control characters become �, invisible ones vanish."""
    return Content(clean(text))


def link(address: str) -> Content:
    """An address from outside, as a hyperlink where it is one of the web."""
    shown = plain(address)
    if shown.plain != address or not address.startswith("https://"):
        return shown
    return shown.stylize(Style(link=address, underline=True))


def clean(text: str) -> str:
    """The same as a string, for what is no Content."""
    return text if text.isascii() and text.isprintable() else "".join(map(_fit, text))


def _fit(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    return "�" if category in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} else character


def label_and_value(label: str, value: str, width: int, *, style: str = "") -> Content:
    """A label at the left and a value at the right edge of `width` cells."""
    left, right = plain(label), plain(value)
    gap = max(width - left.cell_length - right.cell_length, 1)
    content = Content.assemble(left, " " * gap, right)
    return content.stylize(style) if style else content
