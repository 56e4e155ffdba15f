"""The first page as it was shown last time: there at once, while the program is being loaded."""

from __future__ import annotations

import os
import signal
import sys
import termios
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# What decides, beside the size and the options, how a terminal is written to.
_VARIABLES = ("TERM", "COLORTERM", "NO_COLOR", "TEXTUAL_COLOR_SYSTEM", "TEXTUAL_THEME")
# Into the second screen, and back to what was there before.
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
# More than any page takes.
_LONGEST_LINE, _MOST_CHARACTERS = 2_000, 200_000


class FirstPicture:
    """One picture in one file, with a first line that says for which kind of start it is.

    It may be out of date by one start: then what is shown after it takes its place.
    """

    def __init__(self, file: Path, *options: str, environment: Mapping[str, str]) -> None:
        """`options` are those of the command line that a first page depends on."""
        self._file = file
        self._traits = (*options, *(environment.get(name, "-") for name in _VARIABLES))
        self._modes: list[object] | None = None

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show it, if there is one for this start, and hold keys back for the program.

        Unless the program takes the terminal over, it is itself again at the end of the block.
        """
        picture = self.read(os.get_terminal_size(sys.stdout.fileno()))
        if picture is not None:
            self._show(picture)
        try:
            yield
        finally:
            if self.hand_over():
                _write(_LEAVE)

    def hand_over(self) -> bool:
        """Let go of the terminal for who takes it over; whether the picture is on it.

        Keys that were typed meanwhile wait there to be read.
        """
        modes, self._modes = self._modes, None
        if modes is None:
            return False
        termios.tcsetattr(sys.stdin, termios.TCSANOW, modes)  # type: ignore[arg-type]  # as it gave them
        return True

    def keep(self, picture: str, size: tuple[int, int]) -> None:
        """Keep a picture for the next start in a window of this size (columns, rows).

        A folder that is closed to the program keeps none.
        """
        text = f"{self._first_line(size)}\n{picture}"
        with suppress(OSError):
            if self._file.exists() and self._file.read_text(encoding="utf-8") == text:
                return
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Another start may read it right now.
            new = self._file.with_name(f"{self._file.name}.{os.getpid()}")
            new.touch(mode=0o600)
            new.write_text(text, encoding="utf-8")
            new.replace(self._file)

    def read(self, size: tuple[int, int]) -> str | None:
        """The picture for a window of this size (columns, rows), if there is one."""
        try:
            with self._file.open(encoding="utf-8", newline="") as lines:
                if lines.readline(_LONGEST_LINE) != f"{self._first_line(size)}\n":
                    return None
                return lines.read(_MOST_CHARACTERS)
        except (OSError, UnicodeDecodeError):
            return None

    def _first_line(self, size: tuple[int, int]) -> str:
        return ascii((*self._traits, *size))

    def _show(self, picture: str) -> None:
        modes = termios.tcgetattr(sys.stdin)
        held = list(modes)
        # What is typed now is neither shown nor changed, nor does it end the program.
        held[0] &= ~(termios.ICRNL | termios.IXON)
        held[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
        # Until the program has its own ways to end, a signal must not leave the picture behind.
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _end)
        self._modes = modes
        termios.tcsetattr(sys.stdin, termios.TCSANOW, held)
        _write(_ENTER + picture)


def _end(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
