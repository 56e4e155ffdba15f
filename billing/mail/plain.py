"""Names from outside, made fit for a mail: one line, no control or invisible characters."""

from __future__ import annotations

import unicodedata

_LONGEST = 200
# Controls, formats such as direction marks, surrogates, private use, unassigned, line separators.
_UNFIT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def plain(text: str) -> str:
    """The text on one line, without unfit characters, cut to 200 characters."""
    fit = (" " if unicodedata.category(one) in _UNFIT else one for one in text[: 4 * _LONGEST])
    return " ".join("".join(fit).split())[:_LONGEST].rstrip()
