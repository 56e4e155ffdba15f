"""A team with a catalogue and words of its own tests its flows by lines of its configuration."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo

from tui.i18n import DOMAIN

FOREIGN = Path(__file__).with_name("foreign")
TAPE = Path("flows", "tea.tape")
LONGEST = 300
"""Seconds for a whole pytest on a slow machine."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project in a folder of its own, with one word of its own."""
    folder = tmp_path / "tea"
    shutil.copytree(FOREIGN, folder, ignore=shutil.ignore_patterns("__*"))
    words = Catalog(locale="de")
    words.add("Payment details", "Am Tresen")
    (folder / "locales" / "de" / "LC_MESSAGES").mkdir(parents=True)
    with (folder / "locales" / "de" / "LC_MESSAGES" / f"{DOMAIN}.mo").open("wb") as file:
        write_mo(file, words)
    return folder


def run(project: Path, *options: str) -> tuple[int, str]:
    """A whole pytest in the project: how it ends, and all that it says."""
    surroundings = {key: value for key, value in os.environ.items() if "PYTEST" not in key}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *options],
        cwd=project,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    return done.returncode, done.stdout + done.stderr


def test_flows_are_accepted_pass_and_fail_readably_when_a_price_changes(project: Path) -> None:
    ended, said = run(project, "--snapshot-update")
    assert (ended, "3 passed" in said) == (0, True), said
    kept = {file.name for file in project.rglob("__screens__/tea/*")}
    assert kept == {
        f"{name}.{language}-80x24-dark.{kind}"
        for name in ("seats", "till")
        for language in ("de", "en")
        for kind in ("txt", "svg")
    }

    ended, said = run(project, "--tape-runs", "2")
    assert (ended, "5 passed" in said) == (0, True), said

    catalogue = project / "catalogue.toml"
    catalogue.write_text(catalogue.read_text("utf-8").replace('"120.00"', '"121.50"'), "utf-8")
    ended, said = run(project)
    assert (ended, "2 failed, 1 passed" in said) == (1, True), said
    assert f"{TAPE}:11: Screenshot till.svg" in said
    assert "Am Tresen" in (project / "flows/__screens__/tea/till.de-80x24-dark.txt").read_text(
        "utf-8"
    )
    assert re.search(r"^- +Fälliger Gesamtbetrag +600,00 €$", said, re.MULTILINE)
    assert re.search(r"^\+ +Fälliger Gesamtbetrag +607,50 €$", said, re.MULTILINE)
    assert "Traceback" not in said
    pictures = [Path(found) for found in re.findall(r"^The picture: (.*)$", said, re.MULTILINE)]
    assert len(pictures) == 4
    page = pictures[0].read_text("utf-8")
    assert page.count("<svg") == 4
    assert ("120,00" in page, "121,50" in page) == (True, True)


def test_a_tape_that_cannot_be_played_is_named_with_its_line(project: Path) -> None:
    tapes = project / "flows"
    (tapes / "tea.tape").unlink()
    start = 'Type "billing-center demo --as lena@huber.example"\nEnter\n'
    (tapes / "flawed.tape").write_text(f"{start}Jump 3\n", "utf-8")
    (tapes / "waiting.tape").write_text(f"{start}Wait@10ms /Godot/\n", "utf-8")
    (tapes / "looking.tape").write_text(f"{start}Screenshot home.svg\n", "utf-8")
    (tapes / "stale.tape").write_text(start, "utf-8")
    stale = tapes / "__screens__" / "stale" / "gone.de-80x24-dark.txt"
    stale.parent.mkdir(parents=True)
    stale.write_text("gone\n", "utf-8")
    ended, said = run(project, "-k", "de or flawed", "--continue-on-collection-errors")
    assert (ended, "3 failed" in said, "1 error" in said) == (1, True, True), said
    assert "flawed.tape:3:1" in said
    assert "waiting.tape:3: Wait@10ms /Godot/" in said
    assert "▸ Neues Abonnement hinzufügen ◂" in said
    assert (
        f"{Path('flows', 'looking.tape')}:3: Screenshot home.svg\nNothing was accepted yet" in said
    )
    assert f"No Screenshot makes {stale} any more." in said
    assert "Traceback" not in said


def test_what_is_wrong_with_catalogue_or_configuration_is_said(project: Path) -> None:
    catalogue = project / "catalogue.toml"
    catalogue.write_text(catalogue.read_text("utf-8").replace('"120.00"', '"a lot"'), "utf-8")
    ended, said = run(project, "-k", "tape and de")
    assert (ended, "products.tasting.tiers.small.prices.annual.EUR: " in said) == (1, True), said
    assert "Traceback" not in said
    ended, said = run(project, "-o", "billing_center_matrix=some")
    assert (ended, "billing_center_matrix is one of pictures, covering, full" in said) == (4, True)


def test_tapes_that_no_configuration_names_are_left_alone(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.pytest.ini_options]\n", "utf-8")
    ended, said = run(project, "flows", "--fixtures")
    assert (ended, "no tests ran" in said) == (0, True), said
    assert "open_terminal" not in said
