"""The wheel ships what the program reads beside its code."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("billing", "tui", "serving", "locales")
OTHER_FILES = ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", ".gitignore")
ACCEPTED = "__screens__"
UNSHIPPED = shutil.ignore_patterns("__pycache__", "*.mo")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy without compiled catalogs: the build must not touch those other tests read."""
    copy = tmp_path_factory.mktemp("project")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=UNSHIPPED)
    for name in OTHER_FILES:
        shutil.copy(ROOT / name, copy / name)
    return copy


@pytest.fixture(scope="module")
def shipped(project: Path) -> frozenset[str]:
    """The names in a wheel built from the project."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist"]
    done = subprocess.run(build, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"hatchling could not build the wheel:\n{done.stderr}"
    (wheel,) = (project / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return frozenset(archive.namelist())


@pytest.mark.parametrize(
    "name",
    [
        "locales/de/LC_MESSAGES/billing_center.mo",
        "locales/en/LC_MESSAGES/billing_center.mo",
        "locales/de/help/artikel.txt",
        "locales/en/help/artikel.txt",
        "billing/catalogue/sample.toml",
        "tui/app.tcss",
    ],
)
def test_wheel_ships(name: str, shipped: frozenset[str]) -> None:
    assert name in shipped


def test_wheel_ships_every_file_of_the_packages(project: Path, shipped: frozenset[str]) -> None:
    sources = {
        path.relative_to(project).as_posix()
        for package in PACKAGES
        for path in (project / package).rglob("*")
        if path.is_file() and ACCEPTED not in path.parts
    }
    missing = sorted(sources - shipped)
    assert not missing, f"not in the wheel: {missing}"


def test_wheel_ships_nothing_of_the_workshop(shipped: frozenset[str]) -> None:
    assert not [name for name in shipped if ACCEPTED in name.split("/")]
    tops = {name.split("/")[0] for name in shipped}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)
