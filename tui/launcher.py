"""What a launcher and the program it starts tell each other, over a descriptor that is inherited.

The launcher vouches for who comes in; the program says who signed in and how it ended. Each says it
in lines of JSON. Nothing here knows how the terminal came to be.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, TypeAlias


class Door(StrEnum):
    """The screens that a launcher may ask for; they open after sign-in."""

    NEW = "new"
    CART = "cart"
    CHECKOUT = "checkout"
    HELP = "help"


class End(StrEnum):
    """How a session ended."""

    QUIT = "quit"
    IDLE = "idle"
    TOO_LONG = "too_long"
    SHUTDOWN = "shutdown"
    TOO_MANY = "too_many"
    CRASHED = "crashed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Admission:
    """Who comes in, told once at the start.

    `mail` is the contact whose identity the launcher has proven; None: the login page decides.
    `idle_seconds` without a key end the program, and so do `longest_seconds` in all; None: never.
    """

    language: str
    mail: str | None = None
    door: Door | None = None
    idle_seconds: float | None = None
    longest_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The program says who it is serving from now on."""

    account_id: str
    mail: str
    contact_id: str = ""


@dataclass(frozen=True, slots=True)
class SignInFailed:
    """The program says that mail and password did not fit."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The program says why it ends, as its last word."""

    end: End


@dataclass(frozen=True, slots=True)
class Closing:
    """The launcher says that the program has to end within `seconds`, and why."""

    end: End
    seconds: float


Word: TypeAlias = Admission | SignedIn | SignInFailed | Ended | Closing

_KINDS = {kind.__name__: kind for kind in (Admission, SignedIn, SignInFailed, Ended, Closing)}


class NotUnderstood(ValueError):
    """A line that is none of the words."""


def spoken(word: Word) -> bytes:
    """A word as a line."""
    line: dict[str, Any] = {"word": type(word).__name__, **asdict(word)}
    return json.dumps(line).encode() + b"\n"


def understood(line: bytes) -> Word:
    """The word that a line says.

    Raises:
        NotUnderstood: it says none.
    """
    try:
        told = json.loads(line)
        kind = _KINDS[told.pop("word")]
        if isinstance(told.get("door"), str):
            told["door"] = Door(told["door"])
        if "end" in told:
            told["end"] = End(told["end"])
        return kind(**told)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotUnderstood(repr(line[:100])) from error
