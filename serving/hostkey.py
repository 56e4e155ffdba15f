"""The key by which clients know this server: made on first start, for its owner only."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

import asyncssh

if TYPE_CHECKING:
    from pathlib import Path

NAME = "ssh_host_ed25519_key"
_ONLY_OWNER = 0o600


class HostKeyUnusable(Exception):
    """The host key cannot be used; the text says why."""


def host_key(file: Path) -> asyncssh.SSHKey:
    """The key in a file, which is made when it is missing.

    Raises:
        HostKeyUnusable: others may read it, or it is none, or it cannot be read or made.
    """
    try:
        if not file.exists():
            _make(file)
        with file.open("rb") as opened:
            state = os.fstat(opened.fileno())
            if state.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise HostKeyUnusable(f"{file}: others may read it; chmod 600")
            return asyncssh.import_private_key(opened.read())
    except OSError as error:
        raise HostKeyUnusable(f"{file}: {error.strerror}") from error
    except asyncssh.KeyImportError as error:
        raise HostKeyUnusable(f"{file}: {error}") from error


def _make(file: Path) -> None:
    """Make a key; of two fronts that start at once, one makes it and both use it."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = asyncssh.generate_private_key("ssh-ed25519").export_private_key()
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _ONLY_OWNER)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(text)
        with suppress(FileExistsError):
            os.link(unfinished, file)
    finally:
        unfinished.unlink()
