"""A program in a real pseudo-terminal, its output on an emulated screen, its input from keys.

What pyte does not know is done here: the alternate screen, hyperlinks, and the answers that a
plain xterm gives to questions about itself.
"""

from __future__ import annotations

import codecs
import os
import re
import signal
import termios
import time
import warnings
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pexpect
import pyte

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PATIENCE = 60.0
QUIET = 0.15
_GLANCE = 0.01
_CHUNK = 65536

KEYS = {
    "enter": "\r",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "escape": "\x1b",
    "space": " ",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "page_up": "\x1b[5~",
    "page_down": "\x1b[6~",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "ctrl+c": "\x03",
    "ctrl+p": "\x10",
    "ctrl+q": "\x11",
    "ctrl+u": "\x15",
}

# Line wrap and cursor are on in a terminal that nobody has touched.
MODES_AT_REST = frozenset({7, 25})
_ALTERNATE_SCREEN = 1049

_BEYOND_PYTE = re.compile(
    r"\x1b\[\?(?P<modes>[0-9;]+)(?P<switch>[hl])"
    r"|\x1b\[\?(?P<asked>[0-9]+)\$p"
    r"|\x1b\[(?P<attributes>[>=]?)0?c"
    r"|\x1b\[(?P<keyboard>[<>=?])[0-9;]*u"
    r"|\x1b\]8;[^;\x07\x1b]*;(?P<address>[^\x07\x1b]*)(?:\x07|\x1b\\)"
)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-9;?<>=$ ]*|\][^\x07\x1b]*\x1b?)?\Z")
_FRAMES = re.compile(r"[│┃║╎┆▌▐█▎▏]")
_COLOUR = re.compile(r"(?:^|;)(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;|$)")
_STYLE = re.compile(r"\x1b\[([0-9;]*)m")


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a key led to: seconds from the key to the first and the last byte, and how many."""

    first_byte: float
    last_byte: float
    size: int


class _LinkedScreen(pyte.Screen):
    """A pyte screen that knows which of its cells a hyperlink covers."""

    def __init__(self, width: int, height: int) -> None:
        self.address = ""
        self.links: dict[tuple[int, int], str] = {}
        super().__init__(width, height)

    def draw(self, data: str) -> None:
        """Draw characters, as links while an address is set."""
        row, start = self.cursor.y, self.cursor.x
        super().draw(data)
        for column in range(start, self.cursor.x):
            if self.address:
                self.links[row, column] = self.address
            else:
                self.links.pop((row, column), None)

    def erase_characters(self, count: int | None = None) -> None:
        """Erase cells, and with them the links that covered them."""
        super().erase_characters(count)
        self._unlink(self.cursor.x, self.cursor.x + (count or 1))

    def erase_in_line(self, how: int = 0, private: bool = False) -> None:
        """Erase to the end of the row, the only way that the program asks for."""
        super().erase_in_line(how, private)
        self._unlink(self.cursor.x, self.columns)

    def _unlink(self, start: int, end: int) -> None:
        for column in range(start, end):
            self.links.pop((self.cursor.y, column), None)


class EmulatedScreen:
    """What a plain xterm would show, and what it would answer."""

    def __init__(self, width: int, height: int, reply: Callable[[str], None]) -> None:
        self.screen = _LinkedScreen(width, height)
        self._stream = pyte.Stream(self.screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self._reply = reply
        self._rest = ""
        self.modes = set(MODES_AT_REST)
        self.keyboard_levels = 0

    def feed(self, data: bytes) -> None:
        """Show output; a sequence that is not complete yet waits for its end."""
        text = self._rest + self._decoder.decode(data)
        unfinished = _UNFINISHED.search(text)
        end = unfinished.start() if unfinished else len(text)
        text, self._rest = text[:end], text[end:]
        shown = 0
        for found in _BEYOND_PYTE.finditer(text):
            self._stream.feed(text[shown : found.start()])
            self._obey(found)
            shown = found.end()
        self._stream.feed(text[shown:])

    def _obey(self, found: re.Match[str]) -> None:
        if found["modes"] is not None:
            for mode in map(int, filter(None, found["modes"].split(";"))):
                self._switch(mode, on=found["switch"] == "h")
        elif found["asked"] is not None:
            self._reply(f"\x1b[?{found['asked']};0$y")
        elif found["attributes"] is not None:
            answers = {"": "\x1b[?64;1;22c", ">": "\x1b[>41;390;0c"}
            self._reply(answers.get(found["attributes"], ""))
        elif found["keyboard"] is not None:
            self.keyboard_levels += {">": 1, "<": -1}.get(found["keyboard"], 0)
        elif found["address"] is not None:
            self.screen.address = found["address"]

    def _switch(self, mode: int, *, on: bool) -> None:
        (self.modes.add if on else self.modes.discard)(mode)
        if mode == _ALTERNATE_SCREEN:
            self.screen.erase_in_display(2)
            self.screen.cursor_position()
            self.screen.links.clear()

    def text(self) -> str:
        """The rows, without the blanks at their ends."""
        return "\n".join(row.rstrip() for row in self.screen.display)


class Terminal:
    """A command running in a pseudo-terminal of its own; a context manager that ends it.

    `size` is columns × rows. `answers=False` is a terminal that never answers a question.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        size: tuple[int, int] = (80, 24),
        folder: Path | None = None,
        before: Callable[[], None] | None = None,
        answers: bool = True,
    ) -> None:
        self._begin(size, answers=answers)
        with warnings.catch_warnings():
            # Python 3.12 and newer warn of forking beside the threads of pytest-xdist.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._child: pexpect.spawn[bytes] = pexpect.spawn(
                command[0],
                list(command[1:]),
                dimensions=(size[1], size[0]),
                env=dict(env),
                cwd=folder,
                preexec_fn=before,
            )
        self._child.delaybeforesend = None
        self._pty: Any = self._child.ptyproc  # type: ignore[attr-defined]  # the stubs lack it
        self._pty.delayafterclose = self._pty.delayafterterminate = 0.01
        self._attributes = termios.tcgetattr(self._child.child_fd)

    def _begin(self, size: tuple[int, int], *, answers: bool) -> None:
        """An empty screen, at which nothing has happened yet."""
        self._answers = answers
        self._shown = EmulatedScreen(*size, reply=self._reply)
        self.output = bytearray()
        self.keys_pressed = 0
        self.unanswered = ""
        self.exit_status: int | None = None
        self.signal_status: int | None = None
        self.started = time.monotonic()
        self._open = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The process id of the command."""
        return int(self._pty.pid)

    # Keys

    def press(self, *keys: str) -> None:
        """Press keys by their names, or single characters."""
        for key in keys:
            self.keys_pressed += 1
            self._child.send(KEYS.get(key, key))

    def type(self, text: str) -> None:
        """Type a text, key after key."""
        self.press(*text)

    def together(self, *keys: str) -> None:
        """Press keys so fast that they arrive at once."""
        self.keys_pressed += len(keys)
        self._child.send("".join(KEYS.get(key, key) for key in keys))

    def paste(self, text: str) -> None:
        """Paste a text as a terminal with bracketed paste does."""
        self._child.send(f"\x1b[200~{text}\x1b[201~")

    def answer_late(self) -> None:
        """Give the answers that `answers=False` kept back."""
        self._child.send(self.unanswered)
        self.unanswered = ""

    def react(self, key: str, quiet: float = QUIET) -> Reaction:
        """Press a key and measure the output until nothing came for `quiet` seconds."""
        before, start = len(self.output), time.monotonic()
        self.press(key)
        if not self._read(PATIENCE):
            raise AssertionError(f"no reaction to {key!r}{self._picture()}")
        first = last = time.monotonic() - start
        while self._read(quiet):
            last = time.monotonic() - start
        return Reaction(first, last, len(self.output) - before)

    # The screen

    def screen_text(self) -> str:
        """What stands on the screen, row by row."""
        return self._shown.text()

    def rows(self) -> list[str]:
        """The rows of the screen."""
        return self.screen_text().split("\n")

    def prose(self) -> str:
        """The screen without frames and line ends, for sentences that go over several rows."""
        return " ".join(_FRAMES.sub(" ", self.screen_text()).split())

    def look(self, row_with: str = "") -> list[list[tuple[object, ...]]]:
        """Characters, colours and styles of every row, or of those that hold a text."""
        screen = self._shown.screen
        return [
            [tuple(screen.buffer[row][column]) for column in range(screen.columns)]
            for row, text in enumerate(screen.display)
            if row_with in text
        ]

    def shows(self, text: str | re.Pattern[str]) -> bool:
        """Whether a text stands on the screen, be it over several rows; a pattern within them."""
        if isinstance(text, re.Pattern):
            return bool(text.search(self.screen_text()))
        return " ".join(text.split()) in self.prose()

    def wait_for(self, text: str | re.Pattern[str], timeout: float = PATIENCE) -> None:
        """Wait until a text stands on the screen."""
        self.wait_until(lambda: self.shows(text), f"no {_named(text)}", timeout)

    def wait_gone(self, text: str | re.Pattern[str], timeout: float = PATIENCE) -> None:
        """Wait until a text has left the screen."""
        self.wait_until(lambda: not self.shows(text), f"still {_named(text)}", timeout)

    def wait_until(
        self, condition: Callable[[], object], complaint: str, timeout: float = PATIENCE
    ) -> None:
        """Wait until something is so; fail with the screen when it does not come to be."""
        give_up_at = time.monotonic() + timeout
        while not condition():
            left = give_up_at - time.monotonic()
            if left <= 0 or not self._open:
                raise AssertionError(f"{complaint} after {timeout:g} s{self._picture()}")
            self._read(min(left, 0.5), closing=True)

    def wait_quiet(self, quiet: float = QUIET, timeout: float = PATIENCE) -> None:
        """Wait until nothing is written for `quiet` seconds.

        Silence says little while the machine is busy: only those that the program sleeps count.
        """
        give_up_at = time.monotonic() + timeout
        left = quiet
        while left > 0:
            if self._read(min(left, _GLANCE)):
                left = quiet
            elif self._rests():
                left -= _GLANCE
            if time.monotonic() > give_up_at:
                raise AssertionError(f"still at work after {timeout:g} s{self._picture()}")

    def _rests(self) -> bool:
        """Whether the program waits for something."""
        return sleeps(self.pid)

    def resize(self, width: int, height: int) -> None:
        """Give the window another size."""
        self._shown.screen.resize(height, width)
        self._child.setwinsize(height, width)

    @property
    def hyperlinks(self) -> list[str]:
        """Where the hyperlinks on the screen lead, once for each row they stand on."""
        links = self._shown.screen.links
        rows = {(row, address) for (row, _), address in links.items()}
        return [address for _, address in sorted(rows)]

    @property
    def colours(self) -> set[str]:
        """The style sequences written so far that name a colour."""
        styles = _STYLE.findall(self.output.decode("utf-8", "replace"))
        return {style for style in styles if _COLOUR.search(style)}

    # The end

    def kill(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        os.kill(self.pid, number)

    def kill9(self) -> None:
        """End the program as a crash of the machine would."""
        self.kill(signal.SIGKILL)
        self.wait_exit()

    def hang_up(self) -> None:
        """Take the terminal away, as a dropped connection does."""
        self._open = False
        self._pty.fileobj.close()

    def wait_exit(self, timeout: float = PATIENCE) -> int | None:
        """Wait for the end; the exit status, or None when a signal ended it."""
        give_up_at = time.monotonic() + timeout
        while self._open and time.monotonic() < give_up_at:
            self._read(0.5, closing=True)
        while self._child.isalive():
            if time.monotonic() > give_up_at:
                raise AssertionError(f"still running after {timeout:g} s{self._picture()}")
            time.sleep(0.005)
        self.exit_status = self._child.exitstatus
        self.signal_status = self._child.signalstatus
        return self.exit_status

    @property
    def is_as_before(self) -> bool:
        """Whether keys are shown and read by lines, as where no program has taken over."""
        return bool(termios.tcgetattr(self._child.child_fd) == self._attributes)

    def assert_reset(self) -> None:
        """Fail unless the terminal is as it was before the program: nothing for `reset` to do."""
        shown = self._shown
        assert shown.modes == MODES_AT_REST, f"modes left on or off: {shown.modes ^ MODES_AT_REST}"
        assert shown.keyboard_levels <= 0, "the keyboard protocol was left on"
        assert shown.screen.cursor.attrs == shown.screen.default_char, "a colour was left on"
        assert self.is_as_before, "the line discipline was not restored"

    def close(self) -> None:
        """End the program if it still runs."""
        if self._child.isalive():
            os.kill(self.pid, signal.SIGKILL)
            self.wait_exit()
        if not self._child.closed:
            self._child.close()

    def _reply(self, answer: str) -> None:
        if self._answers:
            self._child.send(answer)
        else:
            self.unanswered += answer

    def _read(self, timeout: float, *, closing: bool = False) -> bool:
        """Read what comes within `timeout` seconds; False when nothing came or it is the end."""
        try:
            data = self._child.read_nonblocking(_CHUNK, timeout)
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            self._open = False
            if not closing:
                raise AssertionError(f"the program ended{self._picture()}") from None
            return False
        self.output += data
        self._shown.feed(data)
        return True

    def _picture(self) -> str:
        """The screen as it is now, for a failure."""
        width = self._shown.screen.columns
        rows = [f"|{row:<{width}}|" for row in self.screen_text().split("\n")]
        edge = "+" + "-" * width + "+"
        return "\n".join(["; the screen:", edge, *rows, edge])


def sleeps(pid: int) -> bool:
    """Whether no thread of a process runs or waits for the processor, where that can be seen."""
    return not _states(pid) & {"R", "D"}


def is_stopped(pid: int) -> bool:
    """Whether a process was stopped and waits to be continued, where that can be seen."""
    return _states(pid) <= {"T"}


def _states(pid: int) -> set[str]:
    states = set()
    with suppress(OSError):  # no such folder on other systems; a thread may end meanwhile
        for file in Path(f"/proc/{pid}/task").glob("*/stat"):
            states.add(file.read_text().rpartition(")")[2].split()[0])
    return states


def _named(text: str | re.Pattern[str]) -> str:
    return repr(text.pattern if isinstance(text, re.Pattern) else text)
