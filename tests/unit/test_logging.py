"""The log file: private, and without numbers that belong to a bank."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import pytest

from billing.logging_setup import MaskingFormatter, log_to_file, masked, new_reference

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def root_logger() -> Iterator[logging.Logger]:
    """The root logger, put back as it was."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield root
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize(
    "secret",
    [
        "4242424242424242",
        "4242 4242 4242 4242",
        "4242-4242-4242-4242",
        "378282246310005",
        "12 4242424242424242 7",
        "DE89370400440532013000",
        "DE89 3704 0044 0532 0130 00",
        "de89 3704 0044 0532 0130 01",
        "NO93 8601 1117 947",
    ],
)
def test_numbers_of_banks_are_masked(secret: str) -> None:
    hidden = masked(f"paid with {secret}, thanks")
    assert not any(part in hidden for part in secret.split() if len(part) > 3)
    assert hidden.startswith("paid with ")
    assert hidden.endswith(" thanks")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22 12:00:00,123 order 000042 placed, 14.208,60 €",
        "account 019b76da-a800-7113-b63c-5ab791b7584a",
        "id ad12cdef-ad12-7cde-8f00-0123456789ab",
        "ATU14243102",
    ],
)
def test_everything_else_stays_readable(text: str) -> None:
    assert masked(text) == text


def _refuse(number: str) -> None:
    raise ValueError(number)


def test_a_traceback_is_masked_and_shows_no_variables() -> None:
    try:
        _refuse("4242424242424242")
    except ValueError:
        record = logging.LogRecord("n", logging.ERROR, "p", 1, "failed", None, sys.exc_info())
    text = MaskingFormatter().format(record)
    assert "ValueError: [number]" in text
    assert "4242424242" not in text.replace('_refuse("4242424242424242")', "")


def test_the_file_is_its_owners_and_says_what_happened(
    root_logger: logging.Logger, tmp_path: Path
) -> None:
    # pytest could not send what its own handlers catch here from one process to another.
    root_logger.handlers[:] = []
    path = log_to_file(tmp_path / "logs")
    logging.getLogger("billing").warning("reference %s: \ud800 %s", "K7", "4242424242424242")
    assert "reference K7: \\ud800 [number]" in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_references_are_short_and_differ() -> None:
    references = {new_reference() for _ in range(100)}
    assert len(references) == 100
    assert {len(reference) for reference in references} == {8}
