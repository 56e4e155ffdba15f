"""A disk that can be filled: a small file system in memory, which only root may mount."""

from __future__ import annotations

import errno
import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BLOCK = 4096


class SmallDisk:
    """A mounted folder with little room."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leave no room at all."""
        with self._ballast.open("ab", buffering=0) as file:
            while True:
                try:
                    file.write(bytes(_BLOCK))
                except OSError as error:
                    assert error.errno == errno.ENOSPC  # noqa: PT017 - it ends a loop, not a test
                    return

    def make_room(self) -> None:
        """Give the room back."""
        self._ballast.unlink()


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[SmallDisk]:
    """A disk of a size such as "2m", mounted at a new folder; skips where that is not allowed."""
    folder.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("nobody may mount a small disk here")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(("umount", str(folder)), check=True, capture_output=True)
