"""A due-date run over 100,000 subscriptions: renewals per second, and the worker's memory."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from functools import partial
from itertools import islice
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.crowd import EVERYBODY, crowd
from benchmarks.harness import ROOT
from benchmarks.replay import BareDriver, Recorder, copy_of, statements
from benchmarks.report import Figure, at_most
from benchmarks.shop import NOON, shop
from benchmarks.timing import milliseconds
from billing.storage.invoice_tables import payment_method
from billing.storage.tables import subscription
from billing.worker.due import accounts_with_steps
from billing.worker.steps import take_steps

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.shop import Shop

SUBSCRIPTIONS = 100_000
# The whole run takes some minutes on two cores; its first part shows the pace and the memory.
SECONDS = 45
ACCOUNTS = 100
WARM_UP = 5
# Of the three lines of a cart two are billed monthly.
_DUE_EACH = 2
_A_MONTH_LATER = NOON + timedelta(days=30)


def figures() -> Iterator[Figure]:
    """Subscriptions that are paid on invoice, all due, in one file."""
    with shop(1) as running:
        running.service.place_order(*running.at_checkout(0))
        tables = (*EVERYBODY, subscription, payment_method)
        crowd(running.file, SUBSCRIPTIONS // _DUE_EACH, tables)
        running.clock.move_to(_A_MONTH_LATER)
        ours, theirs = _account_by_account(running)
        whole = _as_a_process(running.file)
    yield Figure(
        f"renewing the {_DUE_EACH} subscriptions of an account",
        "ms",
        ours,
        "the same statements, sqlite3",
        theirs,
    )
    yield Figure(
        f"renewals in {SECONDS} s of a run over {SUBSCRIPTIONS:,}",
        "/s",
        [whole["renewals"] / whole["seconds"]],
        "the same statements, sqlite3",
        [1000 * _DUE_EACH / median(theirs)],
    )
    yield Figure(
        f"memory of the worker, {whole['renewals']:,} renewals",
        "MB",
        [whole["most"]],
        "after its first accounts",
        [whole["first"]],
        at_most(200),
    )


def _account_by_account(running: Shop) -> tuple[list[float], list[float]]:
    """Milliseconds of an account's renewals, and of their statements on a copy of the file."""
    recorder = Recorder()
    with closing(BareDriver(copy_of(running.file, "bare.sqlite3"))) as bare:
        recorder.listen_to(running.engine)
        ours, theirs = [], []
        found = accounts_with_steps(running.database, running.clock.now())
        for due in islice(found, WARM_UP + ACCOUNTS):
            recorder.taken()
            ours.append(milliseconds(partial(take_steps, running.context, due)))
            theirs.append(milliseconds(partial(bare.replay, statements(recorder.taken()))))
        billed = bare.count("invoice") - 1
    if billed != _DUE_EACH * (WARM_UP + ACCOUNTS):
        raise RuntimeError(f"the bare driver stored {billed} invoices")
    return ours[WARM_UP:], theirs[WARM_UP:]


def _as_a_process(file: Path) -> dict[str, Any]:
    arguments = (str(file), _A_MONTH_LATER.isoformat(), str(SECONDS))
    done = subprocess.run(  # noqa: S603 - our own module, by this very Python
        (sys.executable, "-m", "benchmarks.renewing", *arguments),
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    if told["failed"]:
        raise RuntimeError(done.stderr)
    return told
