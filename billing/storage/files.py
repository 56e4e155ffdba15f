"""Failures of the file system, named as failures of a database."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from billing.errors import DatabaseUnavailable, StorageCause

if TYPE_CHECKING:
    from collections.abc import Iterator

_CAUSES = {
    errno.ENOENT: StorageCause.MISSING_FOLDER,
    errno.ENOTDIR: StorageCause.MISSING_FOLDER,
    errno.EEXIST: StorageCause.MISSING_FOLDER,
    errno.EISDIR: StorageCause.NOT_A_DATABASE,
    errno.ENOSPC: StorageCause.DISK_FULL,
    errno.EDQUOT: StorageCause.DISK_FULL,
    errno.EACCES: StorageCause.READ_ONLY,
    errno.EPERM: StorageCause.READ_ONLY,
    errno.EROFS: StorageCause.READ_ONLY,
}


@contextmanager
def naming_file_failures(place: str) -> Iterator[None]:
    """Turn a file system's error into DatabaseUnavailable."""
    try:
        yield
    except OSError as error:
        cause = _CAUSES.get(error.errno or 0, StorageCause.UNREACHABLE)
        raise DatabaseUnavailable(cause, place) from error
