"""The variables that a client sends, held to the few that mean anything here.

asyncssh keeps whatever is sent for as long as the session lasts, and it may be sent for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import asyncssh

_HEEDED = frozenset({b"LANG", b"LC_ALL", b"LC_MESSAGES", b"COLORTERM", b"NO_COLOR"})
_LONGEST = 64


class FewVariables(dict[bytes, bytes]):
    """Keeps short values of the names that are heeded, and drops everything else."""

    def __setitem__(self, name: bytes, value: bytes) -> None:
        if name in _HEEDED and len(value) <= _LONGEST:
            super().__setitem__(name, value)

    @classmethod
    def of(cls, channel: asyncssh.SSHServerChannel[bytes]) -> Self:
        """Give them to a channel instead of its own."""
        variables = cls()
        channel._env = variables  # noqa: SLF001 - there is no other way to refuse a variable
        return variables
