"""What a launcher is to launch: the program on a database, and how much a session may use."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one session's process may use, enforced by the kernel."""

    memory_bytes: int
    cpu_seconds: int
    open_files: int = 256


@dataclass(frozen=True, slots=True)
class Plan:
    """The database as --database names it, None for the configured one; `demo` is on samples.

    `today` is the day a demo begins on, as ISO 8601 writes it.
    """

    allowance: Allowance
    database: str | None = None
    demo: bool = False
    today: str | None = None

    def to_json(self) -> str:
        """As text, for the command line of the launcher."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """The plan that a text says."""
        told = json.loads(text)
        return cls(allowance=Allowance(**told.pop("allowance")), **told)
