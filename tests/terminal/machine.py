"""A machine to run the program on: folders of its own, a clean environment, a database."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.terminal.harness import Terminal
from tests.terminal.records import Records

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TODAY = "2026-11-22"
LOCALES = {"de": "de_DE.UTF-8", "en": "en_US.UTF-8"}
_INSTALLED = Path(sys.executable).with_name("billing-center")
COMMAND = (str(_INSTALLED),) if _INSTALLED.exists() else (sys.executable, "-m", "tui")


@dataclass
class Machine:
    """Everything the program may write is below `folder`; `seeded` is copied into it on demand."""

    folder: Path
    seeded: Path
    language: str = "de"
    terminals: list[Terminal] = field(default_factory=list)

    def __post_init__(self) -> None:
        for folder in (self.home, self.throw_away):
            folder.mkdir()

    @property
    def home(self) -> Path:
        """The home folder, which holds settings, data and logs."""
        return self.folder / "home"

    @property
    def throw_away(self) -> Path:
        """Where the program puts a throw-away database."""
        return self.folder / "tmp"

    @property
    def database(self) -> Path:
        """The database that `with_database` puts there."""
        return self.folder / "billing.sqlite3"

    @property
    def records(self) -> Records:
        """What the database and the mail folder beside it hold."""
        return Records(self.database)

    def with_database(self) -> Path:
        """The sample data in a file."""
        self.database.write_bytes(self.seeded.read_bytes())
        return self.database

    def environment(self, changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
        """The whole environment of a command; a change to None takes a variable away."""
        variables: dict[str, str | None] = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.home),
            "TMPDIR": str(self.throw_away),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_DATA_HOME": str(self.home / "data"),
            "XDG_STATE_HOME": str(self.home / "state"),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "LANG": LOCALES[self.language],
            "TERM": "xterm-256color",
            **(changes or {}),
        }
        return {name: value for name, value in variables.items() if value is not None}

    def start(
        self,
        *arguments: str,
        command: tuple[str, ...] = COMMAND,
        size: tuple[int, int] = (80, 24),
        environment: Mapping[str, str | None] | None = None,
        before: Callable[[], None] | None = None,
        answers: bool = True,
    ) -> Terminal:
        """Start the command in a terminal, which the test's end closes."""
        terminal = Terminal(
            (*command, *arguments),
            env=self.environment(environment),
            size=size,
            folder=self.folder,
            before=before,
            answers=answers,
        )
        self.terminals.append(terminal)
        return terminal

    def demo(self, *arguments: str, **options: object) -> Terminal:
        """Start the demo on the day of the sample data."""
        return self.start("demo", "--today", TODAY, *arguments, **options)  # type: ignore[arg-type]

    def run(
        self, *arguments: str, environment: Mapping[str, str | None] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run the command to its end where there is no terminal."""
        return subprocess.run(
            (*COMMAND, *arguments),
            env=self.environment(environment),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def log(self) -> str:
        """All log files below the home folder, one after the other."""
        return "".join(path.read_text() for path in sorted(self.home.rglob("*.log")))

    def close(self) -> None:
        """End whatever still runs."""
        for terminal in self.terminals:
            terminal.close()
