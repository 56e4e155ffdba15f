"""The command line: languages, options, help, catalogues, exit codes and bad luck."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from billing.catalogue.loader import sample_catalogue
from tests.command_line import WEBINAR, Answer, assert_refused, document, isolated, run

if TYPE_CHECKING:
    from argparse import Namespace

    from tests.command_line import Run

__all__ = ["run"]

ROOT = Path(__file__).parents[2]


# Options that a command shares with the program


@pytest.mark.parametrize(
    ("before", "behind", "total"),
    [
        (("--lang", "en"), (), "Total due"),
        ((), ("--lang", "en"), "Total due"),
        (("--lang=en",), ("--lang=de",), "Fälliger Gesamtbetrag"),
        ((), (), "Fälliger Gesamtbetrag"),
    ],
)
def test_the_language_may_stand_before_and_behind_the_command(
    run: Run, before: tuple[str, ...], behind: tuple[str, ...], total: str
) -> None:
    assert total in run(*before, *WEBINAR, *behind).out


def test_an_option_of_the_language_wins_over_the_environment(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert "Total due" in run(*WEBINAR).out
    assert "Fälliger Gesamtbetrag" in run("--lang", "de", *WEBINAR).out


def test_database_and_sign_in_may_stand_before_and_behind_the_command(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str | None, str | None]] = []

    def keep(arguments: Namespace) -> int:
        seen.append((arguments.database, arguments.sign_in_as))
        return 0

    monkeypatch.setattr("tui.commands.program.run", keep)
    monkeypatch.setattr("tui.commands.program.run_demo", keep)
    run("--database", "a", "--as", "x@y", "demo")
    run("demo", "--database", "a", "--as", "x@y")
    run("--database", "b", "--as", "z@y", "demo", "--database", "a", "--as", "x@y")
    run("--database", "a", "--as", "x@y")
    run()
    assert seen == [("a", "x@y")] * 4 + [(None, None)]


@pytest.mark.parametrize(
    "words",
    [
        *(("nonsense",), ("catalogue",), ("database",), ("quote",), ("account",), ("serve",)),
        *(("demo", "--today", "0001-01-01"), ("account", "key"), ("account", "key", "add", "x@y")),
        *(("serve", "openssh", "--idle", "-1"), ("serve", "openssh", "--longest", "1e3")),
    ],
)
def test_wrong_usage_of_any_command_has_its_exit_code(run: Run, words: tuple[str, ...]) -> None:
    assert_refused(run(*words), code=2)


# Help, version, terminals


@pytest.mark.parametrize(
    "words",
    [
        *((), ("demo",), ("quote",), ("catalogue",), ("catalogue", "check"), ("account", "key")),
        *(("database", "upgrade"), ("account", "key", "authorized"), ("serve", "openssh")),
    ],
)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_command_has_help(run: Run, language: str, words: tuple[str, ...]) -> None:
    answer = run("--lang", language, *words, "--help")
    assert (answer.code, answer.err) == (0, "")
    assert " ".join(("billing-center", *words)) in answer.out


def test_the_version_is_told(run: Run) -> None:
    assert run("--version") == Answer(0, f"billing-center {version('billing-center')}\n", "")


@pytest.mark.parametrize("words", [(), ("demo",)])
def test_without_a_terminal_the_program_says_so(run: Run, words: tuple[str, ...]) -> None:
    answer = run(*words)
    assert_refused(answer)
    assert "billing-center quote --help" in answer.err


@pytest.mark.parametrize("words", [(), ("demo",)])
@pytest.mark.parametrize("terminal", [None, "", "dumb"])
def test_a_terminal_that_cannot_show_a_screen_is_talked_to(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], terminal: str | None
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    if terminal is None:
        monkeypatch.delenv("TERM", raising=False)
    else:
        monkeypatch.setenv("TERM", terminal)
    answer = run(*words)
    assert (answer.code, answer.err) == (0, "")
    assert "Im Bereich „Abrechnung“ anmelden" in answer.out


@pytest.mark.parametrize("words", [("demo",), ("demo", "--plain")])
def test_a_closed_standard_input_is_no_terminal(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert_refused(run(*words))


# Catalogues


def test_a_good_catalogue_is_told_with_what_it_holds(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "good.toml"
    file.write_bytes((ROOT / "billing/catalogue/sample.toml").read_bytes())
    answer = run("--lang", "en", "catalogue", "check", str(file))
    catalogue = sample_catalogue()
    tiers = sum(len(product.tiers) for product in catalogue.products)
    assert answer == Answer(
        0,
        f"all right: version {catalogue.version}, "
        f"{len(catalogue.products)} products, {tiers} plan tiers\n",
        "",
    )


def test_every_flaw_of_a_catalogue_is_told_on_a_line_of_its_own(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text('version = "\\u001b[2J"\nsample = 3\n')
    answer = run("catalogue", "check", str(file))
    assert (answer.code, answer.out) == (1, "")
    keys = [line.partition(": ")[0] for line in answer.err.splitlines()]
    assert keys == ["currencies", "products", "sample", "seller", "version"]
    assert answer.err.replace("\n", "").isprintable()


@pytest.mark.parametrize("file", ["", "nowhere.toml", ".", "a\0b"])
def test_a_catalogue_that_cannot_be_read_is_refused(run: Run, file: str) -> None:
    answer = run("catalogue", "check", file)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("file: ")


def test_a_quote_names_the_flaws_of_the_configured_catalogue(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "bad.toml"
    file.write_text("sample = 3\n")
    monkeypatch.setenv("BILLING_CENTER_CATALOGUE_FILE", str(file))
    answer = run(*WEBINAR, "--json")
    assert (answer.code, answer.out) == (1, "")
    assert "sample: must be true or false" in answer.err.splitlines()


def test_a_quote_uses_the_configured_catalogue(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "own.toml"
    sample = (ROOT / "billing/catalogue/sample.toml").read_text("utf-8")
    file.write_text(sample.replace('version = "sample-2026-11"', 'version = "own-1"'), "utf-8")
    monkeypatch.setenv("BILLING_CENTER_CATALOGUE_FILE", str(file))
    assert document(run(*WEBINAR, "--json"))["catalogue_version"] == "own-1"


def test_broken_settings_are_refused_by_name(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.toml"
    file.write_text("databse = 'x'\n")
    monkeypatch.setenv("BILLING_CENTER_CONFIG", str(file))
    answer = run(*WEBINAR)
    assert_refused(answer)
    assert "databse" in answer.err


# Bad luck


def test_an_unexpected_error_leaves_a_reference_and_details_in_the_log(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_arguments: Namespace) -> int:
        raise RuntimeError("out of the blue")

    monkeypatch.setattr("tui.commands.catalogue.check", fail)
    answer = run("catalogue", "check", "x")
    assert (answer.code, answer.out) == (1, "")
    assert "Traceback" not in answer.err
    assert "out of the blue" not in answer.err
    log = tmp_path / "log" / "billing-center.log"
    assert str(log) in answer.err
    reference = answer.err.splitlines()[1].split()[-1]
    written = log.read_text("utf-8")
    assert reference in written
    assert "out of the blue" in written


def test_an_interrupted_command_ends_quietly(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_arguments: Namespace) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("tui.commands.catalogue.check", interrupt)
    assert run("catalogue", "check", "x") == Answer(130, "", "")


# The real command


def started(
    *words: str,
    stdout: int = subprocess.PIPE,
    interpreter: tuple[str, ...] = (),
    **environment: str,
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *interpreter, "-m", "tui", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture
def _isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    isolated(monkeypatch, tmp_path)


@pytest.mark.usefixtures("_isolated")
@pytest.mark.parametrize(
    ("words", "code"), [(WEBINAR, 0), ((*WEBINAR, "--seats", "0"), 1), (("quote",), 2)]
)
def test_the_command_gives_its_exit_code_to_the_shell(words: tuple[str, ...], code: int) -> None:
    with started(*words) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert (out == "", err == "") == (code != 0, code == 0)


@pytest.mark.usefixtures("_isolated")
@pytest.mark.parametrize("words", [WEBINAR, (*WEBINAR, "--json"), ("--help",), ("--version",)])
def test_a_reader_that_has_gone_is_no_failure(words: tuple[str, ...]) -> None:
    with started(*words) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        err = process.stderr.read()
    assert (process.returncode, err) == (0, "")


@pytest.mark.usefixtures("_isolated")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_an_answer_that_cannot_be_written_is_a_failure() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    with started(*WEBINAR, stdout=full) as process:
        os.close(full)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert os.strerror(errno.ENOSPC) in err
    assert len(err.splitlines()) == 1


@pytest.mark.usefixtures("_isolated")
def test_an_old_character_set_costs_no_more_than_its_missing_characters() -> None:
    with started(*WEBINAR, PYTHONIOENCODING="ascii") as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert "14.208,60 ?" in out


@pytest.mark.usefixtures("_isolated")
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_quote_for_anybody_loads_neither_database_nor_screens(form: tuple[str, ...]) -> None:
    with started(*WEBINAR, *form, interpreter=("-X", "importtime")) as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in err.splitlines()}
    assert {"billing", "pydantic"} <= loaded
    heavy = {"sqlalchemy", "alembic", "textual", "rich", "argon2", "schwifty"}
    assert not heavy & loaded
