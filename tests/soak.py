"""The properties, the random life of the service and walks by any keys, for as long as one wants.

`make soak` runs them in rounds of a minute or two, each from another beginning, until twenty
minutes are over or a round fails; then its output and the command that repeats it are shown.
`make soak SECONDS=60` begins no round after a minute.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time
from pathlib import Path

from tests.effort import SOAK
from tests.tui.test_any_keys import SEED, WALKS

ROOT = Path(__file__).parent.parent
TESTS = (
    "tests/service/test_life_machine.py",
    "tests/service/test_preview_is_charge.py",
    "tests/unit/rating",
    "tests/tui/test_any_keys.py",
)
# Walks of a round.
_WALKS = 25
TWENTY_MINUTES = 1200


def command(seed: int) -> tuple[str, ...]:
    """The command of a round."""
    options = ("-q", "-x", f"--hypothesis-profile={SOAK}", f"--hypothesis-seed={seed}")
    return (sys.executable, "-m", "pytest", *options, *TESTS)


def surroundings(seed: int) -> dict[str, str]:
    """What the environment of a round says."""
    return {WALKS: str(_WALKS), SEED: str(seed)}


def main() -> int:
    """Run rounds until the time is over, the last one to its end; 1 when one failed."""
    parser = argparse.ArgumentParser(prog="make soak", description=main.__doc__)
    parser.add_argument("--seconds", type=int, default=TWENTY_MINUTES)
    ends = time.monotonic() + parser.parse_args().seconds
    rounds = 0
    while (started := time.monotonic()) < ends:
        seed = random.SystemRandom().randrange(2**32)
        finished = subprocess.run(
            command(seed),
            cwd=ROOT,
            env=os.environ | surroundings(seed),
            stdout=subprocess.PIPE,
            check=False,
        )
        if finished.returncode:
            sys.stdout.buffer.write(finished.stdout)
            again = [*map("=".join, surroundings(seed).items()), *command(seed)]
            sys.stdout.write(f"✗ again with: {' '.join(again)}\n")
            return 1
        rounds += 1
        sys.stdout.write(f"✓ round {rounds}, seed {seed} ({time.monotonic() - started:.0f} s)\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
