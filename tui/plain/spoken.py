"""Texts of the screens as lines to be read aloud."""

from __future__ import annotations

import textwrap

from tui.cleaning import clean

LEAST_WIDTH = 20

# A screen reader would read the marks and dots of the screens aloud, and who searches for an
# amount does not find one with a blank that is none.
_SPOKEN = ((" · ", ", "), ("  ", ", "), ("✓ ", ""), ("✗ ", ""))
_PLAIN_BLANKS = str.maketrans({"\u00a0": " ", "\u202f": " "})


def spoken(text: str, width: int) -> list[str]:
    """The lines of a text, wrapped at words; one line at least, and no control character."""
    cleaned = clean(text)
    for written, read in _SPOKEN:
        cleaned = cleaned.replace(written, read)
    lines = textwrap.wrap(
        cleaned, max(width, LEAST_WIDTH), break_long_words=False, break_on_hyphens=False
    )
    return [line.translate(_PLAIN_BLANKS) for line in lines] or [""]
