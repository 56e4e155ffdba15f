"""A process is killed at random moments and started again: everything ends as if it had not been.

`make kills` does so for as many moments as KILLS says, from a seed that is printed.
"""

from __future__ import annotations

import os
import random
import secrets
from collections import Counter
from typing import TYPE_CHECKING

from tests.crashes.rehearsal import restarted
from tests.crashes.scenarios import SCENARIOS
from tests.processes.crew import kill_after
from tests.service.stock import POSTGRESQL, SQLITE

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.crashes.rehearsal import Rehearsals
    from tests.service.stock import Stock

KILLS = "BILLING_CENTER_KILLS"
SEED = "BILLING_CENTER_KILLS_SEED"
_USUALLY = {SQLITE: 25, POSTGRESQL: 10}
# Some come too late, or a busy machine would leave every kill within the first steps.
_LONGER = 1.1


def test_killed_at_random_moments_it_ends_the_same(
    rehearsals: Rehearsals, stock: Stock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = int(os.environ.get(KILLS) or _USUALLY[stock.kind])
    seed = int(os.environ.get(SEED) or secrets.randbelow(10**9))
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose, never a secret
    killed: Counter[str] = Counter()
    too_late = 0
    while killed.total() < wanted:
        played = rehearsals.of(stock, chance.choice(SCENARIOS))
        seconds = chance.uniform(0, played.seconds * _LONGER)
        with played.copied(tmp_path / str(killed.total() + too_late)) as premises:
            if kill_after(premises, played.job, seconds):
                killed[played.name] += 1
            else:
                too_late += 1
            ended = restarted(premises, played.job)
        assert ended == played.outcome, f"seed {seed}: {played.name} killed after {seconds} s"
    with capsys.disabled():
        if KILLS in os.environ:
            told = ", ".join(f"{name} {number}" for name, number in sorted(killed.items()))
            print(f"\n{stock.kind}, seed {seed}: {wanted} kills, {too_late} too late: {told}")  # noqa: T201 - it is asked for
