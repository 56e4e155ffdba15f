"""How sharp the tests are: eight wrong rules, put in on purpose, must each turn them red.

`make mutants` runs the tests of rating and of the calendar on a copy of the program with one rule
broken at a time, and on one with none broken, which must pass.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
COPIED = ("billing", "tests")
TESTS = ("tests/unit/rating", "tests/unit/test_clock.py")
AT_ONCE = 2
_CLAMPED = "min(anchor.day, calendar.monthrange(year, month + 1)[1])"
_ADDED = "    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A wrong rule: `right` stands once in `file` and becomes `wrong`."""

    name: str
    file: str
    right: str
    wrong: str

    def apply(self, root: Path) -> None:
        """Put the wrong rule in; raises LookupError when the right one is not found."""
        path = root / self.file
        source = path.read_text("utf-8")
        if source.count(self.right) != 1:
            raise LookupError(f"{self.name}: not found once in {self.file}: {self.right}")
        path.write_text(source.replace(self.right, self.wrong), "utf-8")


MUTANTS = (
    Mutant(
        "months of 30 days, years of 365",
        "billing/rating/periods.py",
        _ADDED,
        "    return anchor + timedelta(days=months // 12 * 365 + months % 12 * 30)\n" + _ADDED,
    ),
    Mutant(
        "truncated instead of rounded",
        "billing/rating/money.py",
        "    if 2 * rest >= scaled.denominator:",
        "    if rest > scaled.denominator:",
    ),
    Mutant(
        "anchor never after the 28th",
        "billing/rating/periods.py",
        _CLAMPED,
        _CLAMPED.replace("anchor.day,", "anchor.day, 28,"),
    ),
    Mutant(
        "months added one to the other",
        "billing/rating/periods.py",
        "    return add_months(anchor, k * cycle_months)",
        "    for _ in range(abs(k)):\n"
        "        anchor = add_months(anchor, cycle_months if k > 0 else -cycle_months)\n"
        "    return anchor",
    ),
    Mutant(
        "two decimals in every currency",
        "billing/rating/money.py",
        "    return _DIGITS.get(currency, 2)",
        "    return 2",
    ),
    Mutant(
        "money as a binary fraction",
        "billing/rating/money.py",
        "    scaled = Fraction(amount) * 10**digits",
        "    scaled = Fraction(float(amount) * 10**digits)",
    ),
    Mutant(
        "halves rounded to even",
        "billing/rating/money.py",
        "    if 2 * rest >= scaled.denominator:",
        "    if 2 * rest > scaled.denominator - whole % 2:",
    ),
    Mutant(
        "UTC instead of the account's time zone",
        "billing/clock.py",
        "    return moment.astimezone(ZoneInfo(time_zone)).date()",
        "    return moment.astimezone(UTC).date()",
    ),
)


def outcome(mutant: Mutant | None) -> tuple[int, float]:
    """The exit code of the tests on a copy with this rule broken, and how many seconds it took."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        root = Path(folder)
        for name in COPIED:
            ignored = shutil.ignore_patterns("__pycache__", "__snapshots__")
            shutil.copytree(ROOT / name, root / name, ignore=ignored)
        shutil.copyfile(ROOT / "pyproject.toml", root / "pyproject.toml")
        if mutant is not None:
            mutant.apply(root)
        finished = subprocess.run(
            (sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *TESTS),
            cwd=root,
            capture_output=True,
            check=False,
        )
    return finished.returncode, time.monotonic() - started


def main() -> int:
    """Run all; 0 when the tests pass unbroken and fail for every wrong rule."""
    runs: tuple[Mutant | None, ...] = (None, *MUTANTS)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ends = list(pool.map(outcome, runs))
    bad = 0
    for mutant, (code, seconds) in zip(runs, ends, strict=True):
        right = code == (0 if mutant is None else 1)
        bad += not right
        seen = {0: "passes", 1: "is caught"}.get(code, f"could not run ({code})")
        mark = "✓" if right else "✗"
        name = "nothing broken" if mutant is None else mutant.name
        sys.stdout.write(f"{mark} {name}: {seen} ({seconds:.1f} s)\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
