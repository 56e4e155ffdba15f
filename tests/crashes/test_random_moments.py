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
from tests.crashes.scenarios import LONG_SCENARIOS
from tests.processes.crew import kill_after
from tests.service.stock import POSTGRESQL, SQLITE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crashes.rehearsal import Rehearsals
    from tests.service.stock import Stock

KILLS = "BILLING_CENTER_KILLS"
SEED = "BILLING_CENTER_KILLS_SEED"
_USUALLY = {SQLITE: 25, POSTGRESQL: 10}
# How long a scenario takes depends on what else the machine does, so the span that the moments are
# taken from follows: every third or so comes too late, so none is too late to be met.
_SHORTER, _LONGER = 0.9, 1.05


def test_killed_at_random_moments_it_ends_the_same(
    rehearsals: Rehearsals, stock: Stock, tmp_path: Path
) -> None:
    wanted = int(os.environ.get(KILLS) or _USUALLY[stock.kind])
    seed = int(os.environ.get(SEED) or secrets.randbelow(10**9))
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose, never a secret
    print(f"{stock.kind}, seed {seed}")  # noqa: T201 - shown by `make kills`, and after a failure
    killed: Counter[str] = Counter()
    spans: dict[str, float] = {}
    too_late = 0
    while killed.total() < wanted:
        played = rehearsals.of(stock, chance.choice(LONG_SCENARIOS))
        span = spans.setdefault(played.name, played.seconds)
        seconds = chance.uniform(0, span)
        with played.copied(tmp_path / str(killed.total() + too_late)) as premises:
            if kill_after(premises, played.job, seconds):
                killed[played.name] += 1
                spans[played.name] = span * _LONGER
            else:
                too_late += 1
                spans[played.name] = span * _SHORTER
            ended = restarted(premises, played.job)
        assert ended == played.outcome, f"seed {seed}: {played.name} killed after {seconds} s"
    told = ", ".join(f"{name} {number}" for name, number in sorted(killed.items()))
    print(f"{wanted} kills, {too_late} came too late: {told}")  # noqa: T201 - as above
