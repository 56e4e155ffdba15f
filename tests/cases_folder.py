"""Where the cases that others wrote are read from."""

from __future__ import annotations

import os
from pathlib import Path

_TESTS = Path(__file__).parent
_NAMED = os.environ.get("BILLING_CENTER_CASES")
OUR_COPY = not _NAMED
"""Whether the cases are those that the tests know by number and name."""


def cases_file(name: str) -> Path:
    """The file of that name: in BILLING_CENTER_CASES, else beside the checkout, else our copy."""
    if _NAMED:
        return Path(_NAMED) / name
    beside = _TESTS.parent.parent / "shared" / "cases" / name
    return beside if beside.exists() else _TESTS / "cases" / name
