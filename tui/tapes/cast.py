"""A recording in the format asciicast v2, with the time that the tape takes and not the machine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tui.tapes.frame import TITLE
from tui.tapes.paint import Painter

if TYPE_CHECKING:
    from tui.tapes.frame import Frame
    from tui.tapes.tape import Command

_HIDE_CURSOR = "\x1b[?25l"


class Recording:
    """Looks on, and remembers when what was to be seen."""

    def __init__(self) -> None:
        self.frames: list[tuple[float, Frame]] = []
        self._seconds = 0.0

    async def turn(self, command: Command) -> None:
        """Commands take no time; what they show does."""

    async def key(self, key: str) -> None:
        """Keys are not recorded."""

    async def see(self, frame: Frame) -> None:
        """Remember a frame."""
        self.frames.append((self._seconds, frame))

    async def rest(self, seconds: float) -> None:
        """Let the time of the recording pass."""
        self._seconds += seconds

    def cast(self) -> str:
        """The recording: a line for the terminal, and one for each time it changes."""
        width, height = self.frames[0][1].size if self.frames else (80, 24)
        header = {
            "version": 2,
            "width": width,
            "height": height,
            "title": TITLE,
            "env": {"TERM": "xterm-256color"},
        }
        painter = Painter()
        events = [[0.0, "o", _HIDE_CURSOR]]
        events += [[round(at, 3), "o", painter.draw(frame)] for at, frame in self.frames]
        # The last picture stands as long as the tape lets it stand.
        events.append([round(self._seconds, 3), "o", ""])
        lines = [header, *(event for event in events)]
        return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)

    def transcript(self) -> str:
        """All frames as text, one below the other, each with a rule behind it."""
        rule = "─" * (self.frames[0][1].size[0] if self.frames else 80)
        return "".join(f"{frame.text}\n{rule}\n" for _at, frame in self.frames)
