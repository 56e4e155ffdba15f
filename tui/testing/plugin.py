"""The pytest plugin: plays tapes as tests where a project's configuration names them, else nothing.

It is loaded with every pytest of an environment, so it imports the program only when it is wanted.
"""

from __future__ import annotations

import random
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from tui.testing.configuration import CATALOGUE, LOCALES, MATRIX, RUNS, TAPES, Matrix

if TYPE_CHECKING:
    from pathlib import Path

FOUND = (pytest.Config.ArgsSource.TESTPATHS, pytest.Config.ArgsSource.INVOCATION_DIR)
"""Where pytest looks by itself, when nobody says where."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The lines of the configuration, and the option that widens the matrix."""
    parser.addini(TAPES, "Tapes to play as tests: files or folders of them", type="paths")
    parser.addini(CATALOGUE, "The catalogue that they play on; else the sample", type="paths")
    parser.addini(LOCALES, "A folder of catalogs that go before the program's", type="paths")
    parser.addini(MATRIX, f"How they are played: {', '.join(Matrix)}", default=Matrix.PICTURES)
    group = parser.getgroup("billing-center")
    group.addoption("--tape-matrix", choices=list(Matrix), help=f"overrules {MATRIX}")
    group.addoption(RUNS, type=int, default=1, help="how often, shuffled if more than once")


def pytest_configure(config: pytest.Config) -> None:
    """Fixtures are there, and the tapes are found, in a project that names tapes."""
    config.addinivalue_line("markers", "tape: plays a tape")
    tapes: list[Path] = config.getini(TAPES)
    if not tapes:
        return
    if config.getini(MATRIX) not in set(Matrix):
        raise pytest.UsageError(f"{MATRIX} is one of {', '.join(Matrix)}")
    config.pluginmanager.register(import_module("tui.testing.fixtures"), "billing_center_fixtures")
    if config.args_source in FOUND:
        looked_at = [config.invocation_params.dir / each for each in config.args]
        config.args += [
            str(tape)
            for tape in tapes
            if not any(tape.is_relative_to(folder) for folder in looked_at)
        ]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A tape that the configuration names, or one in a folder that it names."""
    if file_path.suffix != ".tape":
        return None
    if not any(file_path.is_relative_to(tapes) for tapes in parent.config.getini(TAPES)):
        return None
    from tui.testing.tapes import TapeFile  # noqa: PLC0415 - brings the whole program

    return TapeFile.from_parent(parent, path=file_path)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tapes that are played several times are played in any order, the same in every process."""
    if (runs := config.getoption(RUNS)) > 1:
        random.Random(runs).shuffle(items)  # noqa: S311 - no secret
