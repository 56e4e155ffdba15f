"""Where the cases that others wrote are read from."""

from __future__ import annotations

import os
from pathlib import Path

_TESTS = Path(__file__).parent


def cases_file(name: str) -> Path:
    """The file of that name: in BILLING_CENTER_CASES, else beside the checkout, else our copy."""
    named = os.environ.get("BILLING_CENTER_CASES")
    if named:
        return Path(named) / name
    beside = _TESTS.parent.parent / "shared" / "cases" / name
    return beside if beside.exists() else _TESTS / "cases" / name
