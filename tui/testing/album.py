"""The screens that were accepted, beside their tape: as text to read, as pictures to look at."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff
from itertools import chain, count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tui.tapes.frame import Frame

FOLDER = "__screens__"
"""Not syrupy's `__snapshots__`: it would throw away there what it did not write itself."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen as it is kept."""

    text: str
    picture: str

    @classmethod
    def of(cls, frame: Frame) -> Screen:
        """What a frame shows."""
        return cls(f"{frame.text}\n", f"{frame.svg()}\n")


class Album:
    """The screens of a tape in one look, which every name of theirs ends with."""

    def __init__(self, tape: Path, look: str) -> None:
        self._folder = tape.parent / FOLDER / tape.stem
        self._look = look
        self._turned: set[str] = set()

    def page(self, path: str) -> str:
        """The name of the next screen that its tape wants in the file `path`."""
        stem = path.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
        names = chain([stem], (f"{stem}-{number}" for number in count(2)))
        name = next(each for each in names if each not in self._turned)
        self._turned.add(name)
        return name

    def accepted(self, name: str) -> Screen | None:
        """The screen that was accepted; None: none was."""
        try:
            text, picture = (file.read_text("utf-8") for file in self._files(name))
        except FileNotFoundError:
            return None
        return Screen(text, picture)

    def accept(self, name: str, screen: Screen) -> None:
        """Keep a screen in the place of the one before."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for file, content in zip(self._files(name), (screen.text, screen.picture), strict=True):
            file.write_text(content, "utf-8", newline="\n")

    def left(self) -> list[Path]:
        """What was kept and the tape does not show any more."""
        wanted = {file for name in self._turned for file in self._files(name)}
        return sorted(set(self._folder.glob(f"*.{self._look}.*")) - wanted)

    def _files(self, name: str) -> tuple[Path, Path]:
        stem = self._folder / f"{name}.{self._look}"
        return stem.with_name(f"{stem.name}.txt"), stem.with_name(f"{stem.name}.svg")


def difference(before: Screen, now: Screen) -> str:
    """What differs, as text; where the letters are the same, the picture has to show it."""
    lines = unified_diff(
        before.text.splitlines(), now.text.splitlines(), "accepted", "now", n=1, lineterm=""
    )
    return "\n".join(lines) or "The same text, but it looks different: see the picture."
