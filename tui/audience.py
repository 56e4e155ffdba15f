"""Whom the program speaks to: the machine's own user, or a guest who cannot see or mend it."""

from __future__ import annotations

_told = {"guests": False}


def speak_to(*, guests: bool) -> None:
    """From now on the program's reader is a guest, or is not."""
    _told["guests"] = guests


def speaks_to_guests() -> bool:
    """Whether to say nothing of the machine."""
    return _told["guests"]
