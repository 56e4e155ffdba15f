"""Plays a tape for the files that it names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui.tapes.cast import Recording
from tui.tapes.convert import gif, png, require
from tui.tapes.player import play
from tui.tapes.tape import Screenshot

if TYPE_CHECKING:
    from tui.tapes.frame import Frame
    from tui.tapes.player import Shot
    from tui.tapes.stage import Stage
    from tui.tapes.tape import Tape


async def record(tape: Tape, stage: Stage, folder: Path) -> list[Path]:
    """Play a tape and write its screenshots and outputs below a folder; the answer is their paths.

    Raises:
        TapeError: as `play`; the screenshots up to then are written.
        CannotConvert: a program is missing that makes one of the files; nothing is played.
        OSError: a file cannot be written.
    """
    for name in _wanted(tape):
        require(name)
    written: list[Path] = []

    def look(shot: Shot) -> None:
        written.append(_write(folder / shot.command.path, _screenshot(shot)))

    recording = Recording()
    last = await play(tape, stage, look=look, audience=(recording,) if tape.outputs else ())
    for output in tape.outputs:
        content = _output(output.path, recording, last)
        written.append(_write(folder / output.path, content))
    return written


def _wanted(tape: Tape) -> list[str]:
    shots = [each.path for each in tape.commands if isinstance(each, Screenshot)]
    return [*shots, *(output.path for output in tape.outputs)]


def _screenshot(shot: Shot) -> bytes:
    return picture(shot.frame, Path(shot.command.path).suffix.lower())


def picture(frame: Frame, ending: str) -> bytes:
    """A frame in the form that the ending of a file's name asks for."""
    if ending == ".svg":
        return frame.svg().encode()
    if ending == ".png":
        return png(frame.svg())
    return f"{frame.text}\n".encode()


def _output(path: str, recording: Recording, last: Frame) -> bytes:
    ending = Path(path).suffix.lower()
    if ending == ".cast":
        return recording.cast().encode()
    if ending == ".gif":
        return gif(recording.cast())
    if ending in {".txt", ".ascii"}:
        return recording.transcript().encode()
    return picture(last, ending)


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
