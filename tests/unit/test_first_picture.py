"""The picture of the first page is kept for the next start of the same kind, and for no other."""

from __future__ import annotations

import os
import resource
import signal
import stat
from typing import TYPE_CHECKING

import pytest

from tui.first_picture import FirstPicture

if TYPE_CHECKING:
    from pathlib import Path

XTERM = {"TERM": "xterm-256color"}
SIZE = (80, 24)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "first-page"


def kept(file: Path, *options: str, environment: dict[str, str] = XTERM) -> FirstPicture:
    picture = FirstPicture(file, *options, environment=environment)
    picture.keep("\x1b[1Hpage", SIZE)
    return picture


def test_it_is_there_for_the_same_start(file: Path) -> None:
    kept(file, "demo", "de")
    assert FirstPicture(file, "demo", "de", environment=XTERM).read(SIZE) == "\x1b[1Hpage"


@pytest.mark.parametrize(
    ("options", "environment", "size"),
    [
        (("demo", "en"), XTERM, SIZE),
        (("", "de"), XTERM, SIZE),
        (("demo", "de"), {**XTERM, "NO_COLOR": "1"}, SIZE),
        (("demo", "de"), {**XTERM, "COLORTERM": "truecolor"}, SIZE),
        (("demo", "de"), {"TERM": "linux"}, SIZE),
        (("demo", "de"), XTERM, (80, 25)),
        (("demo", "de"), XTERM, (81, 24)),
    ],
)
def test_another_start_has_none(
    file: Path, options: tuple[str, ...], environment: dict[str, str], size: tuple[int, int]
) -> None:
    kept(file, "demo", "de")
    assert FirstPicture(file, *options, environment=environment).read(size) is None


def test_the_last_start_counts(file: Path) -> None:
    kept(file, "demo", "de")
    english = kept(file, "demo", "en")
    assert english.read(SIZE) is not None
    assert FirstPicture(file, "demo", "de", environment=XTERM).read(SIZE) is None
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_it_is_its_owners_alone(file: Path) -> None:
    kept(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_the_same_picture_is_not_written_again(file: Path) -> None:
    picture = kept(file)
    os.utime(file, (0, 0))
    picture.keep("\x1b[1Hpage", SIZE)
    assert file.stat().st_mtime == 0


def test_where_nothing_can_be_written_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "closed").touch()
    assert kept(tmp_path / "closed" / "first-page").read(SIZE) is None


def test_a_picture_that_was_torn_is_replaced(file: Path) -> None:
    picture = kept(file)
    file.write_bytes(file.read_bytes() + b"\xe2")
    assert picture.read(SIZE) is None
    picture.keep("\x1b[1Hpage", SIZE)
    assert picture.read(SIZE) == "\x1b[1Hpage"


def test_a_folder_and_a_pipe_in_its_place_are_not_read(file: Path) -> None:
    file.mkdir(parents=True)
    assert kept(file).read(SIZE) is None
    file.rmdir()
    os.mkfifo(file)
    assert FirstPicture(file, environment=XTERM).read(SIZE) is None


def test_what_no_screen_holds_is_not_kept(file: Path) -> None:
    picture = FirstPicture(file, environment=XTERM)
    picture.keep("x" * 300_000, SIZE)
    assert not file.exists()


def test_a_full_disk_leaves_nothing_behind(file: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, before[1]))
    try:
        kept(file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert list(file.parent.iterdir()) == []


@pytest.mark.parametrize("text", [b"", b"\xff\xfe", b"('xterm-256color',)\n", b"x" * 300_000])
def test_a_file_that_is_none_of_ours_is_not_shown(file: Path, text: bytes) -> None:
    picture = kept(file)
    file.write_bytes(text)
    assert picture.read(SIZE) is None
