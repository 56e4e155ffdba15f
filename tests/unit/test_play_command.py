"""`billing-center play` and `demo --tape`: what they write, and what they refuse."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.command_line import assert_refused, run

if TYPE_CHECKING:
    from tests.command_line import Run

__all__ = ["run"]

ROOT = Path(__file__).parents[2]
WELCOME = "Set FontSize 22\nOutput all.txt\nType lena\nScreenshot welcome.txt\n"


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    """A short tape."""
    path = tmp_path / "welcome.tape"
    path.write_text(WELCOME, "utf-8")
    return path


def test_headless_writes_what_the_tape_names_and_says_where(
    run: Run, tape: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    answer = run("--lang", "en", "play", str(tape), "--headless", "--into", str(out))
    assert answer.code == 0
    assert answer.out.split() == [str(out / "welcome.txt"), str(out / "all.txt")]
    assert answer.err == f"{tape}:1:5: Set FontSize has no effect here\n"
    assert "Sign in to billing" in (out / "welcome.txt").read_text("utf-8")


def test_headless_writes_into_the_folder_at_hand(
    run: Run, tape: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("play", tape.name, "--headless", "--lang", "de").code == 0
    assert "Anmelden" in (tmp_path / "welcome.txt").read_text("utf-8")


def test_today_is_the_day_of_the_play(run: Run, tmp_path: Path) -> None:
    tape = tmp_path / "a.tape"
    tape.write_text(
        'Type "billing-center --as anna@muster.example"\nEnter\nWait /GoTo/\nScreenshot a.txt'
    )
    play = ("play", str(tape), "--headless", "--into", str(tmp_path), "--lang", "en")
    assert run(*play, "--today", "2030-05-01").code == 0
    assert "2030" in (tmp_path / "a.txt").read_text("utf-8")


def test_every_flaw_of_a_tape_is_a_line(run: Run, tape: Path) -> None:
    tape.write_text("Foo\nSleep\n")
    answer = run("--lang", "en", "play", str(tape), "--headless")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.splitlines() == [
        f"{tape}:1:1: there is no command Foo",
        f"{tape}:2:6: a time such as 500ms or 2s is missing",
    ]


def test_what_never_comes_is_told_with_the_screen(run: Run, tape: Path) -> None:
    tape.write_text("Wait@10ms /Kasse/\n")
    answer = run("--lang", "en", "play", str(tape), "--headless")
    assert (answer.code, answer.out) == (1, "")
    *screen, reason = answer.err.splitlines()
    assert screen[0].startswith(" Billing Center")
    assert reason == f"{tape}:1:1: /Kasse/ did not come within 0.01 s"


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "cannot be read: No such file or directory"), (b"\xff\xfe", "not a text in UTF-8")],
)
def test_a_file_that_is_no_tape_is_named(
    run: Run, tape: Path, content: bytes | None, reason: str
) -> None:
    tape.unlink()
    if content is not None:
        tape.write_bytes(content)
    answer = run("--lang", "en", "play", str(tape), "--headless")
    assert (answer.code, answer.err) == (1, f"{tape}:1:1: {reason}\n")


def test_a_file_that_cannot_be_written_is_named(run: Run, tape: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answer = run("--lang", "en", "play", str(tape), "--headless", "--into", str(tmp_path / "file"))
    assert answer.code == 1
    assert "cannot be written: " in answer.err


def test_control_characters_of_a_tape_reach_no_terminal(run: Run, tape: Path) -> None:
    tape.write_text('Env "\x1b[2J" "a"\n\x1b[2J\nFoo\x9b')
    answer = run("play", str(tape), "--headless")
    assert answer.code == 1
    assert all(line.isprintable() for line in answer.err.splitlines())


@pytest.mark.parametrize(
    "words",
    [
        ("play",),
        ("play", "TAPE", "--headless", "--loop"),
        ("play", "TAPE", "--headless", "--speed", "2"),
        ("play", "TAPE", "--into", "folder"),
        ("play", "TAPE", "--speed", "0"),
        ("play", "TAPE", "--speed", "nan"),
        ("play", "TAPE", "--speed", "fast"),
        ("demo", "--tape", "nothing"),
        ("demo", "--tape", "buy", "--database", "x"),
        ("demo", "--tape", "buy", "--as", "anna@muster.example"),
        ("demo", "--loop"),
        ("demo", "--speed", "2"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(
    run: Run, tape: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.commands.program.no_terminal", lambda: None)
    assert_refused(run(*(str(tape) if word == "TAPE" else word for word in words)), code=2)


@pytest.mark.parametrize("words", [("demo", "--tape", "buy"), ("play", "TAPE")])
def test_without_a_terminal_a_tape_is_refused(run: Run, tape: Path, words: tuple[str, ...]) -> None:
    assert_refused(run(*(str(tape) if word == "TAPE" else word for word in words)))
