"""A letter: what a mail says, as text and as plain HTML."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from textwrap import fill

_LINE = 76


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; its lines stay lines."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Rows of a label and what belongs to it; `amounts` stand right below one another."""

    rows: tuple[tuple[str, str], ...]
    amounts: bool = False


Block = Paragraph | Heading | Facts


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject and the blocks below it, in one language."""

    language: str
    subject: str
    blocks: tuple[Block, ...]


def as_text(letter: Letter) -> str:
    """The letter as plain text, labels and values in two columns."""
    return "\n\n".join(_text(block) for block in letter.blocks) + "\n"


def as_html(letter: Letter) -> str:
    """The letter as an HTML page without styles, pictures or links."""
    return "\n".join(
        (
            f'<!DOCTYPE html>\n<html lang="{escape(letter.language)}">',
            f'<head><meta charset="utf-8"><title>{escape(letter.subject)}</title></head>\n<body>',
            *(_html(block) for block in letter.blocks),
            "</body>\n</html>\n",
        )
    )


def _text(block: Block) -> str:
    match block:
        case Paragraph(text):
            return "\n".join(fill(line, _LINE, break_long_words=False) for line in text.split("\n"))
        case Heading(text):
            return f"{text}\n{'-' * len(text)}"
        case Facts(rows, amounts):
            width = max((len(label) for label, _ in rows), default=0) + 1
            right = max((len(value) for _, value in rows), default=0) if amounts else 0
            return "\n".join(f"{label + ':':<{width}}  {value:>{right}}" for label, value in rows)


def _html(block: Block) -> str:
    match block:
        case Paragraph(text):
            return "<p>" + "<br>\n".join(escape(line) for line in text.split("\n")) + "</p>"
        case Heading(text):
            return f"<h2>{escape(text)}</h2>"
        case Facts(rows, amounts):
            side = "right" if amounts else "left"
            cells = "\n".join(
                f'<tr><th align="left">{escape(label)}</th>'
                f'<td align="{side}">{escape(value)}</td></tr>'
                for label, value in rows
            )
            return f"<table>\n{cells}\n</table>"
