"""Texts from outside, made fit for a terminal. Pure: no Textual."""

from __future__ import annotations

import unicodedata


def clean(text: str) -> str:
    """The text fit for one line: control characters become �, invisible ones vanish."""
    return text if text.isprintable() else "".join(map(_fit, text))


def _fit(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    return "�" if category in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} else character
