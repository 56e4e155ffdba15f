"""The words between a launcher and the program."""

from __future__ import annotations

import pytest

from tui.launcher import (
    Admission,
    Closing,
    Door,
    End,
    Ended,
    NotUnderstood,
    SignedIn,
    SignInFailed,
    Word,
    spoken,
    understood,
)

WORDS = (
    Admission("de"),
    Admission("en", "anna@muster.example", Door.CART, 600.0, 3600.0),
    SignedIn("a", "anna@muster.example"),
    SignInFailed(),
    Ended(End.IDLE),
    Closing(End.SHUTDOWN, 10.0),
)


@pytest.mark.parametrize("word", WORDS, ids=repr)
def test_a_word_is_understood_as_it_was_spoken(word: Word) -> None:
    line = spoken(word)
    assert line.count(b"\n") == 1
    assert understood(line) == word


@pytest.mark.parametrize(
    "line",
    [b"", b"\xff", b"[]", b"3", b"{}", b'{"word": "Exec"}', b'{"word": "Ended"}'],
)
def test_anything_else_is_refused(line: bytes) -> None:
    with pytest.raises(NotUnderstood):
        understood(line)
