"""The key by which clients know the server."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("asyncssh", reason="the extra `ssh` is not installed")

from serving.hostkey import HostKeyUnusable, host_key

if TYPE_CHECKING:
    from pathlib import Path


def test_it_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "new" / "key"
    made = host_key(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert host_key(file) == made
    assert made.get_algorithm() == "ssh-ed25519"
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_one_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "key"
    host_key(file)
    file.chmod(mode)
    with pytest.raises(HostKeyUnusable, match="others may read it"):
        host_key(file)


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN OPENSSH PRIVATE KEY-----\n"])
def test_a_file_that_is_no_key_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "key"
    file.touch(mode=0o600)
    file.write_bytes(content)
    with pytest.raises(HostKeyUnusable, match="key"):
        host_key(file)
    assert file.read_bytes() == content


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HostKeyUnusable, match="file"):
        host_key(tmp_path / "file" / "key")
