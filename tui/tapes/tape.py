"""A tape as values: what is pressed, what is waited for, where one looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import re

DEFAULT_SIZE = (80, 24)
DEFAULT_TYPING_SPEED = 0.05
DEFAULT_TIMEOUT = 15.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: file, line and column, the last two from 1 on."""

    name: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.name}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say about a place of a tape."""

    place: Place
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


class TapeError(ValueError):
    """A tape cannot be played; `flaws` are all the places and reasons."""

    def __init__(self, *flaws: Remark) -> None:
        super().__init__("\n".join(map(str, flaws)))
        self.flaws = flaws


class Scope(StrEnum):
    """What a pattern is looked for in."""

    SCREEN = "screen"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Type:
    """A text is typed; `speed` are seconds a character, None: as the tape types."""

    place: Place
    text: str
    speed: float | None = None


@dataclass(frozen=True, slots=True)
class Press:
    """A key is pressed `count` times: `key` in Textual's words, `label` in those of the tape."""

    place: Place
    key: str
    label: str
    count: int = 1
    speed: float | None = None


@dataclass(frozen=True, slots=True)
class Sleep:
    """Nothing is done for some seconds."""

    place: Place
    seconds: float


@dataclass(frozen=True, slots=True)
class Wait:
    """The tape goes on when a pattern is to be seen; without one, when the program is at rest."""

    place: Place
    pattern: re.Pattern[str] | None
    scope: Scope
    timeout: float


@dataclass(frozen=True, slots=True)
class Hide:
    """What follows is not shown."""

    place: Place


@dataclass(frozen=True, slots=True)
class Show:
    """What follows is shown again."""

    place: Place


@dataclass(frozen=True, slots=True)
class Screenshot:
    """The screen of this moment is wanted in a file."""

    place: Place
    path: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A text is put into the clipboard of the tape."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Paste:
    """What is in the clipboard of the tape is pasted."""

    place: Place


@dataclass(frozen=True, slots=True)
class SetTypingSpeed:
    """From here on a character takes so many seconds."""

    place: Place
    seconds: float


Command: TypeAlias = (
    Type | Press | Sleep | Wait | Hide | Show | Screenshot | Copy | Paste | SetTypingSpeed
)


@dataclass(frozen=True, slots=True)
class Output:
    """The whole play is wanted in a file."""

    place: Place
    path: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for a whole tape; None: the tape does not say."""

    width: int | None = None
    height: int | None = None
    theme: str | None = None
    playback_speed: float = 1.0


@dataclass(frozen=True, slots=True)
class Tape:
    """What a .tape file says. `remarks` are the places that have no effect here, and why."""

    name: str
    commands: tuple[Command, ...]
    outputs: tuple[Output, ...] = ()
    settings: Settings = field(default_factory=Settings)
    environment: tuple[tuple[str, str], ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return (self.settings.width or DEFAULT_SIZE[0], self.settings.height or DEFAULT_SIZE[1])
