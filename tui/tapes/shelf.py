"""Where tapes come from: files, and those that ship with the program."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from tui.i18n import _
from tui.tapes.parse import LONGEST_TAPE, parse
from tui.tapes.tape import Place, Remark, Tape, TapeError

if TYPE_CHECKING:
    from pathlib import Path

ENDING = ".tape"
_MOST_BYTES = 4 * LONGEST_TAPE


def load(path: Path) -> Tape:
    """The tape in a file; what it takes in by `Source` lies beside it.

    Raises:
        TapeError: there is none, or it cannot be played.
    """
    try:
        text = _text(path)
    except OSError as error:
        flaw = _("cannot be read: {reason}").format(reason=error.strerror or error)
        raise TapeError(Remark(Place(str(path), 1, 1), flaw)) from None
    except ValueError:
        raise TapeError(Remark(Place(str(path), 1, 1), _("not a text in UTF-8"))) from None
    return parse(text, str(path), lambda name: _text(path.parent / name))


def _text(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(_MOST_BYTES + 1).decode("utf-8-sig")


def shipped() -> tuple[str, ...]:
    """The names of the tapes that ship with the program."""
    found = files("tui.tapes").joinpath("shipped").iterdir()
    return tuple(sorted(each.name[: -len(ENDING)] for each in found if each.name.endswith(ENDING)))


def load_shipped(name: str) -> Tape:
    """A tape that ships with the program.

    Raises:
        KeyError: there is none of this name.
    """
    if name not in shipped():
        raise KeyError(name)
    text = files("tui.tapes").joinpath("shipped", name + ENDING).read_text("utf-8")
    return parse(text, name + ENDING)
