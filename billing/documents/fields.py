"""What single values of a file may hold, as types for pydantic models."""

from __future__ import annotations

import re
import unicodedata
from functools import partial
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

from billing.documents.flaws import FLAW

_WIDE = frozenset("WF")
# Control and format characters (bidirectional marks too), combining marks, line separators.
_UNPRINTABLE = ("C", "M", "Zl", "Zp")


def cells(text: str) -> int:
    """Columns that a terminal needs for printable `text`."""
    return sum(2 if unicodedata.east_asian_width(char) in _WIDE else 1 for char in text)


def flaw(reason: str, **facts: object) -> PydanticCustomError:
    """An error whose message is the reason, with its facts put in."""
    return PydanticCustomError(FLAW, reason, facts)


def _check_line(text: str, most_cells: int) -> str:
    if not text.strip():
        raise flaw("is empty")
    if text != text.strip():
        raise flaw("begins or ends with a space")
    for char in text:
        if unicodedata.category(char).startswith(_UNPRINTABLE):
            raise flaw("holds the unprintable character {code}", code=f"U+{ord(char):04X}")
    width = cells(text)
    if width > most_cells:
        raise flaw(
            "is {width} characters wide, at most {most} fit on the screen",
            width=width,
            most=most_cells,
        )
    return text


def _check_pattern(text: str, expression: str, reason: str) -> str:
    if not re.fullmatch(expression, text):
        raise flaw(reason)
    return text


def line(most_cells: int) -> AfterValidator:
    """One printable line, at most so wide."""
    return AfterValidator(partial(_check_line, most_cells=most_cells))


def pattern(expression: str, reason: str) -> AfterValidator:
    """A text that matches as a whole; `reason` says what it must be."""
    return AfterValidator(partial(_check_pattern, expression=expression, reason=reason))


Currency = Annotated[
    str, pattern(r"[A-Z]{3}", "must be a currency of three capital letters, such as EUR")
]
Country = Annotated[
    str, pattern(r"[A-Z]{2}", "must be a country of two capital letters, such as DE")
]
Mail = Annotated[
    str, pattern(r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,120}", "must be a plain mail address")
]


class Table(BaseModel):
    """A TOML table: unknown keys are refused and nothing is converted."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
