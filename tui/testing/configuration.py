"""What a project says in its pytest configuration about its tapes."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from billing.catalogue.model import Catalogue

TAPES = "billing_center_tapes"
CATALOGUE = "billing_center_catalogue"
LOCALES = "billing_center_locales"
MATRIX = "billing_center_matrix"
RUNS = "--tape-runs"


class Matrix(StrEnum):
    """How often a tape is played: for its pictures, in a look more a language, in all looks."""

    PICTURES = "pictures"
    COVERING = "covering"
    FULL = "full"


def matrix(config: pytest.Config) -> Matrix:
    """As the option says, or the configuration."""
    return Matrix(config.getoption("--tape-matrix") or config.getini(MATRIX))


def catalogue(config: pytest.Config) -> Catalogue:
    """The catalogue that the project names, or the sample.

    Raises:
        CatalogueInvalid: the one that it names is wrong.
    """
    from billing.catalogue.loader import load_catalogue, sample_catalogue  # noqa: PLC0415 - heavy

    named: list[Path] = config.getini(CATALOGUE)
    return load_catalogue(named[0]) if named else sample_catalogue()


def locales(config: pytest.Config) -> Path | None:
    """The folder of catalogs that the project names."""
    named: list[Path] = config.getini(LOCALES)
    return named[0] if named else None


def updates(config: pytest.Config) -> bool:
    """Whether screens are accepted as they are now; the option is syrupy's."""
    return bool(config.getoption("update_snapshots", default=False))
