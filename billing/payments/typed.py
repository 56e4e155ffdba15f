"""What the payment fields have in common as typed text: trimming, length, groups of digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.errors import Flaw, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing.errors import Field

# The line breaks of a paste, and every space of Unicode's category Zs.
_SPACES = dict.fromkeys(
    [*map(ord, "\t\n\r \u00a0\u1680\u202f\u205f\u3000"), *range(0x2000, 0x200B)]
)
# The dashes that people and word processors put between groups of digits.
_DASHES = dict.fromkeys([ord("-"), *range(0x2010, 0x2014), 0x2212])


def flaws(*checks: Callable[[], object]) -> tuple[InvalidInput, ...]:
    """What the checks complain of, each for itself."""
    found = []
    for check in checks:
        try:
            check()
        except InvalidInput as error:
            found.append(error)
    return tuple(found)


def trimmed(text: str, field: Field, longest: int) -> str:
    """The text without space around it, of at most `longest` characters.

    Raises:
        InvalidInput: MISSING, or TOO_LONG with the fact `longest`.
    """
    inner = text.strip()
    if not inner:
        raise InvalidInput(field, Flaw.MISSING)
    if len(inner) > longest:
        raise InvalidInput(field, Flaw.TOO_LONG, longest=longest)
    return inner


def without_spaces(text: str) -> str:
    """The text without spaces and line breaks; control characters stay, to be refused."""
    return text.translate(_SPACES)


def without_groups(text: str) -> str:
    """The text without the spaces and dashes that group digits."""
    return without_spaces(text).translate(_DASHES)


def is_digits(text: str) -> bool:
    """Whether the text is one or more of the ASCII digits 0 to 9."""
    return text.isascii() and text.isdecimal()
