"""A run of the worker, as a process: `python -m benchmarks.renewing FILE MOMENT SECONDS`.

It stops by itself after so many seconds and prints one line of JSON: what it did, and its memory.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.shop import Shop
from billing.worker.run import run_due

if TYPE_CHECKING:
    from collections.abc import Sequence

# Pages of accounts are read and statements compiled before the memory counts as the first.
_SETTLED_AFTER = 1000
_PAGE_BYTES, _MEGABYTE = 4096, 1024 * 1024


class Watch:
    """Says when to stop, and looks at the memory (MB) whenever it is asked that."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._asked = 0
        self.first = self.most = 0.0

    def stopping(self) -> bool:
        """Whether the time is over."""
        self._asked += 1
        memory = _memory()
        self.most = max(self.most, memory)
        if self._asked <= _SETTLED_AFTER:
            self.first = memory
        return time.monotonic() > self._end


def main(arguments: Sequence[str]) -> None:
    """Run what is due until the time is over."""
    file, moment, seconds = arguments
    with TemporaryDirectory(prefix="billing-center-bench-") as folder:
        shop = Shop(file, Path(folder), now=datetime.fromisoformat(moment))
        watch = Watch(float(seconds))
        start = time.monotonic()
        report = run_due(shop.context, stopping=watch.stopping)
        told = {"seconds": time.monotonic() - start, "first": watch.first, "most": watch.most}
        shop.close()
    sys.stdout.write(json.dumps(asdict(report) | told) + "\n")


def _memory() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_BYTES / _MEGABYTE


if __name__ == "__main__":
    main(sys.argv[1:])
