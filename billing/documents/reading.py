"""Reads a TOML file that anybody may have written, within bounds of time and memory."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from typing import TYPE_CHECKING

from billing.documents.flaws import printable
from billing.errors import DocumentInvalid

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 256 * 1024
# tomllib's time and memory grow with the square of the parts of a dotted key.
_MOST_DOTS = 16
_TOML_PLACE = re.compile(r"(?s)(.*) \(at line (\d+), column (\d+)\)")


def _invalid(place: str, reason: str) -> DocumentInvalid:
    return DocumentInvalid(((place, reason),))


def _open_at_once(path: str, flags: int) -> int:
    """Open without waiting for the other end of a pipe."""
    return os.open(path, flags | os.O_NONBLOCK)


def bytes_of(path: Path) -> bytes:
    """The first MOST_BYTES bytes of the file at `path`, and one more if there are more.

    Raises:
        DocumentInvalid: it is missing, unreadable or not a regular file.
    """
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise _invalid("file", "is not a regular file")
            return file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise _invalid("file", "does not exist") from None
    except IsADirectoryError:
        raise _invalid("file", "is a folder") from None
    except PermissionError:
        raise _invalid("file", "may not be read by this user") from None
    except (OSError, ValueError):
        raise _invalid("file", "cannot be read") from None


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _invalid(f"line {line}", "is not UTF-8") from None


def document_of(data: bytes) -> dict[str, object]:
    """The TOML document in UTF-8 `data`.

    Raises:
        DocumentInvalid: it is too long, not UTF-8 or not TOML, with line and column.
    """
    if len(data) > MOST_BYTES:
        raise _invalid("file", f"is longer than {MOST_BYTES} bytes")
    text = _decoded(data)
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > _MOST_DOTS and not line.startswith("#"):
            raise _invalid(f"line {number}", f"has more than {_MOST_DOTS} dots")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_flaw(str(error), text) from None
    except RecursionError:
        raise _invalid("file", "is nested too deeply") from None
    except ValueError:
        raise _invalid("file", "holds a number with too many digits") from None


def _syntax_flaw(message: str, text: str) -> DocumentInvalid:
    """The flaw behind a message of tomllib, which has the place in words behind it."""
    found = _TOML_PLACE.fullmatch(message)
    if found:
        message, line, column = found.groups()
    else:
        message = message.removesuffix(" (at end of document)")
        line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
    return _invalid(f"line {line}, column {column}", f"not TOML: {printable(message)}")
