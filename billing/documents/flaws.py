"""Key paths and plain reasons for what is wrong with a file."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import ValidationError

MOST_FLAWS = 500
FLAW = "flaw"
"""pydantic's type of an error whose message is the reason."""
_LONGEST_KEY = 60
_LONGEST_REASON = 160

# By pydantic's error types, as far as the schema can raise them.
_REASONS = {
    "missing": "is missing",
    "extra_forbidden": "is not a known key",
    "string_type": "must be text in quotation marks",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "dict_type": "must be a table",
    "literal_error": "must be {expected}",
    "model_type": "must be a table",
    "tuple_type": "must be a list",
    "too_short": "must hold at least {min_length}",
    "too_long": "holds too many: at most {max_length} are allowed",
}


def printable(text: str, longest: int = _LONGEST_REASON) -> str:
    """`text` fit for a terminal: unprintable characters by their code, its length bounded."""
    clipped = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(char if char.isprintable() else f"\\u{ord(char):04X}" for char in clipped)


def key_path(keys: Iterable[str | int]) -> str:
    """Keys as one would write them in TOML: bare where that is possible, else in quotes."""
    return ".".join(_key(str(key)) for key in keys)


def _key(key: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9_-]+", key):
        return printable(key, _LONGEST_KEY)
    clipped = key if len(key) <= _LONGEST_KEY else key[: _LONGEST_KEY - 1] + "…"
    return printable(json.dumps(clipped, ensure_ascii=False), 8 * _LONGEST_KEY)


def schema_flaws(error: ValidationError) -> Iterable[tuple[str, str]]:
    """Key path and reason of each error that pydantic found."""
    for detail in error.errors(include_url=False, include_input=False):
        kind = detail["type"]
        keys = detail["loc"]
        if kind == FLAW:
            # pydantic marks a flaw of the key itself, not of its value.
            keys = keys[:-1] if keys[-1:] == ("[key]",) else keys
            yield key_path(keys), detail["msg"]
        else:
            reason = _REASONS.get(kind, "is not valid here")
            yield key_path(keys), reason.format_map(detail.get("ctx", {}))


def in_order(flaws: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Flaws sorted by key path, each once; the last entry tells how many are left out, if any."""
    found = sorted(set(flaws))
    if len(found) <= MOST_FLAWS:
        return tuple(found)
    left_out = len(found) - MOST_FLAWS
    return (*found[:MOST_FLAWS], ("file", f"has {left_out} more flaws"))
