"""The unit of systemd is one that systemd takes, and lets the service do little."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[2] / "deploy" / "billing-center-ssh.service"
PROGRAM = "/opt/billing-center/bin/billing-center"
MOST_EXPOSED = 20
"""Tenths on systemd's scale to 100, from which "OK" ends at 40."""


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that is there."""
    text = UNIT.read_text()
    assert f"ExecStart={PROGRAM} serve ssh" in text
    copy = tmp_path / UNIT.name
    copy.write_text(text.replace(PROGRAM, "/bin/true"))
    return copy


def analyze(*words: str) -> str:
    """What systemd-analyze says, which must not be a complaint."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    done = subprocess.run(
        [program, *words], capture_output=True, text=True, check=False, timeout=60
    )
    said = done.stdout + done.stderr
    if "unrecognized option" in said:
        pytest.skip("this systemd-analyze is too old")
    assert done.returncode == 0, said
    return said


def test_systemd_has_nothing_to_complain_about(unit: Path) -> None:
    assert analyze("verify", str(unit)) == ""


def test_the_service_is_exposed_to_little(unit: Path) -> None:
    threshold = f"--threshold={MOST_EXPOSED}"
    said = analyze("security", "--offline=true", "--no-pager", threshold, str(unit))
    assert "exposure level" in said
