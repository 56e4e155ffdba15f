"""The first page as it was shown last time: there at once, while the program is being loaded."""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    # As `termios.tcgetattr` gives them.
    Modes = list[Any]

# What decides, beside the size and the options, how a terminal is written to.
_VARIABLES = ("TERM", "COLORTERM", "NO_COLOR", "TEXTUAL_COLOR_SYSTEM", "TEXTUAL_THEME")
# Into the second screen, and back to what was there before.
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l", b"\x1b[?25h\x1b[?1049l"
# Textual reads there, and writes here.
_IN, _OUT = 0, 2
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
        self._modes: Modes | None = None
        self._is_shown = False

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show it, if there is one for this start, and hold keys back for the program.

        Unless the program takes the terminal over, it is itself again at the end of the block.
        """
        try:
            if os.isatty(_IN) and os.isatty(_OUT):
                picture = self.read(os.get_terminal_size(_IN))
                if picture is not None:
                    self._show(picture)
            yield
        finally:
            self._restore()

    def hand_over(self) -> Modes | None:
        """Leave the terminal to who takes it over; None: there is no picture on it.

        What was typed meanwhile waits to be read. The answer are the modes to restore in the end.
        """
        if not self._is_shown:
            return None
        self._is_shown = False
        return self._modes

    def keep(self, picture: str, size: tuple[int, int]) -> None:
        """Keep a picture for the next start in a window of this size (columns, rows).

        A folder that is closed to the program, or full, keeps none.
        """
        if len(picture) > _MOST_CHARACTERS or self.read(size) == picture:
            return
        # Another start may read the file right now.
        new = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        with suppress(OSError):
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                new.touch(mode=0o600)
                new.write_text(f"{self._first_line(size)}\n{picture}", encoding="utf-8")
                new.replace(self._file)
            except OSError:
                new.unlink(missing_ok=True)

    def read(self, size: tuple[int, int]) -> str | None:
        """The picture for a window of this size (columns, rows), if there is one."""
        try:
            if not self._file.is_file():
                return None
            with self._file.open(encoding="utf-8", newline="") as lines:
                if lines.readline(_LONGEST_LINE) != f"{self._first_line(size)}\n":
                    return None
                return lines.read(_MOST_CHARACTERS)
        except (OSError, UnicodeDecodeError):
            return None

    def _first_line(self, size: tuple[int, int]) -> str:
        return ascii((*self._traits, *size))

    def _show(self, picture: str) -> None:
        self._modes = termios.tcgetattr(_IN)
        held = list(self._modes)
        # What is typed now is neither shown nor changed, nor does it end the program.
        held[0] &= ~(termios.ICRNL | termios.IXON)
        held[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
        # Until the program has its own ways to end, a signal must not leave the picture behind.
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._end)
        self._is_shown = True
        termios.tcsetattr(_IN, termios.TCSANOW, held)
        sys.stderr.write(_ENTER + picture)
        sys.stderr.flush()

    def _restore(self) -> None:
        if self._modes is not None:
            # The terminal may be gone.
            with suppress(termios.error):
                termios.tcsetattr(_IN, termios.TCSANOW, self._modes)
        if self._is_shown:
            self._is_shown = False
            # One that was stopped would hold the program up for ever.
            if select.select([], [_OUT], [], 0)[1]:
                with suppress(OSError):
                    os.write(_OUT, _LEAVE)

    def _end(self, number: int, _frame: object) -> None:
        # Not by an exception: what is being imported might turn it into another one.
        self._restore()
        os._exit(128 + number)
