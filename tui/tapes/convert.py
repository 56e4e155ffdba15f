"""Pictures that other programs make: PNG from SVG, GIF from a recording."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tui.i18n import N_, _

_LONGEST = 600
_PROGRAMS = {".png": "rsvg-convert", ".gif": "agg"}
_REMEDIES = {
    ".png": N_("{ending} needs the program rsvg-convert (Debian: apt install librsvg2-bin)"),
    ".gif": N_("{ending} needs the program agg: pip install 'billing-center[gif]'"),
}


class CannotConvert(RuntimeError):
    """A picture cannot be made; the message is the sentence that says why."""


def require(path: str) -> None:
    """Make sure that a file of this name can be made.

    Raises:
        CannotConvert: the program that would make it is missing.
    """
    ending = Path(path).suffix.lower()
    if ending in _PROGRAMS:
        _program(ending)


def png(svg: str) -> bytes:
    """A picture as PNG, half as large again as it is drawn.

    Raises:
        CannotConvert: it cannot be made.
    """
    return _run([_program(".png"), "--zoom=1.5"], svg.encode())


def gif(cast: str) -> bytes:
    """A recording as GIF.

    Raises:
        CannotConvert: it cannot be made.
    """
    with tempfile.TemporaryDirectory() as folder:
        recording, picture = Path(folder, "tape.cast"), Path(folder, "tape.gif")
        recording.write_text(cast, "utf-8")
        # The tape says how long something is to be seen.
        _run([_program(".gif"), "--idle-time-limit=3600", str(recording), str(picture)], b"")
        return picture.read_bytes()


def _program(ending: str) -> str:
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    found = shutil.which(_PROGRAMS[ending], path=beside)
    if found is None:
        raise CannotConvert(_(_REMEDIES[ending]).format(ending=ending))
    return found


def _run(command: list[str], given: bytes) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - a program found by name, with files of our own
            command, input=given, capture_output=True, check=True, timeout=_LONGEST
        )
    except subprocess.CalledProcessError as error:
        told = error.stderr.decode("utf-8", "replace").strip() or str(error)
    except (OSError, subprocess.TimeoutExpired) as error:
        told = str(error)
    else:
        return done.stdout
    raise CannotConvert(
        _("{program} failed: {reason}").format(program=Path(command[0]).name, reason=told)
    )
