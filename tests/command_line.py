"""Runs the command line in this process, and apart from the machine's own settings."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tui.__main__ import main
from tui.i18n import current_language, set_language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Run = Callable[..., "Answer"]

DAY = ("--today", "2026-11-22")
PRO = ("quote", "--product", "goto-webinar", "--tier", "pro", *DAY)
WEBINAR = (*PRO, "--seats", "5", "--cycle", "annual")
TRIAL = (*PRO, "--seats", "3", "--offer", "trial")


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str


def document(answer: Answer) -> dict[str, Any]:
    """The JSON document that a command answered."""
    assert (answer.code, answer.err) == (0, "")
    found: dict[str, Any] = json.loads(answer.out)
    return found


def assert_refused(answer: Answer, *, code: int = 1) -> None:
    """Nothing but one printable line on standard error, and the way to the help behind usage."""
    assert (answer.code, answer.out) == (code, "")
    lines = answer.err.splitlines()
    assert len(lines) == (2 if code == 2 else 1)
    assert lines[0].startswith("billing-center")
    assert all(line.isprintable() for line in lines)


def isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings but folders below `tmp_path`, and no language."""
    for name in os.environ:
        if name.startswith(("BILLING_CENTER_", "LC_")) or name == "LANG":
            monkeypatch.delenv(name)
    monkeypatch.setenv("BILLING_CENTER_CONFIG", os.devnull)
    monkeypatch.setenv("BILLING_CENTER_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.setenv("BILLING_CENTER_LOG_FOLDER", str(tmp_path / "log"))
    monkeypatch.setenv("BILLING_CENTER_CACHE_FOLDER", str(tmp_path / "cache"))


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Answer]]:
    """Runs `billing-center` with the words given and answers what became of it."""
    isolated(monkeypatch, tmp_path)
    language = current_language()
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level

    def answer(*words: str) -> Answer:
        code = main(list(words))
        out, err = capsys.readouterr()
        return Answer(code, out, err)

    yield answer
    set_language(language)
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
